"""Free sub-domains: the domains that the service lends names of, and those names."""

import re
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import msgspec

from chmlfrp.errors import InvalidInput

_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_RECORD = re.compile(rf"{_LABEL}(\.{_LABEL}){{0,4}}")
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})+\.?")
_SERVICE = re.compile(r"(\d{1,5}) (\d{1,5}) (\d{1,5}) (\S+)", re.ASCII)

TTLS_S = (60, 120, 300, 600, 900, 1800, 3600, 7200, 18000, 43200, 86400)
"""The only lifetimes that the service knows, in seconds."""
DEFAULT_TTL_S = 600
"""Some domains take nothing shorter."""


class RecordType(StrEnum):
    """What a name points at."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    SRV = "SRV"


class FreeDomain(msgspec.Struct, frozen=True, kw_only=True):
    """A domain of the service under which accounts may have names."""

    id: int
    name: str
    notes: str = ""
    has_filing: bool = False
    """Whether sites under it may be shown on mainland nodes (备案)."""


class SubdomainSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decides about a name."""

    domain: str
    record: str
    """What stands before the domain."""
    type: RecordType
    target: str
    """An address, a host name, or for SRV: priority weight port host."""
    ttl_s: int = DEFAULT_TTL_S
    notes: str = ""

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.record}.{self.domain}"

    def check(self) -> None:
        """Raise InvalidInput for the first field that can never work."""
        check_key(self.domain, self.record)
        check_target(self.target, self.type)
        check_ttl(self.ttl_s)


class Subdomain(SubdomainSpec, frozen=True, kw_only=True):
    """A name as the account has it."""

    id: int


def check_key(domain: str, record: str) -> None:
    """Raise InvalidInput unless domain and record can name something."""
    if "." not in domain.strip(".") or any(c.isspace() for c in domain):
        raise InvalidInput(
            f"{domain!r} is no domain",
            hint="take one of the list of free domains",
            field="domain",
        )
    if not _RECORD.fullmatch(record):
        raise InvalidInput(
            f"{record!r} cannot stand before a domain",
            hint="use labels of letters, digits, - and _, with dots between them",
            field="record",
        )


def check_target(target: str, kind: RecordType) -> None:
    """Raise InvalidInput unless a record of that type can point there."""
    fits, wanted = {
        RecordType.A: (is_ipv4, "an IPv4 address"),
        RecordType.AAAA: (is_ipv6, "an IPv6 address"),
        RecordType.CNAME: (is_host_name, "a host name"),
        RecordType.SRV: (_is_service, "priority, weight, port and host name"),
    }[kind]
    if not fits(target):
        raise InvalidInput(
            f"a record of type {kind} points at {wanted}, not at {target!r}",
            field="target",
        )


def check_ttl(ttl_s: int) -> None:
    """Raise InvalidInput unless the service has a word for it."""
    if ttl_s not in TTLS_S:
        raise InvalidInput(
            f"the service has no lifetime of {ttl_s} s",
            hint="use one of " + ", ".join(str(one) for one in TTLS_S),
            field="ttl_s",
        )


def is_ipv4(text: str) -> bool:
    """Whether it is an IPv4 address."""
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def is_ipv6(text: str) -> bool:
    """Whether it is an IPv6 address without a zone."""
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return "%" not in text


def is_host_name(text: str) -> bool:
    """Whether it is a host name of two labels or more, and no address."""
    return bool(_HOST.fullmatch(text)) and not text.replace(".", "").isdigit()


def _is_service(text: str) -> bool:
    match = _SERVICE.fullmatch(text)
    if match is None:
        return False
    numbers = [int(part) for part in match.groups()[:3]]
    return max(numbers) <= 65535 and numbers[2] > 0 and is_host_name(match[4])
