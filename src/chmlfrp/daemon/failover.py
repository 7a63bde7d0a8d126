"""Moves tunnels whose node has failed, and back; see `engine.failover` for the when."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import UNSET

from chmlfrp.control.protocol import Edited, EditTunnel, FailoverView, NodeView
from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.names import move_names
from chmlfrp.daemon.node import Nodes
from chmlfrp.daemon.options import Options, Records, load
from chmlfrp.daemon.tunnel import Tunnels
from chmlfrp.engine import failover
from chmlfrp.engine.failover import Decision, Memory, Seen, Verdict
from chmlfrp.engine.state import State, TunnelState, group_of
from chmlfrp.errors import ApiError, ChmlFrpError, HomeUnusable, InvalidInput
from chmlfrp.local.files import save_state
from chmlfrp.model.failover import Candidate, Failover
from chmlfrp.model.ladder import Core, Link
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.reason import Code
from chmlfrp.model.tunnel import Tunnel, TunnelId

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
NODE_TROUBLE = {
    Code.LINK_REFUSED,
    Code.LINK_TIMEOUT,
    Code.LINK_DNS,
    Code.LINK_NO_ROUTE,
    Code.LINK_CLOSED,
    Code.LINK_LOST,
    Code.NODE_OFFLINE,
}


class Moving(Protocol):
    """What a move needs of the daemon; it may raise ApiError or InvalidInput."""

    async def nodes(self) -> Sequence[NodeView]: ...
    async def node(self, name: str) -> NodeDetail: ...
    async def edit(self, tunnel_id: TunnelId, command: EditTunnel) -> Edited: ...
    async def move_names(self, names: Collection[str], after: Tunnel) -> None: ...
    def may_use_vip(self) -> bool: ...
    def is_network_up(self) -> bool: ...


class Mover:
    """The daemon's parts as a move needs them."""

    def __init__(
        self,
        account: AccountKeeper,
        nodes: Nodes,
        settle: Callable[[], Awaitable[None]],
        is_network_usable: Callable[[], bool],
    ) -> None:
        self._is_network_usable = is_network_usable
        self._account = account
        self._nodes = nodes
        self._tunnels = Tunnels(account, nodes)
        self._settle = settle

    async def nodes(self) -> Sequence[NodeView]:
        return await self._nodes.list()

    async def node(self, name: str) -> NodeDetail:
        return await self._nodes.get(name)

    async def edit(self, tunnel_id: TunnelId, command: EditTunnel) -> Edited:
        edited = await self._tunnels.edit(tunnel_id, command)
        await self._account.look()
        await self._settle()
        return edited

    async def move_names(self, names: Collection[str], after: Tunnel) -> None:
        await move_names(self._account.client.domains, names, after)

    def may_use_vip(self) -> bool:
        account = self._account.view.account
        return account is not None and account.is_member

    def is_network_up(self) -> bool:
        # Whoever cannot reach the service either may well be cut off himself.
        return self._is_network_usable() and self._account.view.trouble is None


