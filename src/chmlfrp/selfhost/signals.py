"""Ending on a signal, in order."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stop_on_signal() -> Iterator[asyncio.Event]:
    """Yield an event that SIGTERM, SIGINT or SIGBREAK sets."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    names = [n for n in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, n)]
    before = {
        getattr(signal, n): signal.signal(
            getattr(signal, n), lambda *_: loop.call_soon_threadsafe(stop.set)
        )
        for n in names
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
