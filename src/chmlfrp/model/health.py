"""What is the matter, as data: faces word it, nobody guesses from log lines."""

from enum import StrEnum

import msgspec

from chmlfrp.model.reason import Reason


class HealthCode(StrEnum):
    """What can be the matter."""

    NETWORK_DOWN = "network.down"
    SERVICE_UNREACHABLE = "service.unreachable"
    SESSION_REFUSED = "session.refused"
    CORE_UNUSABLE = "core.unusable"
    """No frpc that may be run."""
    NODE_UNREACHABLE = "node.unreachable"
    TUNNEL_FAILED = "tunnel.failed"
    """Nothing will change without the person."""
    TUNNEL_WAITING = "tunnel.waiting"
    """It has been down for a while; it is being tried again."""
    LOCAL_SERVICE_DOWN = "tunnel.local_service_down"
    TUNNEL_UNREACHABLE = "tunnel.unreachable"
    """It is open, but a try from outside got no answer."""


class Severity(StrEnum):
    """How much it matters."""

    WARNING = "warning"
    ERROR = "error"


class HealthKey(msgspec.Struct, frozen=True):
    """What is the matter with whom; at most one item has each."""

    code: HealthCode
    subject: str = ""
    """The tunnel's id or the node's name, empty for the machine as a whole."""


class HealthItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is the matter now."""

    key: HealthKey
    severity: Severity
    since: float
    """On the daemon's clock."""
    reason: Reason | None = None
