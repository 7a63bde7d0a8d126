"""The one writer: takes events, lets the engine decide, publishes, runs the effects."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from chmlfrp.control.protocol import SessionView
from chmlfrp.daemon import views
from chmlfrp.daemon.store import Store
from chmlfrp.engine.effects import Effect
from chmlfrp.engine.events import Event
from chmlfrp.engine.state import State
from chmlfrp.engine.step import step

log = logging.getLogger(__name__)


class Runner(Protocol):
    """Whoever does what the engine wants done; must not wait."""

    def run(self, effect: Effect) -> None: ...


class NodeLearnt(str):
    """Name of a node of which more is known now: addresses may be complete."""

    __slots__ = ()


News = Event | SessionView | NodeLearnt


class Supervisor:
    """Everybody may `tell`; only `run` steps and publishes."""

    def __init__(
        self, store: Store, now: Callable[[], float], find_node: views.FindNode
    ) -> None:
        self.state = State()
        self._store = store
        self._now = now
        self._find_node = find_node
        self._inbox: asyncio.Queue[News] = asyncio.Queue()

    def tell(self, news: News) -> None:
        """Hand over news; returns at once."""
        self._inbox.put_nowait(news)

    async def run(self, runner: Runner) -> None:
        """Work until cancelled. A fault of ours costs one piece of news, not the rest."""
        while True:
            news = await self._inbox.get()
            try:
                self._take(news, runner)
            except Exception:
                log.exception("a fault while taking in %s", type(news).__name__)
            finally:
                self._inbox.task_done()

    async def settle(self) -> None:
        """Return when everything told so far has been taken in."""
        await self._inbox.join()

    def _take(self, news: News, runner: Runner) -> None:
        if isinstance(news, SessionView):
            self._store.publish({}, news)
        elif isinstance(news, NodeLearnt):
            learnt = views.of_node(self.state, news, self._find_node)
            self._store.publish({int(i): view for i, view in learnt.items()})
        else:
            before = self.state
            self.state, effects = step(before, news, self._now())
            self._store.publish(views.changed(before, self.state, self._find_node))
            for effect in effects:
                runner.run(effect)
