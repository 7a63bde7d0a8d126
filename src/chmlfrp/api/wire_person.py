"""The wire of registering, of one's own account, its points, cards and log."""

import re
from datetime import date

import msgspec

from chmlfrp.api.call import Call, Parameters
from chmlfrp.api.lax import Row, rows
from chmlfrp.errors import ServiceGarbled
from chmlfrp.model.account import Attendance
from chmlfrp.model.giftcard import Reward, UsedCard
from chmlfrp.model.identity import CaptchaProof, MailPurpose, Registration
from chmlfrp.model.log import LogLine, LogPage
from chmlfrp.model.secret import Secret

_GAIN = re.compile(r"获得\s*(\d{1,9})", re.ASCII)
_DONE = ("重复签到", "已签到")
_TOKEN = re.compile(r"[\x21-\x7e]+")


# What is asked.


def mail_code_call(
    purpose: MailPurpose, email: str, captcha: CaptchaProof | None
) -> Call:
    """Ask for a code by mail."""
    fields = {"type": purpose.value, "mail": email, **_captcha(captcha)}
    return _posted("/sendmailcode", fields, is_signed=False, secrets=_hidden(captcha))


def register_calls(new: Registration) -> tuple[Call, ...]:
    """Return the ways to register; the last has the password in its URL."""
    fields = {
        "username": new.name,
        "password": new.password.reveal(),
        "mail": new.email,
        "qq": new.qq,
        "code": new.code,
    }
    secrets = (new.password, Secret(new.code))
    return _form_or_url("/register", fields, secrets, is_signed=False)


def code_sign_in_call(email: str, code: str) -> Call:
    """Ask to be signed in for a mailed code."""
    return Call(
        method="GET",
        path="/login_by_email_code",
        query={"mail": email, "code": code},
        is_signed=False,
        secrets=(Secret(code),),
    )


def forgotten_password_call(email: str, password: Secret, code: str) -> Call:
    """Ask for another password with a mailed code."""
    fields = {"email": email, "new_password": password.reveal(), "code": code}
    secrets = (password, Secret(code))
    return _posted("/email_reset_password", fields, is_signed=False, secrets=secrets)


def password_calls(old: Secret, new: Secret) -> tuple[Call, ...]:
    """Return the ways to change a password; the last has both in its URL."""
    fields = {"original_password": old.reveal(), "new_password": new.reveal()}
    return _form_or_url("/reset_password", fields, (old, new), is_signed=True)


def token_call(code: str) -> Call:
    """Ask for another user token; services differ in whether they want a code."""
    query = {"code": code} if code else {}
    return Call(method="GET", path="/retoken", query=query, secrets=(Secret(code),))


def name_call(name: str) -> Call:
    """Ask for another user name."""
    return Call(method="GET", path="/update_username", query={"new_username": name})


def qq_call(qq: str) -> Call:
    """Ask for another QQ number."""
    return Call(method="GET", path="/update_qq", query={"new_qq": qq})


def avatar_call(link: str) -> Call:
    """Ask for another picture; the service looks whether the link answers."""
    return Call(method="GET", path="/update_userimg", query={"new_userimg": link})


def check_in_call(captcha: CaptchaProof | None) -> Call:
    """Ask for the points of the day."""
    return _posted("/qiandao", _captcha(captcha), secrets=_hidden(captcha))


def attendance_call() -> Call:
    """Ask how the daily visits stand."""
    return Call(method="GET", path="/qiandao_info", is_read=True)


def redeem_call(code: Secret) -> Call:
    """Ask for what a gift card holds."""
    fields = {"giftcode": code.reveal()}
    return _posted("/giftcard/redeem", fields, secrets=(code,))


def cards_call() -> Call:
    """Ask which cards the account has used."""
    return Call(method="GET", path="/giftcard/history", is_read=True)


def log_call(
    *,
    page: int,
    size: int,
    action: str,
    category: str,
    since: date | None,
    until: date | None,
) -> Call:
    """Ask for a page of what the account did."""
    query: dict[str, str | int] = {"page": page, "size": size}
    texts = {
        "action": action,
        "category": category,
        "start_time": f"{since} 00:00:00" if since else "",
        "end_time": f"{until} 23:59:59" if until else "",
    }
    query |= {name: text for name, text in texts.items() if text}
    return Call(method="GET", path="/log/query", query=query, is_read=True)


