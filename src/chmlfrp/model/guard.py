"""Who may come in through a tunnel, and how much: what a person decides about it."""

import ipaddress
from enum import StrEnum

import msgspec

from chmlfrp.errors import InvalidInput
from chmlfrp.model.schedule import Window
from chmlfrp.model.tunnel import TunnelType

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LARGEST = 1 << 40
COUNTRY_LETTERS = 2
LONGEST_ASLEEP = 200
"""Characters; the list of servers shows two lines."""
_MAPPED_PREFIX = 96
"""Bits of `::ffff:0:0/96`, under which IPv6 writes IPv4 addresses."""


class PassOn(StrEnum):
    """What the published service is told of the visitor."""

    NOTHING = "nothing"
    V1 = "v1"
    V2 = "v2"
    HEADERS = "headers"
    """`X-Forwarded-For` and `X-Real-IP`; for http tunnels alone."""


class Rule(StrEnum):
    """Why a visitor was turned away; in the order in which they are asked."""

    NOT_FRPC = "not_frpc"
    """The connection came from another process than the tunnel's frpc."""
    NO_HEADER = "no_header"
    """The PROXY header is missing, malformed or names no address."""
    BLOCKED = "blocked"
    BANNED = "banned"
    """After too many fast failures."""
    DENY = "deny"
    ALLOW = "allow"
    """There is a list of who may come, and this address is not on it."""
    DENY_COUNTRY = "deny_country"
    ALLOW_COUNTRY = "allow_country"
    """There is a list of countries, and the address is of none of them."""
    KNOCK = "knock"
    """Visitors are to open the knock page first."""
    HOURS = "hours"
    MAX_CONNECTIONS = "max_connections"
    MAX_PER_ADDRESS = "max_per_address"
    NEW_PER_MINUTE = "new_per_minute"


class Ban(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When an address is turned away by itself: after so many fast failures.

    A failure is a connection that was short and carried little, as of somebody who
    guesses passwords. Not for http, whose connections are all like that, nor for udp,
    which has none.
    """

    after: int | None = None
    """So many of them; None: nobody is banned."""
    shorter_s: int = 15
    fewer_bytes: int = 8192
    """Both directions together."""
    within_s: int = 600
    """The failures that count."""
    minutes: int = 60
    """For how long."""
    spare: tuple[str, ...] = ()
    """Networks as CIDR that are never banned."""


class Guard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The rules of one tunnel; None and empty mean without limit."""

    is_on: bool = False
    """Whether the tunnel's bytes go through the door at all."""
    allow: tuple[str, ...] = ()
    """Networks as CIDR; if there are any, nobody else comes in."""
    deny: tuple[str, ...] = ()
    """Networks as CIDR; goes before `allow`."""
    allow_countries: tuple[str, ...] = ()
    """Two letters each (ISO 3166); if there are any, nobody else comes in, but for
    those on `allow`."""
    deny_countries: tuple[str, ...] = ()
    """Two letters each; not for those on `allow`."""
    max_connections: int | None = None
    max_per_address: int | None = None
    new_per_minute: int | None = None
    """New connections of one address within 60 s."""
    bytes_per_second: int | None = None
    """Of the whole tunnel, both directions together."""
    idle_timeout_s: int | None = None
    hours: tuple[Window, ...] = ()
    """If there are any, nobody comes in at other times; who is in may stay."""
    ban: Ban = Ban()
    knock_hours: int | None = None
    """If set, visitors open the knock page first and may come for so many hours."""
    pass_on: PassOn = PassOn.NOTHING
    inspects: bool = False
    """Whether the last requests of an http tunnel are kept in memory, to be looked at."""
    asleep: str = ""
    """What Minecraft (Java) clients are told while the service is not there; empty:
    nothing, as with any other service."""

    @property
    def asks_countries(self) -> bool:
        """Whether the table of countries is needed."""
        return bool(self.allow_countries or self.deny_countries)

    @property
    def has_rules(self) -> bool:
        """Whether it could turn anybody away."""
        told = ("is_on", "pass_on", "inspects", "asleep")
        return self != Guard(**{name: getattr(self, name) for name in told})

    def check(self) -> None:
        """Raise InvalidInput for the first field that cannot be."""
        for field, texts in (
            ("allow", self.allow),
            ("deny", self.deny),
            ("ban.spare", self.ban.spare),
        ):
            for text in texts:
                parse_network(text, field=field)
        for text in (*self.allow_countries, *self.deny_countries):
            if parse_country(text) != text:
                raise InvalidInput(f"{text!r} is no country", field="country")
        for name in LIMITS:
            _check_number(name, getattr(self, name))
        if len(self.asleep) > LONGEST_ASLEEP:
            raise InvalidInput(
                f"the text for a sleeping server has {len(self.asleep)} characters",
                hint=f"{LONGEST_ASLEEP} at most",
                field="asleep",
            )
        for name in BAN_NUMBERS:
            _check_number(f"ban.{name}", getattr(self.ban, name))

    def check_for(self, kind: TunnelType) -> None:
        """Raise InvalidInput for what a tunnel of that type cannot do."""
        if self.ban.after is not None and kind in UNBANNED:
            raise InvalidInput(
                f"in a tunnel of type {kind} no fast failures can be told",
                hint="ban-after off; bans are for tcp and https",
                field="ban",
            )
        if kind is TunnelType.HTTP:
            return
        hint = "for tunnels of type http"
        if self.pass_on is PassOn.HEADERS:
            raise InvalidInput(
                f"a tunnel of type {kind} has no headers to be set",
                hint=f"{hint}; v1 and v2 are for others",
                field="pass_on",
            )
        if self.inspects:
            raise InvalidInput(
                f"a tunnel of type {kind} has no requests to be kept",
                hint=hint,
                field="inspects",
            )


UNBANNED = (TunnelType.HTTP, TunnelType.UDP)
"""Types of tunnels at which no fast failure can be told."""
LIMITS = (
    "max_connections",
    "max_per_address",
    "new_per_minute",
    "bytes_per_second",
    "idle_timeout_s",
    "knock_hours",
)
BAN_NUMBERS = ("after", "shorter_s", "fewer_bytes", "within_s", "minutes")


def _check_number(name: str, value: int | None) -> None:
    if value is not None and not 1 <= value <= LARGEST:
        raise InvalidInput(
            f"{name} cannot be {value}",
            hint="a whole number from 1, or off",
            field=name,
        )


def parse_country(text: str) -> str:
    """Return the two letters of a country in capitals; raises InvalidInput."""
    country = text.strip().upper()
    if len(country) != COUNTRY_LETTERS or not (country.isascii() and country.isalpha()):
        raise InvalidInput(
            f"{text!r} is no country",
            hint="write two letters: CN, DE, US",
            field="country",
        )
    return country


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
