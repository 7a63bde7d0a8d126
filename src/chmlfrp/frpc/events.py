"""What a line of frpc's output means.

Every event has the line's level, its text without time, place and ids, and the tunnel it
speaks of. Tunnel names are bare: the `<token>.` that frpc puts before them is gone.
"""

import msgspec

from chmlfrp.model.reason import Reason


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What all events have."""

    level: str = "info"
    """trace, debug, info, warning or error."""
    text: str = ""
    tunnel: str | None = None
    """The tunnel it speaks of, None for the core as a whole."""


class Connecting(Said, frozen=True, kw_only=True):
    """The core dials the node; `again` after a link that was lost or refused."""

    again: bool = False


class LoggedIn(Said, frozen=True, kw_only=True):
    """The node took the account."""

    run_id: str
    """Without the token that a ChmlFrp node puts before it."""


class LoginFailed(Said, frozen=True, kw_only=True):
    """The node could not be reached or refused the account."""

    reason: Reason


class GaveUp(Said, frozen=True, kw_only=True):
    """The core ends because it could not log in; None: the lines before say why."""

    reason: Reason | None = None


class LinkLost(Said, frozen=True, kw_only=True):
    """The link broke; upstream mostly says so only by connecting again."""

    reason: Reason


class ProxyStarted(Said, frozen=True, kw_only=True):
    """The node opened a public port or domain, maybe not the one that was asked for."""

    name: str


class ProxyFailed(Said, frozen=True, kw_only=True):
    """The node did not open it."""

    name: str
    reason: Reason


class ProxiesAdded(Said, frozen=True, kw_only=True):
    """The core took tunnels from its file; none of them is open yet."""

    names: tuple[str, ...]


class ProxiesRemoved(Said, frozen=True, kw_only=True):
    """The core closed tunnels that are no longer in its file."""

    names: tuple[str, ...]


class Reloaded(Said, frozen=True, kw_only=True):
    """The core read its file again."""


class ReloadRefused(Said, frozen=True, kw_only=True):
    """The core could not use its file and goes on as before."""

    reason: Reason


class LocalServiceDown(Said, frozen=True, kw_only=True):
    """A visitor came and the published service did not answer; never said for udp."""

    name: str
    reason: Reason


class AdminListening(Said, frozen=True, kw_only=True):
    """The core's admin API is there."""

    address: str


class AdminFailed(Said, frozen=True, kw_only=True):
    """The core runs without its admin API; only the fork does so."""

    detail: str


class ConfigError(Said, frozen=True, kw_only=True):
    """The core cannot start with its file; it ends at once."""

    reason: Reason


class Panicked(Said, frozen=True, kw_only=True):
    """The core crashed, or is the fork and ended: it panics at many a normal end."""

    is_usual: bool
    """True for the fork's own way to end; the line before says why it did."""


class Noise(Said, frozen=True, kw_only=True):
    """Not worth showing: empty lines and our own calls of the admin API."""


class Other(Said, frozen=True, kw_only=True):
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
