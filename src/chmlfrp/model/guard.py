"""Who may come in through a tunnel, and how much: what a person decides about it."""

import ipaddress
from enum import StrEnum

import msgspec

from chmlfrp.errors import InvalidInput
from chmlfrp.model.schedule import Window

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LARGEST = 1 << 40
_MAPPED_PREFIX = 96
"""Bits of `::ffff:0:0/96`, under which IPv6 writes IPv4 addresses."""


class PassOn(StrEnum):
    """What the published service is told of the visitor."""

    NOTHING = "nothing"
    V1 = "v1"
    V2 = "v2"


class Rule(StrEnum):
    """Why a visitor was turned away; in the order in which they are asked."""

    NOT_FRPC = "not_frpc"
    """The connection came from another process than the tunnel's frpc."""
    NO_HEADER = "no_header"
    """The PROXY header is missing, malformed or names no address."""
    BLOCKED = "blocked"
    DENY = "deny"
    ALLOW = "allow"
    """There is a list of who may come, and this address is not on it."""
    HOURS = "hours"
    MAX_CONNECTIONS = "max_connections"
    MAX_PER_ADDRESS = "max_per_address"
    NEW_PER_MINUTE = "new_per_minute"


class Guard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The rules of one tunnel; None and empty mean without limit."""

    is_on: bool = False
    """Whether the tunnel's bytes go through the door at all."""
    allow: tuple[str, ...] = ()
    """Networks as CIDR; if there are any, nobody else comes in."""
    deny: tuple[str, ...] = ()
    """Networks as CIDR; goes before `allow`."""
    max_connections: int | None = None
    max_per_address: int | None = None
    new_per_minute: int | None = None
    """New connections of one address within 60 s."""
    bytes_per_second: int | None = None
    """Of the whole tunnel, both directions together."""
    idle_timeout_s: int | None = None
    hours: tuple[Window, ...] = ()
    """If there are any, nobody comes in at other times; who is in may stay."""
    pass_on: PassOn = PassOn.NOTHING

    def check(self) -> None:
        """Raise InvalidInput for the first field that cannot be."""
        for name in ("allow", "deny"):
            for text in getattr(self, name):
                parse_network(text, field=name)
        for name in LIMITS:
            value = getattr(self, name)
            if value is not None and not 1 <= value <= LARGEST:
                raise InvalidInput(
                    f"{name} cannot be {value}",
                    hint="a whole number from 1, or off",
                    field=name,
                )


LIMITS = (
    "max_connections",
    "max_per_address",
    "new_per_minute",
    "bytes_per_second",
    "idle_timeout_s",
)


def parse_network(text: str, *, field: str = "network") -> Network:
    """Return the network; a lone address is a network of one.

    Mapped IPv6 is written as the IPv4 that it means. Raises InvalidInput.
    """
    try:
        found = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as exc:
        raise InvalidInput(
            f"{text!r} is no address or network",
            hint="write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32",
            field=field,
        ) from exc
    if isinstance(found, ipaddress.IPv6Network) and found.prefixlen >= _MAPPED_PREFIX:
        inner = found.network_address.ipv4_mapped
        if inner is not None:
            bits = found.prefixlen - _MAPPED_PREFIX
            return ipaddress.IPv4Network((inner, bits))
    return found


def parse_address(text: str, *, field: str = "address") -> Address:
    """Return the address, a mapped one as the IPv4 that it means; raises InvalidInput."""
    try:
        return plain(ipaddress.ip_address(text.strip().partition("%")[0]))
    except ValueError as exc:
        raise InvalidInput(
            f"{text!r} is no address",
            hint="write 203.0.113.7 or 2001:db8::7",
            field=field,
        ) from exc


def plain(address: Address) -> Address:
    """Return a mapped address as the IPv4 that it means, any other as it is."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
