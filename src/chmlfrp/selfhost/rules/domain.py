"""Free sub-domains: TTL texts, what a record may be, and which domains a site may use."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.account import FREE

TTLS = {
    "1分钟": 60,
    "2分钟": 120,
    "5分钟": 300,
    "10分钟": 600,
    "15分钟": 900,
    "30分钟": 1800,
    "1小时": 3600,
    "2小时": 7200,
    "5小时": 18000,
    "12小时": 43200,
    "1天": 86400,
}
"""The only ways to write a TTL, and the seconds they are."""
TYPES = ("A", "AAAA", "CNAME", "SRV")
MOST = {FREE: 2, "普通会员": 4, "高级会员": 8, "超级会员": 16}
"""How many sub-domains members of a group may have."""
BANNED = ("frp.one",)
"""Nobody may bind these or anything below them: nodes have their names there."""

RECORD_TAKEN = "该二级域名已被占用"
NO_DOMAIN = "主域名不存在"
NO_RECORD = "二级域名不存在"
NOT_FILED = "此域名未备案，无法用于中国大陆节点"
NOT_YOURS = "此二级域名不属于你"

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_RECORD = re.compile(rf"{_LABEL}(\.{_LABEL}){{0,4}}")
_HOST_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_HOST_LABEL}(\.{_HOST_LABEL})+\.?")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordForm:
    """A record as a person asked for it, valid in itself."""

    domain: str
    record: str
    type: str
    target: str
    ttl: str
    remarks: str


def read_form(params: Params) -> RecordForm:
    """Return the record that the parameters describe.

    Raises:
        Refusal: a parameter is missing or wrong.
    """
    kind = params.text("type").upper()
    if kind not in TYPES:
        raise Refusal("解析类型错误，仅允许A、AAAA、CNAME、SRV")
    return RecordForm(
        domain=read_domain(params),
        record=check_record(read_record(params), kind),
        type=kind,
        target=check_target(params.text("target"), kind),
        ttl=read_ttl(params),
        remarks=params.optional_text("remarks")[:255],
    )


def read_domain(params: Params) -> str:
    """Return the main domain as it was given, in lower case."""
    return params.text("domain").strip().lower()


def read_record(params: Params) -> str:
    """Return the name below the main domain, in lower case."""
    return params.text("record").strip().lower()


def read_ttl(params: Params) -> str:
    """Return the TTL text.

    Raises:
        Refusal: it is none of the known ones.
    """
    ttl = params.text("ttl")
    if ttl not in TTLS:
        raise Refusal("TTL错误，仅允许" + "、".join(TTLS))
    return ttl


def check_name(domain: str) -> str:
    """Return a domain to offer, or raise InvalidInput where it cannot be one."""
    name = domain.strip().lower()
    if not _is_host(name):
        raise InvalidInput(f"{domain!r} is no domain", field="domain")
    return name


def check_record(record: str, kind: str) -> str:
    """Return the name, or raise Refusal where no record can have it."""
    if not _RECORD.fullmatch(record) or len(record) > 128:
        raise Refusal("二级域名不符合规范，仅允许小写字母、数字、下划线、减号和点")
    is_service = re.match(r"_[a-z0-9-]+\._(tcp|udp)(\.|$)", record) is not None
    if kind == "SRV" and not is_service:
        raise Refusal("SRV记录须以_服务._tcp或_服务._udp开头")
    return record


def check_target(target: str, kind: str) -> str:
    """Return the target, or raise Refusal where it does not fit the type."""
    is_right = {"A": _is_ipv4, "AAAA": _is_ipv6, "CNAME": _is_host, "SRV": _is_srv}
    target = " ".join(target.split()).lower()
    if not is_right[kind](target):
        raise Refusal(f"解析目标不符合{kind}记录的格式")
    return target


def check_ttl(ttl: str, least_s: int) -> None:
    """Raise Refusal where the domain wants records to live longer."""
    if TTLS[ttl] < least_s:
        least = next((t for t, seconds in TTLS.items() if seconds >= least_s), "1天")
        raise Refusal(f"此域名的TTL最少为{least}")


def check_quota(group: str, used: int) -> None:
    """Raise Refusal where an account with `used` sub-domains may not have one more."""
    most = MOST.get(group, MOST[FREE])
    if used >= most:
        raise Refusal(f"免费二级域名数量超过限制，您最多可以创建{most}个")


def check_site(domain: str, banned: Iterable[str] = BANNED) -> None:
    """Raise Refusal where no tunnel may have the domain."""
    bare = domain.removeprefix("*.")
    if any(is_below(bare, parent) for parent in banned):
        raise Refusal("禁止绑定此域名，请使用您自己的域名或免费二级域名")


def is_below(domain: str, parent: str) -> bool:
    """Return whether the domain is the parent or a name under it."""
    return domain == parent or domain.endswith(f".{parent}")


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text


def _is_host(text: str) -> bool:
    try:
        ascii_name = text.encode("idna").decode() if not text.isascii() else text
    except UnicodeError:
        return False
    return (
        len(ascii_name) <= 253
        and _HOST.fullmatch(ascii_name) is not None
        and not _is_ipv4(ascii_name)
    )


def _is_srv(text: str) -> bool:
    parts = text.split(" ")
    numbers = [int(p) if p.isascii() and p.isdigit() else -1 for p in parts[:3]]
    return (
        len(parts) == 4
        and all(0 <= n <= 65535 for n in numbers)
        and numbers[2] > 0
        and _is_host(parts[3])
    )
