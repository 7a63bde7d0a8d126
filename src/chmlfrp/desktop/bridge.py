"""The one place where Qt and asyncio meet: work goes over, outcomes come back.

Work runs on an asyncio loop in a thread of its own. Whatever it returns or yields is
handed to callbacks on the Qt thread, which never waits for any of it.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from chmlfrp.errors import ChmlFrpError

LOG = logging.getLogger(__name__)
END_WITHIN_S = 5.0
LONGEST_BACKLOG = 20_000
"""Items of a stream that wait for the Qt thread; the oldest are dropped beyond."""

T = TypeVar("T")
Failed = Callable[[ChmlFrpError], object]


class Call:
    """One piece of work on its way; its callbacks come on the Qt thread."""

    def __init__(
        self,
        bridge: "Bridge",
        work: Callable[["Call"], Awaitable[None]],
        *,
        failed: Failed | None,
        over: Callable[[], object] | None,
        owner: QObject | None,
    ) -> None:
        self._bridge = bridge
        self._work = work
        self._failed = failed
        self._over = over
        self._owner = owner
        self.is_cancelled = False
        self.is_over = False
        self.task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        """Give it up; none of its callbacks comes any more."""
        self.is_cancelled = self.is_over = True
        self._bridge.on_loop(self._stop)

    def _stop(self) -> None:
        if self.task is not None:
            self.task.cancel()

    async def run(self) -> None:
        """Do it, on the loop, and tell how it ended."""
        if self.is_cancelled:
            return
        failure: ChmlFrpError | None = None
        try:
            await self._work(self)
        except ChmlFrpError as exc:
            failure = exc
        except Exception as exc:
            LOG.exception("a call of the window failed")
            failure = ChmlFrpError(f"{type(exc).__name__}: {exc}")
        self._bridge.post(partial(self._end, failure))

    def tell(self, action: Callable[[], object]) -> None:
        """Do something on the Qt thread, unless this was given up or its owner is gone."""
        self._bridge.post(partial(self._if_wanted, action))

    def _if_wanted(self, action: Callable[[], object]) -> None:
        if not self.is_cancelled and (
            self._owner is None or shiboken6.isValid(self._owner)
        ):
            action()

    def _end(self, failure: ChmlFrpError | None) -> None:
        self.is_over = True
        if failure is not None and self._failed is not None:
            self._if_wanted(partial(self._failed, failure))
        if self._over is not None:
            self._if_wanted(self._over)


class Batch(Generic[T]):
    """What a stream yielded and the Qt thread has not taken yet."""

    def __init__(self, call: Call, each: Callable[[list[T]], object]) -> None:
        self._call = call
        self._each = each
        self._items: deque[T] = deque(maxlen=LONGEST_BACKLOG)
        self._is_told = False

    def put(self, item: T) -> None:
        """Add one; the Qt thread is told once until it takes them."""
        self._items.append(item)
        if not self._is_told:
            self._is_told = True
            self._call.tell(self._take)

    def _take(self) -> None:
        self._is_told = False
        items = [self._items.popleft() for _ in range(len(self._items))]
        if items:
            self._each(items)


class Bridge(QObject):
    """An asyncio loop in a thread, and the way back to the Qt thread."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loop = asyncio.new_event_loop()
        self._calls: asyncio.Queue[Call | None] = asyncio.Queue()
        self._is_ended = False
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._serve, name="asyncio")
        self._thread.start()

    def call(
        self,
        work: Callable[[], Awaitable[T]],
        *,
        done: Callable[[T], object] | None = None,
        failed: Failed | None = None,
        over: Callable[[], object] | None = None,
        owner: QObject | None = None,
    ) -> Call:
        """Run the work; `done` gets what it returns, `failed` its error, then `over`.

        owner: once it is deleted nothing is called back.
        """

        async def run(call: Call) -> None:
            result = await work()
            if done is not None:
                call.tell(partial(done, result))

        return self._begin(run, failed=failed, over=over, owner=owner)

    def stream(
        self,
        work: Callable[[], AsyncIterator[T]],
        each: Callable[[list[T]], object],
        *,
        failed: Failed | None = None,
        over: Callable[[], object] | None = None,
        owner: QObject | None = None,
    ) -> Call:
        """Run the work; `each` gets what it yields, as many at once as have come."""

        async def run(call: Call) -> None:
            batch = Batch(call, each)
            async for item in work():
                batch.put(item)

        return self._begin(run, failed=failed, over=over, owner=owner)

    def post(self, action: Callable[[], object]) -> None:
        """Do something on the Qt thread soon; from any thread."""
        if shiboken6.isValid(self):
            self._posted.emit(action)

    def on_loop(self, action: Callable[[], object]) -> None:
        """Do something on the loop soon; from any thread, nothing after the end."""
        if not self._is_ended:
            self._loop.call_soon_threadsafe(action)

    def end(self) -> None:
        """Give up what is under way and end the thread."""
        if self._is_ended:
            return
        self.on_loop(partial(self._calls.put_nowait, None))
        self._is_ended = True
        self._thread.join(END_WITHIN_S)

    def _begin(self, run: Callable[[Call], Awaitable[None]], **rest: Any) -> Call:
        call = Call(self, run, **rest)
        self.on_loop(partial(self._calls.put_nowait, call))
        return call

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._take_calls())

    async def _take_calls(self) -> None:
        under_way: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as tasks:
            while (call := await self._calls.get()) is not None:
                call.task = task = tasks.create_task(call.run())
                under_way.add(task)
                task.add_done_callback(under_way.discard)
            for task in under_way:
                task.cancel()

    @Slot(object)
    def _run(self, action: Callable[[], object]) -> None:
        action()
