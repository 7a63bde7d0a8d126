"""What travels of the timeline: one thing that happened, as data."""

from enum import StrEnum

from chmlfrp.control.protocol import Message, SessionState
from chmlfrp.model.health import HealthKey
from chmlfrp.model.ladder import Summary
from chmlfrp.model.reason import Reason


class Happened(StrEnum):
    """What kind of thing it is."""

    DAEMON_STARTED = "daemon.started"
    DAEMON_ENDED = "daemon.ended"
    SESSION = "session"
    """The account or the service's answer changed; see `session` and `reason`."""
    TUNNEL = "tunnel"
    """A tunnel's one word changed; see `summary` and `reason`."""
    TUNNEL_GONE = "tunnel.gone"
    HEALTH_BEGAN = "health.began"
    HEALTH_ENDED = "health.ended"


class TimelineEvent(Message, frozen=True, kw_only=True):
    """One thing that happened."""

    at: float
    """Seconds since 1970."""
    kind: Happened
    tunnel: int | None = None
    name: str = ""
    """The tunnel's name, or the account's."""
    summary: Summary | None = None
    session: SessionState | None = None
    health: HealthKey | None = None
    reason: Reason | None = None
