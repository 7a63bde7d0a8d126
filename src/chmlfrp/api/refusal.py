"""How the service says no, and which error of the tree that is.

Codes are trusted first, then substrings: whole texts differ between eras.
"""

import re
from typing import NamedTuple

from chmlfrp.api.call import Reply
from chmlfrp.api.wire import PARAMETERS
from chmlfrp.errors import (
    ApiError,
    BannedForNow,
    DomainTaken,
    FilingNeeded,
    MembershipNeeded,
    NameTaken,
    NotFound,
    PortTaken,
    QuotaExceeded,
    RateLimited,
    RealNameNeeded,
    RightsMissing,
    ServiceGarbled,
    ServiceRefused,
    ServiceUnreachable,
    SignInRequired,
)

_BANNED = ("封禁",)
_TOO_MANY = ("频繁", "请求过多")
_SIGNED_OUT = (
    "无效的token",
    "错误的token",
    "错误的用户token",
    "登录状态",
    "未登录",
    "密码错误",
)
_BACKEND_DOWN = "无法连接至服务器"
_TAKEN = ("占用", "已存在", "已被使用", "已被绑定")
_MISSING_PARAMETER = ("缺少", "缺失", "不能为空", "is not present", "required")
_BAN_TIME = re.compile(r"(?:(\d{1,4})小时)?(?:(\d{1,5})分钟?)?(?:(\d{1,6})秒)?")
_SAID_LIMIT = 1000
"""Characters kept of the service's own words."""

_FIELDS = (
    ("用户不存在", "name"),
    ("密码", "password"),
    ("域名", "domain"),
    ("端口类型", "type"),
    ("隧道类型", "type"),
    ("本地端口", "local_port"),
    ("内网端口", "local_port"),
    ("端口", "remote_port"),
    ("隧道名", "name"),
    ("本地ip", "local_host"),
    ("额外参数", "extra"),
    ("节点", "node"),
)


class _Rule(NamedTuple):
    words: tuple[str, ...]
    kind: type[ServiceRefused]
    message: str
    hint: str = ""


_QUOTA = _Rule(
    ("超过限制", "超出上限", "数量上限", "已达上限", "数量已满"),
    QuotaExceeded,
    "the account may not have more tunnels",
    "delete a tunnel, or move to a larger group",
)
_GONE = _Rule(
    ("不存在", "不属于", "找不到", "未找到", "没有隧道"),
    NotFound,
    "the service has no such thing, or it is not this account's",
)
_REAL_NAME = _Rule(
    ("实名",),
    RealNameNeeded,
    "the account's owner has to verify their name first",
    "do it in the web panel",
)
_FILING = _Rule(
    ("备案", "白名单"),
    FilingNeeded,
    "the domain must be filed or on the node's list",
    "take a filed domain, or a node outside the mainland",
)
_MEMBER = _Rule(
    ("会员", "vip"),
    MembershipNeeded,
    "this is for members",
    "take another node, or become a member",
)
_RIGHTS = _Rule(
    ("权限", "无权"),
    RightsMissing,
    "the account's group may not do this",
    "see the service's own words",
)
_RULES = (_QUOTA, _GONE, _REAL_NAME, _FILING, _MEMBER, _RIGHTS)

_TAKEN_BY_FIELD: dict[str, tuple[type[ServiceRefused], str, str]] = {
    "domain": (DomainTaken, "the domain is in use on that node", "take another"),
    "remote_port": (PortTaken, "the port is in use on that node", "take another"),
}


