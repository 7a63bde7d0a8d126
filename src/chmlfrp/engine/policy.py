"""What a failure is and what it calls for: one table, and the limits on restarts."""

import zlib
from dataclasses import dataclass
from enum import Enum, StrEnum

from chmlfrp.model.reason import Code

STABLE_AFTER_S = 60.0
"""A core that was logged in this long starts its count of failures anew."""
FORGIVEN_AFTER_S = 180.0
"""A core that was logged in this long has its restarts forgotten."""

RESTARTS_AT_MOST = 10
RESTARTS_WINDOW_S = 600.0

SPREAD = 0.1
"""So that a node that comes back is not met by every client in the same second."""

CORE_RETRY_S = 30.0
"""The core's own pace for a proxy that the node refused (frp 0.65, measured)."""

SESSION_WINDOW_S = 90.0
"""A node has let a silent session go by then (frps: 40 s over mux, 90 s by heartbeat)."""
TAKEN_OFFLINE_EVERY_S = 3600.0
_HELD_LONGEST_S = 5.0
"""Within the window tries are cheap: the core closes and opens one proxy."""
_HELD_SOLO_S = (5.0, 30.0)
"""A core that cannot reload is launched anew for each try."""
_HELD_LATER_S = 60.0


class FailureClass(StrEnum):
    """What kind of trouble it is."""

    CORE = "core"
    CONFIG = "config"
    SIGN_IN = "sign_in"
    RIGHTS = "rights"
    RATE_BAN = "rate_ban"
    SERVICE_DOWN = "service_down"
    NODE_DOWN = "node_down"
    NETWORK_DOWN = "network_down"
    DNS = "dns"
    LOCAL_SERVICE = "local_service"
    CONFLICT = "conflict"
    WEDGED = "wedged"
    UNKNOWN = "unknown"


