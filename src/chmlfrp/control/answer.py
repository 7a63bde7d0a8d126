"""Reading what the daemon answered, whichever way it came."""

from typing import TypeVar

import msgspec

from chmlfrp.control.problem import to_error
from chmlfrp.control.protocol import Problem, decode
from chmlfrp.errors import VersionMismatch

T = TypeVar("T")

_RESTART = "restart the daemon: chmlfrp daemon stop"


def check(status: int, body: bytes) -> None:
    """Raise the error that the answer is, if it is one."""
    if status < 400:
        return
    try:
        problem = decode(Problem, body)
    except msgspec.MsgspecError:
        message = f"the daemon answered with HTTP {status}"
        raise VersionMismatch(message, hint=_RESTART) from None
    raise to_error(problem)


def read(kind: type[T], body: bytes) -> T:
    """Return the message, or raise VersionMismatch where it is none of that type."""
    try:
        return decode(kind, body)
    except msgspec.MsgspecError as exc:
        message = "the daemon's answer has an unknown shape"
        raise VersionMismatch(message, hint=_RESTART) from exc
