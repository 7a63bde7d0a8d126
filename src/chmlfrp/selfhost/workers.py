"""Several processes that answer on one socket; one that dies is started again.

Each has a pipe to its parent. It says there that it answers, and ends when it is told to
or when the parent is gone, however that ended.
"""

import asyncio
import logging
import multiprocessing
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.finish import to_the_end

READY_S = 30.0
END_S = 6.0
BACKOFF_S = (0.1, 0.5, 1.0, 2.0, 5.0, 15.0)
STEADY_S = 30.0

T = TypeVar("T")
Answering = Callable[[Any, socket.socket], AbstractAsyncContextManager[None]]
"""Answers on the socket while it is open; must be found by name in a module."""

log = logging.getLogger(__name__)


class Crew:
    """The workers of a service; cancel `run` to end them."""

    def __init__(
        self, count: int, answering: Answering, plan: Any, listener: socket.socket
    ) -> None:
        self._all_ready = [asyncio.Event() for _ in range(count)]
        self._work = (answering, plan, listener)
        # A start, a wait for its word and a wait for its end, for each at once.
        self._threads = ThreadPoolExecutor(2 * count + 1, thread_name_prefix="crew")

    async def run(self) -> None:
        """Keep all running; ends only by cancellation."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for number, ready in enumerate(self._all_ready):
                    tasks.create_task(self._keep(ready), name=f"worker-{number}")
        finally:
            self._threads.shutdown(wait=False)

    async def ready(self) -> None:
        """Wait until all answer.

        Raises:
            SelfhostError: one does not within 30 seconds.
        """
        try:
            async with asyncio.timeout(READY_S):
                for ready in self._all_ready:
                    await ready.wait()
        except TimeoutError:
            raise SelfhostError("a worker of the service did not come up") from None

    async def _keep(self, ready: asyncio.Event) -> None:
        failures = 0
        while True:
            began = time.monotonic()
            code = await self._once(ready)
            failures = 0 if time.monotonic() - began > STEADY_S else failures + 1
            log.warning("a worker ended with code %s and is started again", code)
            await asyncio.sleep(BACKOFF_S[min(failures, len(BACKOFF_S)) - 1])

    async def _once(self, ready: asyncio.Event) -> int | None:
        process, pipe = await to_the_end(self._call(self._start))
        try:
            if await self._call(lambda: _word(pipe)):
                ready.set()
            await self._call(process.join)
        finally:
            await to_the_end(self._call(lambda: _end(process, pipe)))
        return process.exitcode

    def _start(self) -> tuple[SpawnProcess, "Connection[str, str]"]:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_main, args=(*self._work, theirs))
        process.start()
        theirs.close()
        return process, ours

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _word(pipe: "Connection[str, str]") -> bool:
    try:
        return bool(pipe.recv())
    except (EOFError, OSError):
        return False


def _end(process: SpawnProcess, pipe: "Connection[str, str]") -> None:
    with suppress(OSError):
        pipe.send("end")
    process.join(END_S)
    if process.is_alive():
        process.kill()
        process.join()
    pipe.close()


def _main(
    answering: Answering,
    plan: Any,
    listener: socket.socket,
    pipe: "Connection[str, str]",
) -> None:
    from chmlfrp.selfhost.logs import set_up

    set_up()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent tells
    asyncio.run(_answer(answering(plan, listener), pipe))


async def _answer(
    answering: AbstractAsyncContextManager[None], pipe: "Connection[str, str]"
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell() -> None:
        with suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(stop.set)

    def listen() -> None:
        _word(pipe)
        tell()

    signal.signal(signal.SIGTERM, lambda *_: tell())
    threading.Thread(target=listen, daemon=True).start()
    async with answering:
        pipe.send("ready")
        await stop.wait()


@asynccontextmanager
async def running(crew: Crew) -> AsyncIterator[None]:
    """Run the crew; yields once all of it answers.

    Raises:
        SelfhostError: one does not come up.
    """
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(crew.run(), name="crew")
        try:
            await crew.ready()
            yield
        finally:
            task.cancel()
