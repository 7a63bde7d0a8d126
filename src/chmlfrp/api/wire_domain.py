"""The wire of free sub-domains. Lifetimes are Chinese words there, seconds here."""

import re

from chmlfrp.api.call import Call, Parameters
from chmlfrp.api.lax import Row, garbled, rows
from chmlfrp.model.domain import FreeDomain, RecordType, Subdomain, SubdomainSpec

_TTL = re.compile(r"\s*(\d{1,7})\s*(秒|分钟|小时|天)?\s*", re.ASCII)
_UNITS_S = {"秒": 1, "分钟": 60, "小时": 3600, "天": 86400}


def domains_call() -> Call:
    """Ask which domains there are."""
    return Call(
        method="GET", path="/list_available_domains", is_signed=False, is_read=True
    )


def subdomains_call() -> Call:
    """Ask which names the account has."""
    return Call(method="GET", path="/get_user_free_subdomains", is_read=True)


def create_call(spec: SubdomainSpec) -> Call:
    """Ask for a name."""
    return _call(
        "/create_free_subdomain",
        {
            "domain": spec.domain,
            "record": spec.record,
            "type": spec.type.value,
            "target": spec.target,
            "ttl": ttl_word(spec.ttl_s),
            "remarks": spec.notes,
        },
    )


def update_call(domain: str, record: str, *, target: str, ttl_s: int) -> Call:
    """Ask for another target and lifetime; nothing else of a name can change."""
    return _call(
        "/update_free_subdomain",
        {
            "domain": domain,
            "record": record,
            "target": target,
            "ttl": ttl_word(ttl_s),
        },
    )


def delete_call(domain: str, record: str) -> Call:
    """Give a name back."""
    return _call("/delete_free_subdomain", {"domain": domain, "record": record})


def ttl_word(ttl_s: int) -> str:
    """Return the service's word for a lifetime, in the largest unit that fits."""
    for unit, size in reversed(_UNITS_S.items()):
        if ttl_s % size == 0:
            return f"{ttl_s // size}{unit}"
    raise AssertionError("a second divides everything")


def domains(data: object) -> list[FreeDomain]:
    """Read the domains."""
    return [
        FreeDomain(
            id=row.whole("id"),
            name=row.text("domain"),
            notes=row.text("remarks", default=""),
            has_filing=row.flag("icpFiling", default=False),
        )
        for row in rows(data, "domain")
    ]


def subdomains(data: object) -> list[Subdomain]:
    """Read the account's names, of types this version knows."""
    known = {kind.value for kind in RecordType}
    listed = rows(data, "sub-domain")
    return [_subdomain(row) for row in listed if row.text("type").upper() in known]


def _subdomain(row: Row) -> Subdomain:
    return Subdomain(
        id=row.whole("id", default=0),
        domain=row.text("domain"),
        record=row.text("record"),
        type=RecordType(row.text("type").upper()),
        target=row.text("target", default=""),
        ttl_s=_ttl_s(row.value("ttl")),
        notes=row.text("remarks", default=""),
    )


def _ttl_s(value: object) -> int:
    """Return seconds; a bare number is taken for them, nothing for 0."""
    if value is None:
        return 0
    match = _TTL.fullmatch(str(value)) if isinstance(value, str | int) else None
    if match is None:
        raise garbled("sub-domain, field ttl", "a lifetime", value)
    return int(match[1]) * _UNITS_S.get(match[2] or "秒", 1)


def _call(path: str, fields: Parameters) -> Call:
    return Call(method="POST", path=path, json=fields)
