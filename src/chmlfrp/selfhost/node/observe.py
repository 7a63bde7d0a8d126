"""Writing down what a node's dashboard shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.node.dashboard import ProxyInfo, Reading
from chmlfrp.selfhost.node.live import Change, Closed, Opened
from chmlfrp.selfhost.node.machine import Machine
from chmlfrp.selfhost.node.meter import Meter
from chmlfrp.selfhost.store import tunnel
from chmlfrp.selfhost.store.models import Node, Tunnel

ONLINE = "online"


@dataclass(slots=True)
class Observer:
    """Follows one frps from its start; its counters begin at zero with it."""

    node_id: int
    meter: Meter = field(default_factory=Meter)

    async def online(
        self, session: AsyncSession, reading: Reading, machine: Machine, *, fresh: bool
    ) -> None:
        """Note the node as online, with its numbers and those of its tunnels.

        Args:
            session: one that may write.
            reading: the dashboard.
            machine: where the node runs.
            fresh: nothing was opened or closed since the reading began, so that it
                also tells which tunnels are open.
        """
        node = await session.get_one(Node, self.node_id)
        today = datetime.now().astimezone().date().isoformat()
        node.is_online = node.was_online = True
        node.version = reading.server.version
        node.clients = reading.server.client_counts
        node.connections = reading.server.cur_conns
        node.proxies = sum(p.status == ONLINE for p in reading.proxies.values())
        node.machine = msgspec.structs.asdict(machine)
        server = reading.server
        self._count(
            node, "", server.total_traffic_in, server.total_traffic_out, today=today
        )
        for one in await tunnel.of_node(session, self.node_id):
            seen = reading.proxies.get(f"{one.user.token}.{one.name}")
            self._tunnel(one, seen, today=today, fresh=fresh)

    async def changes(self, session: AsyncSession, changes: Sequence[Change]) -> None:
        """Note what clients opened and closed, in that order."""
        for change in changes:
            match change:
                case Opened():
                    await self._opened(session, change)
                case Closed():
                    await self._closed(session, change)
                case _:
                    assert_never(change)

    async def offline(self, session: AsyncSession) -> None:
        """Note that no frps runs: nothing is open and nobody is connected."""
        node = await session.get_one(Node, self.node_id)
        node.is_online = False
        node.clients = node.connections = node.proxies = 0
        await tunnel.reset(session, self.node_id)

    async def _opened(self, session: AsyncSession, change: Opened) -> None:
        found = await session.get(Tunnel, change.tunnel_id)
        if found is None or found.node_id != self.node_id:
            return
        found.is_online = True
        found.run_id = change.run_id
        found.started_ms = change.started_ms
        found.client_version = change.version

    async def _closed(self, session: AsyncSession, change: Closed) -> None:
        # A close that comes late, after a new session opened the tunnel, is not for it.
        found = await tunnel.by_name(session, change.name)
        if found is not None and found.run_id == change.run_id:
            found.is_online = False
            found.connections = 0

    def _tunnel(
        self, one: Tunnel, seen: ProxyInfo | None, *, today: str, fresh: bool
    ) -> None:
        is_open = seen is not None and seen.status == ONLINE
        if fresh:
            one.is_online = is_open
        one.connections = seen.cur_conns if seen is not None and is_open else 0
        if seen is None:
            return
        one.client_version = seen.client_version or one.client_version
        came, left = self._count(
            one, seen.name, seen.today_traffic_in, seen.today_traffic_out, today=today
        )
        one.user.uploaded += came
        one.user.downloaded += left

    def _count(
        self, row: Node | Tunnel, name: str, came: int, left: int, *, today: str
    ) -> tuple[int, int]:
        if row.traffic_day != today:
            row.traffic_day, row.traffic_in, row.traffic_out = today, 0, 0
        more_in = self.meter.advance(f"in {name}", came)
        more_out = self.meter.advance(f"out {name}", left)
        row.traffic_in += more_in
        row.traffic_out += more_out
        return more_in, more_out
