"""What a person types about themselves, checked before it is sent anywhere."""

import re
from enum import StrEnum

import msgspec

from chmlfrp.errors import InvalidInput
from chmlfrp.model.secret import Secret

_NAME = re.compile(r"[A-Za-z0-9_@./#&+-]{2,20}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_QQ = re.compile(r"[0-9]{5,20}")
_CODE = re.compile(r"[0-9]{4,8}")
_LINK = re.compile(r"https?://[^\s/?#@]+([/?#]\S*)?")
_LONGEST_LINK = 255


class MailPurpose(StrEnum):
    """What a mailed code is for; a code is good for nothing else."""

    REGISTER = "register"
    RETOKEN = "retoken"
    LOGIN = "login"
    RESET_PASSWORD = "reset_password"  # noqa: S105  a purpose, not a password


class CaptchaProof(msgspec.Struct, frozen=True, kw_only=True):
    """What a GeeTest v4 widget hands out when a person has solved it.

    Nothing here solves one: show the widget, or send the person to the web panel.
    """

    lot_number: str
    captcha_output: Secret
    pass_token: Secret
    gen_time: str


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """A new account, with the code that was mailed to its address."""

    name: str
    password: Secret
    email: str
    qq: str
    code: str

    def check(self) -> None:
        """Raise InvalidInput for the first field that the service would refuse."""
        check_name(self.name)
        check_password(self.password)
        check_email(self.email)
        check_qq(self.qq)
        check_code(self.code)


def check_name(name: str) -> None:
    """Raise InvalidInput unless people may call themselves so."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"{name!r} is no user name",
            hint="use 2 to 20 of A-Z a-z 0-9 _ @ . / # & + -",
            field="name",
        )


def check_password(password: Secret, field: str = "password") -> None:
    """Raise InvalidInput unless it has 6 to 48 characters of two kinds."""
    text = password.reveal()
    if not 6 <= len(text) <= 48 or len({_kind(one) for one in text}) < 2:
        raise InvalidInput(
            "the password needs 6 to 48 characters of two kinds",
            hint="mix letters, digits and symbols",
            field=field,
        )


def check_email(email: str) -> None:
    """Raise InvalidInput unless it has the form of a mail address."""
    if len(email) > 255 or not _EMAIL.fullmatch(email):
        raise InvalidInput(
            f"{email!r} is no e-mail address",
            hint="write it like ada@example.com",
            field="email",
        )


def check_qq(qq: str) -> None:
    """Raise InvalidInput unless it is 5 to 20 digits."""
    if not _QQ.fullmatch(qq):
        raise InvalidInput(
            f"{qq!r} is no QQ number", hint="use 5 to 20 digits", field="qq"
        )


def check_code(code: str) -> None:
    """Raise InvalidInput unless it can be a mailed code."""
    if not _CODE.fullmatch(code):
        raise InvalidInput(
            "a mailed code is six digits", hint="look into the letter", field="code"
        )


def check_link(link: str) -> None:
    """Raise InvalidInput unless it is an http or https address without a user."""
    if len(link) > _LONGEST_LINK or not _LINK.fullmatch(link):
        raise InvalidInput(
            "an avatar is an http or https address of up to 255 characters",
            field="avatar_url",
        )


def _kind(character: str) -> str:
    if not character.isascii() or not character.isalnum():
        return "symbol"
    return "digit" if character.isdigit() else "letter"
