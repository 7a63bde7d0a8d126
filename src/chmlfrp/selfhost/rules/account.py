"""Accounts: groups, and what names, passwords and addresses may look like."""

import re
import secrets
import string
from datetime import date
from typing import NamedTuple

from chmlfrp.errors import InvalidInput

TWO_KINDS_RULE = (
    "密码不符合要求，长度在6到48个字符之间，并且至少包含字母、数字和符号中的两种。"
)


class Group(NamedTuple):
    """What members of a user group may have."""

    tunnels: int
    bandwidth_mbps: int
    is_free: bool = False


FREE = "免费用户"
FOREVER = "9999-09-09"
"""The last day of a membership that does not end."""
GROUPS: dict[str, Group] = {
    FREE: Group(4, 8, is_free=True),
    "普通会员": Group(8, 16),
    "高级会员": Group(12, 24),
    "超级会员": Group(16, 32),
}

MOST_TUNNELS = 10_000
"""The highest limit that an account may be given."""

_NAME = re.compile(r"[A-Za-z0-9_.\u4e00-\u9fff-]{2,20}")
_WIRE_NAME = re.compile(r"[A-Za-z0-9_@./#&+-]{2,20}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_QQ = re.compile(r"[0-9]{5,20}")
_ALPHABET = string.ascii_letters + string.digits


def group_of(name: str, *, tunnel_limit: int | None = None) -> Group:
    """Return the group, or the free one for a name that no longer exists.

    A `tunnel_limit` of the account's own stands in place of the group's.
    """
    group = GROUPS.get(name, GROUPS[FREE])
    return group if tunnel_limit is None else group._replace(tunnels=tunnel_limit)


def is_name_allowed(name: str) -> bool:
    """Return whether people may call themselves so: 2 to 20 of `A-Za-z0-9_@./#&+-`.

    It must not look like a QQ number or an e-mail address, which sign in as well.
    """
    return (
        _WIRE_NAME.fullmatch(name) is not None
        and not name.isdigit()
        and not is_email(name)
    )


def is_email(text: str) -> bool:
    """Return whether it has the form of an e-mail address."""
    return len(text) <= 255 and _EMAIL.fullmatch(text) is not None


def is_qq(text: str) -> bool:
    """Return whether it has the form of a QQ number, 5 to 20 digits."""
    return _QQ.fullmatch(text) is not None


def is_member(member_until: str, today: date) -> bool:
    """Return whether a membership still holds; its last day counts."""
    try:
        return date.fromisoformat(member_until) >= today
    except ValueError:
        return True


def read_date(text: str) -> str:
    """Return the date as it is kept.

    Raises:
        InvalidInput: it is none.
    """
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as exc:
        raise InvalidInput(
            f"{text!r} is no date", hint="write it as 2027-12-31", field="until"
        ) from exc


def check_count(count: int, *, field: str) -> None:
    """Raise InvalidInput for a number that is not between 1 and 1 000 000."""
    if not 1 <= count <= 1_000_000:
        raise InvalidInput(f"{count} is not between 1 and 1000000", field=field)


def check_title(title: str, *, field: str) -> None:
    """Raise InvalidInput for what is empty, too long for a line, or holds more lines."""
    if not title.strip() or len(title) > 100 or not title.isprintable():
        raise InvalidInput(
            f"{title[:20]!r} cannot be used here",
            hint="use one line of up to 100 characters",
            field=field,
        )


def check_group(group: str) -> None:
    """Raise InvalidInput for a group that there is not."""
    if group not in GROUPS:
        raise InvalidInput(
            f"there is no group {group!r}",
            hint="use one of " + ", ".join(GROUPS),
            field="group",
        )


def check_contacts(*, email: str | None, qq: str | None) -> None:
    """Raise InvalidInput for what is no e-mail address or no QQ number."""
    if email is not None and not is_email(email):
        raise InvalidInput(f"{email!r} is no e-mail address", field="email")
    if qq is not None and not is_qq(qq):
        raise InvalidInput(f"{qq!r} is no QQ number", field="qq")


def check_tunnel_limit(limit: int | None) -> None:
    """Raise InvalidInput for a limit that no account may have."""
    if limit is not None and not 1 <= limit <= MOST_TUNNELS:
        raise InvalidInput(
            f"an account cannot have up to {limit} tunnels",
            hint=f"use 1 to {MOST_TUNNELS}",
            field="tunnels",
        )


def is_password_allowed(password: str) -> bool:
    """Return whether it has 6 to 48 characters and two of letter, digit, symbol."""
    kinds = {_kind(character) for character in password}
    return 6 <= len(password) <= 48 and len(kinds) >= 2


def check_password(password: str) -> None:
    """Raise InvalidInput for a password that is not allowed."""
    if not is_password_allowed(password):
        raise InvalidInput(
            "the password needs 6 to 48 characters of two kinds",
            hint="mix letters, digits and symbols",
            field="password",
        )


def _kind(character: str) -> str:
    if not character.isascii() or not character.isalnum():
        return "symbol"
    return "digit" if character.isdigit() else "letter"


def new_token() -> str:
    """Return a random user token; letters and digits, as frps demands of a user."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(32))


def check_new_account(
    *,
    name: str,
    password: str,
    group: str,
    email: str | None,
    qq: str | None,
    tunnel_limit: int | None = None,
) -> None:
    """Raise InvalidInput for the first field that cannot be.

    Names, e-mail addresses and QQ numbers all sign in, so a name must not look like
    one of the other two.
    """
    if not _NAME.fullmatch(name) or name.isdigit():
        raise InvalidInput(
            f"the user name {name!r} cannot be used",
            hint="use 2 to 20 letters, digits, _ . or -, and not digits alone",
            field="name",
        )
    check_password(password)
    check_group(group)
    check_contacts(email=email, qq=qq)
    check_tunnel_limit(tunnel_limit)
