"""What is known of the nodes, so that nobody asks the service twice."""

import asyncio
from collections.abc import Callable

from chmlfrp.control.protocol import NodeView
from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.supervisor import News, NodeLearnt
from chmlfrp.model.node import Node, NodeDetail, NodeStats

FRESH_FOR_S = 30.0


class Nodes:
    """A cache over the service's node routes; raises ApiError where it must ask."""

    def __init__(
        self,
        account: AccountKeeper,
        *,
        tell: Callable[[News], None],
        now: Callable[[], float],
    ) -> None:
        self._account = account
        self._tell = tell
        self._now = now
        self._details: dict[str, tuple[float, NodeDetail]] = {}
        self._all: tuple[float, list[NodeView]] | None = None
        self._asking = asyncio.Lock()

    def known(self, name: str) -> NodeDetail | None:
        """Return what was last learnt of the node, however long ago."""
        found = self._details.get(name)
        return found[1] if found else None

    async def get(self, name: str) -> NodeDetail:
        """Return the node, asked for again if what is known is old."""
        async with self._asking:
            found = self._details.get(name)
            if found and self._now() - found[0] < FRESH_FOR_S:
                return found[1]
            detail = await self._account.client.nodes.get(name)
            self._details[name] = (self._now(), detail)
            self._tell(NodeLearnt(name))
            return detail

    async def list(self) -> list[NodeView]:
        """Return all nodes, offline ones too, as they were at most 30 s ago."""
        async with self._asking:
            if self._all and self._now() - self._all[0] < FRESH_FOR_S:
                return self._all[1]
            service = self._account.client.nodes
            nodes = {n.name: n for n in await service.list(max_age_s=0)}
            stats = {s.name: s for s in await service.stats(max_age_s=0)}
            names = dict.fromkeys((*stats, *nodes))
            views = [_view(name, nodes.get(name), stats.get(name)) for name in names]
            self._all = (self._now(), views)
            return views

    def forget(self) -> None:
        """Ask again for everything next time: another account sees other nodes."""
        self._details.clear()
        self._all = None


def _view(name: str, node: Node | None, stats: NodeStats | None) -> NodeView:
    known = node or stats
    assert known is not None
    return NodeView(
        id=known.id,
        name=name,
        is_online=stats.is_online if stats else True,
        is_vip=known.is_vip,
        area=node.area if node else "",
        notes=node.notes if node else "",
        is_in_mainland=node.is_in_mainland if node else None,
        allows_web=node.allows_web if node else None,
        allows_udp=node.allows_udp if node else None,
        clients=stats.clients if stats else 0,
        tunnels=stats.tunnels if stats else 0,
        connections=stats.connections if stats else 0,
        cpu_percent=stats.cpu_percent if stats else 0.0,
        bandwidth_percent=stats.bandwidth_percent if stats else 0.0,
    )
