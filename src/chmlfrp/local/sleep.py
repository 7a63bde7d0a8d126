"""That the machine slept: a clock that counts sleep ran ahead of one that does not.

Both clocks only go forward and are set by nobody, so a clock that a person or NTP sets is
never taken for sleep.
"""

import asyncio
import ctypes
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from chmlfrp.model.network import Wake

LOOK_EVERY_S = 2.0
AT_LEAST_S = 5.0
"""Shorter naps break no connection."""

Clock = Callable[[], float]


def sleep_clock(system: str = sys.platform, *, api: Any = time) -> Clock:
    """Return a clock of the seconds that the machine has slept.

    Linux: CLOCK_BOOTTIME counts sleep, CLOCK_MONOTONIC does not. macOS: CLOCK_MONOTONIC_RAW
    and CLOCK_UPTIME_RAW (clock_gettime(3)). Windows: the performance counter behind
    `time.monotonic` counts it, QueryUnbiasedInterruptTime does not.
    """
    if system == "win32":
        return lambda: api.monotonic() - _unbiased_s()
    pairs = {"linux": ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC")}
    names = pairs.get(system, ("CLOCK_MONOTONIC_RAW", "CLOCK_UPTIME_RAW"))
    with_sleep, without = (getattr(api, name, None) for name in names)
    if with_sleep is None or without is None:
        return lambda: 0.0
    gettime = api.clock_gettime
    return lambda: float(gettime(with_sleep) - gettime(without))


def _unbiased_s() -> float:
    """Return the seconds since the start that Windows was awake."""
    ticks = ctypes.c_ulonglong()
    library: Any = ctypes.__dict__["WinDLL"]("kernel32")
    library.QueryUnbiasedInterruptTime(ctypes.byref(ticks))
    return ticks.value / 1e7


async def wakes(
    slept: Clock, *, look_every_s: float = LOOK_EVERY_S
) -> AsyncIterator[Wake]:
    """Yield after each sleep, within `look_every_s` of waking; until cancelled."""
    before = slept()
    while True:
        await asyncio.sleep(look_every_s)
        now = slept()
        if now - before >= AT_LEAST_S:
            yield Wake(slept_s=now - before)
        before = now
