"""Writing down what a node's agent reports, each report once."""

from datetime import datetime
from typing import assert_never

from sqlalchemy import CursorResult, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from chmlfrp.selfhost.store import history, order
from chmlfrp.selfhost.store.models import Node, Tunnel, User
from chmlfrp.selfhost.store.tunnel import reset
from chmlfrp.selfhost.talk import (
    Change,
    Closed,
    Look,
    Opened,
    Report,
    TunnelSeen,
)


async def take(session: AsyncSession, node_id: int, report: Report) -> None:
    """Apply the report, unless it is one that was applied already."""
    if not await _is_news(session, node_id, report):
        return
    node = await session.get_one(Node, node_id, populate_existing=True)
    await order.done(session, node_id, report.done)
    for change in report.changes:
        await _change(session, node_id, change)
    if report.look is not None:
        await _look(session, node, report.look)
    if report.is_leaving:
        await offline(session, node)


async def offline(session: AsyncSession, node: Node) -> None:
    """Note that no frps runs: nothing is open and nobody is connected."""
    node.is_online = False
    node.clients = node.connections = node.proxies = 0
    node.open_by_type = {}
    await reset(session, node.id)


async def _is_news(session: AsyncSession, node_id: int, report: Report) -> bool:
    # One statement, so that of two workers with the same report one finds it old.
    is_newer = (Node.boot != report.boot) | (Node.reports < report.number)
    taken = await session.execute(
        update(Node)
        .where(Node.id == node_id, is_newer)
        .values(boot=report.boot, reports=report.number, seen_ms=order.now_ms())
        .execution_options(synchronize_session=False)
    )
    assert isinstance(taken, CursorResult)
    return taken.rowcount == 1


async def _change(session: AsyncSession, node_id: int, change: Change) -> None:
    found = await session.get(Tunnel, change.tunnel_id)
    if found is None or found.node_id != node_id:
        return
    match change:
        case Opened():
            found.is_online = True
            found.run_id = change.run_id
            found.started_ms = change.started_ms
            found.client_version = change.version
        case Closed():
            # A close that comes late, after a new session opened it, is not for it.
            if found.run_id == change.run_id:
                found.is_online = False
                found.connections = 0
                found.closed_ms = change.closed_ms
        case _:
            assert_never(change)


async def _look(session: AsyncSession, node: Node, look: Look) -> None:
    today = datetime.now().astimezone().date().isoformat()
    node.is_online = node.was_online = True
    node.version = look.version
    node.clients = look.clients
    node.connections = look.connections
    node.proxies = sum(look.open_by_type.values())
    node.open_by_type = look.open_by_type
    node.machine = look.machine
    _count(node, look.came, look.left, today=today)
    seen = {one.tunnel_id: one for one in look.tunnels}
    for tunnel in await _tunnels(session, node.id):
        await _tunnel(session, tunnel, seen.get(tunnel.id), look=look, today=today)


async def _tunnels(session: AsyncSession, node_id: int) -> list[Tunnel]:
    found = await session.scalars(
        select(Tunnel).where(Tunnel.node_id == node_id).options(joinedload(Tunnel.user))
    )
    return list(found)


async def _tunnel(
    session: AsyncSession,
    tunnel: Tunnel,
    seen: TunnelSeen | None,
    *,
    look: Look,
    today: str,
) -> None:
    is_open = seen is not None and seen.is_open
    if look.fresh:
        tunnel.is_online = is_open
    tunnel.connections = seen.connections if seen is not None and is_open else 0
    if seen is None:
        return
    tunnel.client_version = seen.version or tunnel.client_version
    _count(tunnel, seen.came, seen.left, today=today)
    # Added by the database: nodes may count for one account at the same time.
    tunnel.user.uploaded = User.uploaded + seen.came
    tunnel.user.downloaded = User.downloaded + seen.left
    await history.add_traffic(
        session, tunnel, day=today, came=seen.came, left=seen.left
    )


def _count(row: Node | Tunnel, came: int, left: int, *, today: str) -> None:
    if row.traffic_day != today:
        row.traffic_day, row.traffic_in, row.traffic_out = today, 0, 0
    row.traffic_in += came
    row.traffic_out += left
