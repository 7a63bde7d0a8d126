"""What a line of frpc's output means.

Every event has the line's level, its text without time, place and ids, and the tunnel it
speaks of. Tunnel names are bare: the `<token>.` that frpc puts before them is gone.
"""

from dataclasses import dataclass

from chmlfrp.model.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What all events have."""

    level: str = "info"
    """trace, debug, info, warning or error."""
    text: str = ""
    tunnel: str | None = None
    """The tunnel it speaks of, None for the core as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecting(Said):
    """The core dials the node; `again` after a link that was lost or refused."""

    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn(Said):
    """The node took the account."""

    run_id: str
    """Without the token that a ChmlFrp node puts before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginFailed(Said):
    """The node could not be reached or refused the account."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveUp(Said):
    """The core ends because it could not log in; None: the lines before say why."""

    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLost(Said):
    """The link broke; upstream mostly says so only by connecting again."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyStarted(Said):
    """The node opened a public port or domain, maybe not the one that was asked for."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyFailed(Said):
    """The node did not open it."""

    name: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxiesAdded(Said):
    """The core took tunnels from its file; none of them is open yet."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxiesRemoved(Said):
    """The core closed tunnels that are no longer in its file."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded(Said):
    """The core read its file again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadRefused(Said):
    """The core could not use its file and goes on as before."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalServiceDown(Said):
    """A visitor came and the published service did not answer; never said for udp."""

    name: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminListening(Said):
    """The core's admin API is there."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminFailed(Said):
    """The core runs without its admin API; only the fork does so."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigError(Said):
    """The core cannot start with its file; it ends at once."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Panicked(Said):
    """The core crashed, or is the fork and ended: it panics at many a normal end."""

    is_usual: bool
    """True for the fork's own way to end; the line before says why it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise(Said):
    """Not worth showing: empty lines and our own calls of the admin API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Said):
    """Anything else."""

    is_framed: bool = True
    """False for a line without time and level: from outside of frpc's log."""


LogEvent = (
    Connecting
    | LoggedIn
    | LoginFailed
    | GaveUp
    | LinkLost
    | ProxyStarted
    | ProxyFailed
    | ProxiesAdded
    | ProxiesRemoved
    | Reloaded
    | ReloadRefused
    | LocalServiceDown
    | AdminListening
    | AdminFailed
    | ConfigError
    | Panicked
    | Noise
    | Other
)
