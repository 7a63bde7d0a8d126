"""The one writer: takes events, lets the engine decide, publishes, runs the effects."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from chmlfrp.control.protocol import SessionView, TunnelView
from chmlfrp.daemon import views
from chmlfrp.daemon.store import Store
from chmlfrp.engine.effects import Effect
from chmlfrp.engine.events import Event
from chmlfrp.engine.state import State
from chmlfrp.engine.step import step
from chmlfrp.model.health import HealthItem
from chmlfrp.model.ladder import Record
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import Tunnel, TunnelId

log = logging.getLogger(__name__)


class Runner(Protocol):
    """Whoever does what the engine wants done; must not wait."""

    def run(self, effect: Effect) -> None: ...


class NodeLearnt(str):
    """Name of a node of which more is known now: addresses may be complete."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class OptionsSet:
    """A person decided something about this tunnel that its record does not hold."""

    id: TunnelId


@dataclass(frozen=True, slots=True)
class HealthSeen:
    """All that is the matter now."""

    items: tuple[HealthItem, ...]


News = Event | SessionView | NodeLearnt | OptionsSet | HealthSeen

FindOptions = Callable[[TunnelId], TunnelOptions]
SavedAt = Callable[[Tunnel], float | None]
"""When the cache got what it has of a tunnel, in seconds since 1970."""


class Supervisor:
    """Everybody may `tell`; only `run` steps and publishes."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], float],
        find_node: views.FindNode,
        find_options: FindOptions = lambda _: TunnelOptions(),
        saved_at: SavedAt = lambda _: None,
    ) -> None:
        self.state = State()
        self._find_options = find_options
        self._saved_at = saved_at
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
            self._publish(views.of_node(self.state, news, self._find_node))
        elif isinstance(news, HealthSeen):
            self._store.publish({}, health=news.items)
        elif isinstance(news, OptionsSet):
            self._publish(views.of_tunnel(self.state, news.id, self._find_node))
        else:
            before = self.state
            self.state, effects = step(before, news, self._now())
            self._publish(views.changed(before, self.state, self._find_node))
            for effect in effects:
                runner.run(effect)

    def _publish(self, changed: Mapping[TunnelId, TunnelView | None]) -> None:
        self._store.publish(
            {int(i): view and self._whole(i, view) for i, view in changed.items()}
        )

    def _whole(self, tunnel_id: TunnelId, view: TunnelView) -> TunnelView:
        """Return the view with what the engine does not know."""
        record = view.tunnel
        is_cached = view.ladder.record.state is Record.CACHED
        return msgspec.structs.replace(
            view,
            options=self._find_options(tunnel_id),
            cached_at=self._saved_at(record) if is_cached and record else None,
        )
