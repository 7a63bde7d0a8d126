"""Calls of the system that may hang, each in a thread that nobody waits for at exit.

A resolver without a network may take half a minute; neither the loop nor the threads that
others need are held up by it.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable

Work = Callable[[], object]
"""Succeeds by returning, fails by OSError or UnicodeError."""


class Aside:
    """Does one piece of work at a time; while one hangs no other is begun."""

    def __init__(self, work: Work, *, patience_s: float, name: str) -> None:
        self._work = work
        self._patience_s = patience_s
        self._name = name
        self._thread: threading.Thread | None = None

    async def __call__(self) -> bool:
        """Return whether the work succeeded in time."""
        if self._thread is not None and self._thread.is_alive():
            return False
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool] = loop.create_future()
        self._thread = threading.Thread(
            target=self._run, args=(loop, done), name=self._name, daemon=True
        )
        self._thread.start()
        try:
            async with asyncio.timeout(self._patience_s):
                return await done
        except TimeoutError:
            return False

    def _run(
        self, loop: asyncio.AbstractEventLoop, done: "asyncio.Future[bool]"
    ) -> None:
        try:
            self._work()
            is_well = True
        except (OSError, UnicodeError):
            is_well = False

        def arrive() -> None:
            if not done.done():
                done.set_result(is_well)

        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(arrive)