def _captcha(proof: CaptchaProof | None) -> dict[str, str]:
    if proof is None:
        return {}
    return {
        "lot_number": proof.lot_number,
        "captcha_output": proof.captcha_output.reveal(),
        "pass_token": proof.pass_token.reveal(),
        "gen_time": proof.gen_time,
    }


def _hidden(proof: CaptchaProof | None) -> tuple[Secret, ...]:
    return () if proof is None else (proof.captcha_output, proof.pass_token)


def _posted(
    path: str,
    fields: Parameters,
    *,
    is_signed: bool = True,
    secrets: tuple[Secret, ...] = (),
) -> Call:
    return Call(
        method="POST", path=path, json=fields, is_signed=is_signed, secrets=secrets
    )


def _form_or_url(
    path: str, fields: Parameters, secrets: tuple[Secret, ...], *, is_signed: bool
) -> tuple[Call, ...]:
    return (
        Call(
            method="POST", path=path, form=fields, is_signed=is_signed, secrets=secrets
        ),
        Call(
            method="GET", path=path, query=fields, is_signed=is_signed, secrets=secrets
        ),
    )


# How answers are read.


def new_token(data: object) -> Secret | None:
    """Read the token of a reset, None if the answer holds none, as mostly."""
    fields = data if isinstance(data, dict) else {}
    for name in ("new_token", "usertoken", "newToken"):
        value = fields.get(name)
        if isinstance(value, str) and _TOKEN.fullmatch(value):
            return Secret(value)
    return None


def gained_points(body: bytes) -> int:
    """Read how many points a visit brought, 0 where the answer does not say."""
    try:
        said = msgspec.json.decode(body)["msg"]
        match = _GAIN.search(said)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return 0
    except (TypeError, KeyError):
        return 0
    return int(match[1]) if match else 0


def is_done_today(said: str) -> bool:
    """Return whether a refusal only says that today's visit was made before."""
    return any(word in said for word in _DONE)


def attendance(data: object) -> Attendance:
    """Read how the daily visits stand."""
    row = Row(data, "attendance")
    return Attendance(
        last_at=row.text("last_sign_in_time", default=""),
        points=row.whole("total_points", default=0),
        times=row.whole("total_sign_ins", default=0),
        others_today=row.whole("count_of_matching_records", default=0),
        is_done_today=row.flag("is_signed_in_today", default=False),
    )


def reward(data: object) -> Reward:
    """Read what a card gave."""
    row = Row(data, "reward")
    return Reward(
        card=row.text("cardName", default=""),
        points=row.whole("points", default=0),
        points_now=row.whole("newIntegral", default=0),
        group=row.text("memberType", default=""),
        days=row.whole("memberDays", default=0),
        member_until=row.text("newTerm", default=""),
    )


def ban_s(body: bytes) -> float | None:
    """Read for how long guessing is stopped, beside `data` of a refused card."""
    try:
        info = Row(msgspec.json.decode(body)["rate_limit_info"], "limit")
        minutes = info.whole("remaining_ban_minutes", default=0)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    except (TypeError, KeyError, ServiceGarbled):
        return None
    return minutes * 60.0 if minutes > 0 else None


def cards(data: object) -> list[UsedCard]:
    """Read the cards that were used."""
    return [
        UsedCard(
            id=row.whole("cardId", "id"),
            used_at=row.text("usageTime", default=""),
            points=row.whole("points", default=0),
            group=row.text("memberType", default=""),
            days=row.whole("memberDays", default=0),
        )
        for row in rows(data, "gift card")
    ]


def log_page(data: object) -> LogPage:
    """Read a page of the log."""
    row = Row(data, "log")
    return LogPage(
        lines=tuple(_log_line(one) for one in rows(row.value("logs"), "log line")),
        total=row.whole("total", default=0),
        page=row.whole("page", default=1),
        pages=row.whole("totalPages", default=0),
    )


def _log_line(row: Row) -> LogLine:
    return LogLine(
        id=row.whole("id"),
        action=row.text("action", default=""),
        category=row.text("category", default=""),
        is_done=row.text("status", default="success").casefold() == "success",
        about=row.text("resource_name", default=""),
        address=row.text("ip_address", default=""),
        agent=row.text("user_agent", default=""),
        at=row.text("timestamp", default=""),
    )