def refused(reply: Reply, *, code: int, said: str) -> ApiError:
    """Return the error for an envelope that says no.

    Args:
        code: `code` of the envelope, or the HTTP status without one.
        said: the service's own words; kept verbatim but for secrets and length.
    """
    said = reply.masked(said)[:_SAID_LIMIT]
    words = said.casefold()
    if _has(words, _BANNED):
        return _rate_limited(
            "account or address is shut out for a while",
            code=code,
            said=said,
            wait_s=_ban_s(said) or reply.retry_after_s,
            kind=BannedForNow,
        )
    if code == 429 or _has(words, _TOO_MANY):
        return _rate_limited(
            "the service wants fewer requests",
            code=code,
            said=said,
            wait_s=reply.retry_after_s or _ban_s(said),
        )
    if code >= 500 or _BACKEND_DOWN in words:
        return ServiceUnreachable(
            f"{reply.call}: the service has trouble of its own ({code}): {said}",
            hint="try again later",
        )
    kind, message, hint = _kind(code, words)
    return kind(
        message,
        service_code=code,
        service_message=said,
        hint=hint,
        field=_field(words),
    )


def unreadable(reply: Reply, *, found: str) -> ApiError:
    """Return the error for an answer without an envelope.

    A firewall's 403 page is no logout and a gateway's 502 no verdict, so only what
    says so itself is taken for a refusal.

    Args:
        found: what the body is instead, in a few words, none of them from the body.
    """
    status = reply.status
    if status in (403, 429):
        return _rate_limited(
            f"{reply.call}: turned away with HTTP {status} before the service itself",
            code=status,
            hint="too many visits block an address for 10 to 30 minutes",
            wait_s=reply.retry_after_s,
        )
    if status >= 500 or status == 408:
        return ServiceUnreachable(
            f"{reply.call}: only a gateway answered (HTTP {status})",
            hint="try again later",
        )
    if 300 <= status < 400:
        return ServiceGarbled(
            f"{reply.call}: redirected to {reply.location_host or 'elsewhere'}",
            hint="check the service address, and whether this network wants a login",
        )
    return ServiceGarbled(
        f"{reply.call}: expected an object with code and msg, got {found}"
        f" (HTTP {status})",
        hint="check the service address",
    )


def signed_out(reply: Reply) -> SignInRequired:
    """Return the error for a bare 401 that the service itself gave."""
    return SignInRequired("the service wants a new sign-in", service_code=reply.status)


def names_a_missing_parameter(said: str) -> bool:
    """Return whether the service did not find a parameter where it looked."""
    return _has(said.casefold(), _MISSING_PARAMETER)


def _kind(code: int, words: str) -> tuple[type[ServiceRefused], str, str]:
    """Return class, message and hint for a refusal that is not about time."""
    field = _field(words)
    if code == 401 or _has(words, _SIGNED_OUT):
        return _sign_in(words)
    if _has(words, _TAKEN):
        fallback = (NameTaken, "the name is in use", "take another")
        return _TAKEN_BY_FIELD.get(field, fallback)
    for rule in _RULES:
        if _has(words, rule.words):
            return rule.kind, rule.message, rule.hint
    if code == 403:
        return _RIGHTS.kind, _RIGHTS.message, _RIGHTS.hint
    if code == 404:
        return _GONE.kind, _GONE.message, _GONE.hint
    return ServiceRefused, f"the service said no ({code})", ""


def _sign_in(words: str) -> tuple[type[ServiceRefused], str, str]:
    if "用户不存在" in words or "密码" in words:
        return SignInRequired, "name or password is wrong", "type both again"
    return SignInRequired, "the service wants a new sign-in", "sign in again"


def _rate_limited(
    message: str,
    *,
    code: int,
    said: str = "",
    hint: str = "",
    wait_s: float | None,
    kind: type[RateLimited] = RateLimited,
) -> RateLimited:
    error = kind(message, service_code=code, service_message=said, hint=hint)
    error.retry_after_s = wait_s
    return error


def _ban_s(said: str) -> float | None:
    """Return the seconds that a text such as 剩余 9分钟30秒 names."""
    for match in _BAN_TIME.finditer(said):
        if match.group():
            hours, minutes, seconds = (int(part or 0) for part in match.groups())
            return float(hours * 3600 + minutes * 60 + seconds)
    return None


def _field(words: str) -> str:
    return next((field for word, field in (*PARAMETERS, *_FIELDS) if word in words), "")


def _has(words: str, any_of: tuple[str, ...]) -> bool:
    return any(word in words for word in any_of)
