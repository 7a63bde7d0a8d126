"""What travels of the guard: what its doors counted, and what it would decide."""

from collections.abc import Mapping

import msgspec

from chmlfrp.control.protocol import Message
from chmlfrp.model.guard import Guard, Rule


class DoorTraffic(Message, frozen=True, kw_only=True):
    """What a tunnel's door counted since it was opened."""

    tunnel: int
    name: str = ""
    names_senders: bool = True
    """Whether the core says who comes; if not, all are one visitor, 0.0.0.0."""
    open: int = 0
    connections: int = 0
    bytes_in: int = 0
    """From visitors to the service."""
    bytes_out: int = 0
    rate_in: float = 0.0
    """Bytes per second at the moment."""
    rate_out: float = 0.0
    refused: Mapping[Rule, int] = msgspec.field(default_factory=dict)


class TrafficPoint(Message, frozen=True, kw_only=True):
    """What a tunnel carried within one step of time."""

    at: int
    """When the step began, in seconds since 1970."""
    tunnel: int
    bytes_in: int = 0
    bytes_out: int = 0
    connections: int = 0
    refused: int = 0


class VisitorView(Message, frozen=True, kw_only=True):
    """An address that came to a tunnel, since it is remembered; times since 1970."""

    tunnel: int
    address: str
    is_everybody: bool = False
    """All who came while the core did not say who they are; the address is 0.0.0.0."""
    first: float
    last: float
    connections: int = 0
    open: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    rate_in: float = 0.0
    """Bytes per second at the moment."""
    rate_out: float = 0.0
    refused: Mapping[Rule, int] = msgspec.field(default_factory=dict)
    blocked_until: float | None = None
    name: str = ""
    """Of the tunnel; empty without a door."""
    country: str = ""
    """Two letters (ISO 3166); empty where nobody knows."""
    host: str = ""
    """By reverse DNS, if it was asked for."""
    players: Mapping[str, int] = msgspec.field(default_factory=dict)
    """Minecraft names that were said from there, and the protocol of each one's game
    (767: 1.21); nothing proves a name."""


class Forgotten(Message, frozen=True, kw_only=True):
    """How many visitors were dropped from the ledger."""

    visitors: int


class MetricsText(Message, frozen=True, kw_only=True):
    """What tunnels do, in the text format of Prometheus."""

    text: str


class Verdict(Message, frozen=True, kw_only=True):
    """What the guard would do with a visitor now."""

    address: str
    is_on: bool
    rule: Rule | None = None
    """Which rule would turn them away."""
    why: str = ""
    """What of the rule: the network, the country, the number."""
    is_global: bool = False
    """Whether it is one of the rules for all tunnels."""
    country: str = ""
    names_senders: bool = True
    """Whether the core says who comes; if not, this is what is done with everybody."""


class TryRules(Message, frozen=True, kw_only=True):
    """Rules that are not in force, to be tried with a visitor."""

    address: str
    at: str = ""
    """Local time, `2026-11-23T18:00` or `18:00`; now without it."""
    guard: Guard
    """In the place of the tunnel's own rules."""
    is_global: bool = False
    """In the place of the rules for all tunnels instead."""


class Standing(Message, frozen=True, kw_only=True):
    """An address that is turned away, or may come, for a while."""

    tunnel: int
    """0: all tunnels."""
    name: str = ""
    address: str
    until: float
    rule: Rule | None = None
    """BLOCKED or BANNED; None: it knocked, or was admitted by hand."""
    country: str = ""


class LiftVisitor(Message, frozen=True, kw_only=True):
    """Turn the address away no more, or take back that it may come."""

    address: str
    is_pass: bool = False


class AdmitVisitor(Message, frozen=True, kw_only=True):
    """Let the address come to a tunnel with a knock page for so long."""

    address: str
    hours: int = 12


class Lifted(Message, frozen=True, kw_only=True):
    """Whether there was anything to lift."""

    address: str
    was: bool


class BlockVisitor(Message, frozen=True, kw_only=True):
    """Turn the address away for a while, and end its connections."""

    address: str
    minutes: int = 60


class Blocked(Message, frozen=True, kw_only=True):
    """What a block did at once."""

    address: str
    until: float
    ended: int
    """Connections that were cut."""