class Answer(Enum):
    """How the engine goes on after a failure."""

    BACK_OFF = "again and again, after growing delays"
    UNTIL = "not before the time that the service named"
    ON_SIGN_IN = "when somebody is signed in again"
    ON_NETWORK = "when the network is back"
    NEVER = "only when the person or a change asks for it"


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done about one class; delays are `first_s`, then doubling from `again_s`."""

    answer: Answer
    first_s: float = 1.0
    again_s: float = 2.0
    longest_s: float = 60.0


POLICIES = {
    FailureClass.CORE: Policy(Answer.NEVER),
    FailureClass.CONFIG: Policy(Answer.NEVER),
    FailureClass.SIGN_IN: Policy(Answer.ON_SIGN_IN),
    FailureClass.RIGHTS: Policy(Answer.BACK_OFF, 60.0, 60.0, 300.0),
    FailureClass.RATE_BAN: Policy(Answer.UNTIL, 60.0, 60.0, 900.0),
    FailureClass.SERVICE_DOWN: Policy(Answer.BACK_OFF),
    FailureClass.NODE_DOWN: Policy(Answer.BACK_OFF),
    FailureClass.NETWORK_DOWN: Policy(Answer.ON_NETWORK),
    FailureClass.DNS: Policy(Answer.BACK_OFF, longest_s=30.0),
    FailureClass.LOCAL_SERVICE: Policy(Answer.BACK_OFF),
    FailureClass.CONFLICT: Policy(Answer.BACK_OFF),
    FailureClass.WEDGED: Policy(Answer.BACK_OFF, 1.0, 60.0, 600.0),
    FailureClass.UNKNOWN: Policy(Answer.BACK_OFF),
}

_CLASSES = {
    Code.CORE_MISSING: FailureClass.CORE,
    Code.CORE_VANISHED: FailureClass.CORE,
    Code.CORE_UNTRUSTED: FailureClass.CORE,
    Code.CORE_CHANGED: FailureClass.CORE,
    Code.CORE_WEDGED: FailureClass.WEDGED,
    Code.CONFIG_REFUSED: FailureClass.CONFIG,
    Code.SIGNED_OUT: FailureClass.SIGN_IN,
    Code.LOGIN_REFUSED: FailureClass.RIGHTS,
    Code.NODE_TOKEN_WRONG: FailureClass.RIGHTS,
    Code.SERVICE_REFUSED: FailureClass.RIGHTS,
    Code.TOO_MANY: FailureClass.RIGHTS,
    Code.SERVICE_RATE_LIMITED: FailureClass.RATE_BAN,
    Code.SERVICE_UNREACHABLE: FailureClass.SERVICE_DOWN,
    Code.SERVICE_GARBLED: FailureClass.SERVICE_DOWN,
    Code.LINK_REFUSED: FailureClass.NODE_DOWN,
    Code.LINK_TIMEOUT: FailureClass.NODE_DOWN,
    Code.LINK_NO_ROUTE: FailureClass.NODE_DOWN,
    Code.LINK_CLOSED: FailureClass.NODE_DOWN,
    Code.LINK_LOST: FailureClass.NODE_DOWN,
    Code.NODE_OFFLINE: FailureClass.NODE_DOWN,
    Code.NETWORK_DOWN: FailureClass.NETWORK_DOWN,
    Code.LINK_DNS: FailureClass.DNS,
    Code.LOCAL_SERVICE_DOWN: FailureClass.LOCAL_SERVICE,
    Code.NAME_IN_USE: FailureClass.CONFLICT,
    Code.PORT_IN_USE: FailureClass.CONFLICT,
    Code.DOMAIN_IN_USE: FailureClass.CONFLICT,
    Code.HELD_ELSEWHERE: FailureClass.CONFLICT,
}

_HELPED_BY_NETWORK = frozenset(
    {
        FailureClass.NETWORK_DOWN,
        FailureClass.NODE_DOWN,
        FailureClass.DNS,
        FailureClass.SERVICE_DOWN,
    }
)


def class_of(code: Code) -> FailureClass:
    """Return what kind of trouble the code stands for."""
    return _CLASSES.get(code, FailureClass.UNKNOWN)


def answer_to(code: Code) -> Answer:
    """Return how to go on after a process or launch that ended with this code."""
    return POLICIES[class_of(code)].answer


def is_conflict(code: Code) -> bool:
    """Return whether somebody else holds the name, port or domain, maybe not for long."""
    return class_of(code) is FailureClass.CONFLICT


def is_helped_by_network(code: Code) -> bool:
    """Return whether a network that came back is a reason to try at once."""
    return class_of(code) in _HELPED_BY_NETWORK


def delay_s(code: Code, failures: int, asked_s: float | None = None) -> float:
    """Return the seconds to the next try; `failures` counts from 1.

    What the service asked for is never undercut.
    """
    policy = POLICIES[class_of(code)]
    own = policy.first_s
    if failures > 1:
        own = min(policy.again_s * 2 ** min(failures - 2, 20), policy.longest_s)
    return max(own, asked_s or 0.0)


def held_delay_s(conflicts: int, *, is_past_window: bool, is_solo: bool) -> float:
    """Return the seconds to the next try of what somebody else holds."""
    if is_past_window:
        return _HELD_LATER_S
    first, longest = _HELD_SOLO_S if is_solo else (1.0, _HELD_LONGEST_S)
    return float(min(first * 2 ** min(conflicts - 1, 20), longest))


def spread(delay: float, seed: int | None, *what: object) -> float:
    """Return the delay, longer by up to a tenth: the same for the same seed and words."""
    if seed is None:
        return delay
    text = "/".join(map(str, (seed, *what)))
    return delay * (1 + SPREAD * zlib.crc32(text.encode()) / 2**32)


def limited_s(delay: float, restarts: tuple[float, ...], now: float) -> float:
    """Return the delay that keeps within the restarts allowed in a window."""
    if len(restarts) < RESTARTS_AT_MOST:
        return delay
    return max(delay, restarts[-RESTARTS_AT_MOST] + RESTARTS_WINDOW_S - now)


def recent(restarts: tuple[float, ...], now: float) -> tuple[float, ...]:
    """Return the restarts that still count."""
    return tuple(at for at in restarts if now - at < RESTARTS_WINDOW_S)