class Failovers:
    """Watches the tunnels that have a plan; asks for the nodes only while one has."""

    def __init__(
        self,
        options: Options,
        path: Path,
        state: Callable[[], State],
        parts: Moving,
        *,
        now: Callable[[], float],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._options = options
        self._path = path
        self._state = state
        self._parts = parts
        self._now = now
        self._wall = wall
        self._memory: dict[TunnelId, Memory] = {}

    async def load(self) -> None:
        """Take up what an earlier daemon moved."""
        kept = await asyncio.to_thread(lambda: load(self._path, Records))
        self._memory = {
            TunnelId(int(i)): Memory(record=r) for i, r in (kept or {}).items()
        }

    async def run(self) -> None:
        """Look until cancelled."""
        await self.load()
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for tunnel_id, options in self._options.all().items():
                if options.failover.is_on:
                    await self.look(tunnel_id)

    async def look(self, tunnel_id: TunnelId) -> Decision | None:
        """Decide about one tunnel and do it; None if nothing is known of it now."""
        seen = await self._seen(tunnel_id)
        if seen is None:
            return None
        plan = self._options.get(tunnel_id).failover
        before = self._memory.get(tunnel_id, Memory())
        memory, decision = failover.decide(plan, before, seen)
        self._memory[tunnel_id] = memory
        if decision.verdict in (Verdict.MOVE, Verdict.MOVE_BACK):
            assert decision.node is not None
            await self._move(tunnel_id, memory, seen, decision.node)
        return decision

    async def view(
        self, tunnel_id: TunnelId, plan: Failover | None = None
    ) -> FailoverView:
        """Return how it stands and where a move would lead now; nothing is changed.

        plan: in the place of the one in force.

        Raises:
            ApiError: the nodes cannot be asked for.
            InvalidInput: the plan cannot be.
        """
        if plan is None:
            plan = self._options.get(tunnel_id).failover
        plan.check()
        seen = await self._seen(tunnel_id, must_know=True)
        assert seen is not None
        memory = self._memory.get(tunnel_id, Memory())
        _, decision = failover.decide(plan, memory, seen)
        to = failover.best(plan, memory, seen)
        return FailoverView(
            plan=plan,
            verdict=decision.verdict,
            until=decision.until,
            node=seen.node,
            home=memory.record.home if memory.record else seen.node,
            would_move_to=to,
            would_keep_port=await self._keeps_port(tunnel_id, to) if to else None,
            moves_last_hour=len(memory.record.moved_at) if memory.record else 0,
        )

    async def _move(
        self, tunnel_id: TunnelId, memory: Memory, seen: Seen, to: str
    ) -> None:
        # On disk first: after a crash in between, the way home is still known.
        await self._keep(tunnel_id, failover.moved(memory, seen, to))
        try:
            keeps_port = await self._keeps_port(tunnel_id, to)
            port = UNSET if keeps_port else await self._free_port(to)
            command = EditTunnel(node=to, remote_port=port)
            edited = await self._parts.edit(tunnel_id, command)
        except (ApiError, InvalidInput) as error:
            log.warning("tunnel %s could not move to %s: %s", tunnel_id, to, error)
            await self._keep(tunnel_id, failover.refused(memory, seen, to))
        else:
            log.info("tunnel %s moved from %s to %s", tunnel_id, seen.node, to)
            names = self._options.get(tunnel_id).failover.names
            await self._parts.move_names(names, edited.tunnel)

    async def _keep(self, tunnel_id: TunnelId, memory: Memory) -> None:
        self._memory[tunnel_id] = memory
        records = {str(i): m.record for i, m in self._memory.items() if m.record}
        try:
            await asyncio.to_thread(save_state, self._path, records)
        except HomeUnusable as error:
            log.warning("the move could not be written down: %s", error)

    async def _seen(
        self, tunnel_id: TunnelId, *, must_know: bool = False
    ) -> Seen | None:
        state = self._state()
        tunnel = state.tunnels.get(tunnel_id)
        if tunnel is None or tunnel.tunnel is None:
            if must_know:
                raise InvalidInput(f"there is no tunnel {tunnel_id}", field="tunnel")
            return None
        if not must_know and tunnel.account != state.account:
            return None  # The service would take the change from its own account only.
        try:
            nodes = await self._parts.nodes()
        except ChmlFrpError:
            # Without the service nothing could be moved either.
            if must_know:
                raise
            return None
        return Seen(
            now=self._now(),
            wall=self._wall(),
            node=tunnel.tunnel.node,
            kind=tunnel.tunnel.type,
            is_wanted=tunnel.wanted,
            is_network_up=self._parts.is_network_up(),
            is_node_well=is_node_well(state, tunnel, nodes),
            candidates=[_candidate(node) for node in nodes],
            may_use_vip=self._parts.may_use_vip(),
        )

    def _tunnel(self, tunnel_id: TunnelId) -> Tunnel:
        found = self._state().tunnels[tunnel_id].tunnel
        assert found is not None
        return found

    async def _keeps_port(self, tunnel_id: TunnelId, node: str) -> bool:
        tunnel = self._tunnel(tunnel_id)
        ports = (await self._parts.node(node)).ports
        port = tunnel.remote_port
        return port is None or ports is None or ports.first <= port <= ports.last

    async def _free_port(self, node: str) -> int | None:
        ports = (await self._parts.node(node)).ports
        return None if ports is None else ports.any()


def is_node_well(state: State, tunnel: TunnelState, nodes: Sequence[NodeView]) -> bool:
    """Return whether the tunnel's node is online and frpc can reach it."""
    record, group = tunnel.tunnel, group_of(state, tunnel)
    assert record is not None
    if any(node.name == record.node and not node.is_online for node in nodes):
        return group is not None and group.link.state is Link.LOGGED_IN
    if group is None or group.link.state is Link.LOGGED_IN:
        return True
    reason = group.link.reason or group.core.reason
    is_trying = group.core.state in (Core.RUNNING, Core.WAITING, Core.STARTING)
    return not (is_trying and reason is not None and reason.code in NODE_TROUBLE)


def _candidate(node: NodeView) -> Candidate:
    return Candidate(
        name=node.name,
        is_online=node.is_online,
        is_vip=node.is_vip,
        area=node.area,
        allows_web=node.allows_web,
        allows_udp=node.allows_udp,
        load_percent=max(node.bandwidth_percent, node.cpu_percent),
    )
