"""What a failure calls for: when to try again, or to stop and tell."""

from enum import Enum

from chmlfrp.model.reason import Code

FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 60.0
SLOW_DELAY_S = 60.0
STABLE_AFTER_S = 60.0
"""A core that was logged in this long starts its count of failures anew."""

CORE_RETRY_S = 30.0
"""The core's own pace for a proxy that the node refused (frp 0.65, measured)."""


class Answer(Enum):
    """How the engine goes on after a failure."""

    BACK_OFF = "1, 2, 4 … 60 seconds"
    SLOWLY = "every minute or as long as the service asks"
    ON_SIGN_IN = "when somebody is signed in again"
    NEVER = "only when the person or a change asks for it"


_SLOW = {
    Code.LOGIN_REFUSED,
    Code.NODE_TOKEN_WRONG,
    Code.SERVICE_RATE_LIMITED,
    Code.SERVICE_REFUSED,
}
_NEVER = {
    Code.CORE_MISSING,
    Code.CORE_VANISHED,
    Code.CORE_UNTRUSTED,
    Code.CORE_CHANGED,
    Code.CONFIG_REFUSED,
}
_CONFLICTS = {Code.NAME_IN_USE, Code.PORT_IN_USE, Code.DOMAIN_IN_USE}


def answer_to(code: Code) -> Answer:
    """Return how to go on after a process or launch that ended with this code."""
    if code in _NEVER:
        return Answer.NEVER
    if code is Code.SIGNED_OUT:
        return Answer.ON_SIGN_IN
    return Answer.SLOWLY if code in _SLOW else Answer.BACK_OFF


def is_conflict(code: Code) -> bool:
    """Return whether somebody else holds the name, port or domain, maybe not for long."""
    return code in _CONFLICTS


def delay_s(code: Code, failures: int, asked_s: float | None) -> float:
    """Return the seconds to the next try; `failures` counts from 1.

    What the service asked for is never undercut.
    """
    if answer_to(code) is Answer.SLOWLY:
        own = SLOW_DELAY_S
    else:
        own = min(FIRST_DELAY_S * 2 ** min(failures - 1, 10), LONGEST_DELAY_S)
    return max(own, asked_s or 0.0)
