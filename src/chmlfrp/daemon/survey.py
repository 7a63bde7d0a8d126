"""Choosing among nodes: their days, the way to them, favourites, and which to take."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import msgspec

from chmlfrp.control.protocol import NodeView
from chmlfrp.control.survey import MeasureNodes, NodeMeasured
from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.node import Nodes
from chmlfrp.daemon.nodebook import NodeBook
from chmlfrp.errors import ApiError, NotFound, RightsMissing
from chmlfrp.local.latency import measure
from chmlfrp.model.latency import LatencyPoint, LatencyTrouble, typical
from chmlfrp.model.node import NodeUptime
from chmlfrp.model.recommend import NodeFacts, Recommendation, recommend
from chmlfrp.model.tunnel import TunnelType

AT_ONCE = 4
AGAIN_AFTER_S = 10.0
"""A node that was measured so shortly before is not asked again."""
PLACE_FOR_S = 24 * 3600.0
"""Where a node is, is asked for again after this."""
UPTIME_FOR_S = 600.0
RECOMMENDED_DAYS = 7

Measure = Callable[[str, int], Awaitable[LatencyPoint]]


class Survey:
    """Asks the service as seldom as can be; raises ApiError where it must."""

    def __init__(
        self,
        keeper: AccountKeeper,
        nodes: Nodes,
        book: NodeBook,
        *,
        now: Callable[[], float],
        wall: Callable[[], float] = time.time,
        attempt: Measure = measure,
    ) -> None:
        self._keeper = keeper
        self._nodes = nodes
        self._book = book
        self._now = now
        self._wall = wall
        self._attempt = attempt
        self._uptimes: dict[tuple[int, str], tuple[float, list[NodeUptime]]] = {}

    async def load(self) -> None:
        """Read what is kept of nodes."""
        await self._book.load()

    async def views(self) -> list[NodeView]:
        """Return all nodes, with favourites and latencies."""
        await self._book.load()
        return [self._view(node) for node in await self._nodes.list()]

    async def uptime(self, *, days: int, name: str = "") -> list[NodeUptime]:
        """Return how much of its last days a node was up, all without a name."""
        key = (days, name)
        found = self._uptimes.get(key)
        if found and self._now() - found[0] < UPTIME_FOR_S:
            return found[1]
        service = self._keeper.client.nodes
        rows = await service.uptime(days=days, name=name)
        self._uptimes[key] = (self._now(), rows)
        return rows

    def node_at(self, host: str) -> str:
        """Return the node that was found at that host, empty if none was."""
        return self._book.node_at(host)

    async def favour(self, name: str, *, is_favourite: bool) -> None:
        """Keep in mind whether a person likes the node."""
        await self._book.load()
        await self._book.favour(name, is_favourite=is_favourite)

    async def latency(self, name: str) -> list[LatencyPoint]:
        """Return what was measured of the node, the oldest first."""
        await self._book.load()
        return list(self._book.get(name).points)

    async def recommend(self, kind: TunnelType) -> list[Recommendation]:
        """Return the nodes for such a tunnel, the best first."""
        views, percents = await self.views(), await self._percents()
        account = self._keeper.view.account
        facts = [_facts(view, percents.get(view.name)) for view in views]
        is_member = account is not None and account.is_member
        return recommend(facts, kind, is_member=is_member)

    @contextlib.asynccontextmanager
    async def measure(
        self, command: MeasureNodes
    ) -> AsyncIterator[AsyncIterator[NodeMeasured]]:
        """Give each node as it is measured; leaving the block ends the rest.

        Raises:
            NotFound: there is no node of one of the names.
        """
        await self._book.load()
        names = await self._named(command.names)
        done: asyncio.Queue[tuple[str, LatencyPoint]] = asyncio.Queue()
        seats = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> None:
            async with seats:
                done.put_nowait((name, await self._measure(name)))

        async def each() -> AsyncIterator[NodeMeasured]:
            for count in range(1, len(names) + 1):
                name, point = await done.get()
                yield NodeMeasured(node=name, point=point, done=count, total=len(names))

        async with asyncio.TaskGroup() as tasks:
            works = [tasks.create_task(one(name)) for name in names]
            yield each()
            for work in works:
                work.cancel()

    async def _named(self, names: Sequence[str]) -> list[str]:
        views = await self._nodes.list()
        if not names:
            return [view.name for view in views if view.is_online]
        known = {view.name for view in views}
        for name in names:
            if name not in known:
                raise NotFound(
                    f"there is no node {name}",
                    hint="see what there is: chmlfrp node list --all",
                    field="node",
                )
        return list(dict.fromkeys(names))

    async def _measure(self, name: str) -> LatencyPoint:
        points = self._book.get(name).points
        if points and 0 <= self._wall() - points[-1].at < AGAIN_AFTER_S:
            return points[-1]
        place = await self._place(name)
        if isinstance(place, LatencyTrouble):
            return LatencyPoint(at=self._wall(), trouble=place)
        point = await self._attempt(*place)
        self._book.note_point(name, point)
        return point

    async def _place(self, name: str) -> tuple[str, int] | LatencyTrouble:
        notes = self._book.get(name)
        if notes.host and 0 <= self._wall() - notes.placed_at < PLACE_FOR_S:
            return notes.host, notes.port
        try:
            detail = await self._nodes.get(name)
        except RightsMissing:
            return LatencyTrouble.NO_RIGHTS
        except ApiError:
            return LatencyTrouble.NO_ADDRESS
        if not detail.host:
            return LatencyTrouble.NO_ADDRESS
        self._book.note_place(name, detail.host, detail.port, at=self._wall())
        return detail.host, detail.port

    async def _percents(self) -> dict[str, float]:
        """Return how much of the last days nodes were up, nothing if nobody tells."""
        try:
            rows = await self.uptime(days=RECOMMENDED_DAYS)
        except ApiError:
            return {}
        return {
            row.name: sum(day.percent for day in row.days) / len(row.days)
            for row in rows
            if row.days
        }

    def _view(self, node: NodeView) -> NodeView:
        notes = self._book.get(node.name)
        return msgspec.structs.replace(
            node,
            is_favourite=notes.is_favourite,
            latency_ms=typical(notes.points),
            latency_at=notes.points[-1].at if notes.points else None,
        )


def _facts(view: NodeView, uptime_percent: float | None) -> NodeFacts:
    return NodeFacts(
        name=view.name,
        is_online=view.is_online,
        is_vip=view.is_vip,
        is_in_mainland=view.is_in_mainland,
        allows_web=view.allows_web,
        allows_udp=view.allows_udp,
        load_percent=max(view.bandwidth_percent, view.cpu_percent),
        latency_ms=view.latency_ms,
        uptime_percent=uptime_percent,
        is_favourite=view.is_favourite,
    )
