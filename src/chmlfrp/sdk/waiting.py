"""The same code for programs without an event loop.

One thread runs one loop, on which every call is made: connections and locks live as long
as the block, and there is no second implementation to keep in step.
"""

import asyncio
import inspect
import threading
from collections.abc import Coroutine
from functools import wraps
from types import TracebackType
from typing import Any, Self, TypeVar

from chmlfrp.api.client import ServiceClient

T = TypeVar("T")


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner
        self._loop: asyncio.AbstractEventLoop
        self._ready = threading.Event()
        self._end: asyncio.Event
        self._thread = threading.Thread(target=self._live, name="chmlfrp", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()
        self._ready.wait()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the outcome of `work`; an interrupt cancels it first."""
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("a blocking call on the loop that would answer it")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """End loop and thread; what is still running is cancelled."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _live(self) -> None:
        asyncio.run(self._until_closed())

    async def _until_closed(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        self._ready.set()
        await self._end.wait()


class Blocking:
    """A namespace of `ServiceClient` whose methods wait for their answer."""

    def __init__(self, namespace: object, loop: Loop) -> None:
        self._namespace = namespace
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._namespace, name)
        if not inspect.iscoroutinefunction(found):
            return found

        @wraps(found)
        def call(*args: Any, **kwargs: Any) -> Any:
            return self._loop.run(found(*args, **kwargs))

        return call


class BlockingClient:
    """A `ServiceClient` for programs without an event loop; used with `with`.

    It takes what `ServiceClient` takes, and has the same namespaces and methods.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._client = ServiceClient(*args, **kwargs)
        self._loop: Loop | None = None

    def __enter__(self) -> Self:
        self._loop = Loop()
        self._loop.start()
        try:
            self._loop.run(self._client.__aenter__())
        except BaseException:
            self._loop.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._loop is not None
        try:
            self._loop.run(self._client.__aexit__(kind, error, trace))
        finally:
            self._loop.close()
            self._loop = None

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name.startswith("with_"):
            return self._twins(found)
        if self._loop is None:
            raise RuntimeError("the client is not open; use it in a with block")
        return Blocking(found, self._loop)

    def _twins(self, make: Any) -> Any:
        @wraps(make)
        def call(*args: Any) -> "BlockingClient":
            twin = object.__new__(BlockingClient)
            twin._client, twin._loop = make(*args), self._loop
            return twin

        return call
