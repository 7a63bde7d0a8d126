"""Availability, load and traffic over time; bounded, coarser as it grows old.

A node is polled every 20 seconds: the samples are kept for a day, their outcome as one
row a day for 90 days. Traffic is one row a day and tunnel, for 90 days as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.store.models import Node, Tunnel
from chmlfrp.selfhost.store.nodemodels import NodeDay, NodeSample, TunnelDay

POLL_S = 20
KEEP_SAMPLES_S = 86400
KEEP_DAYS = 90
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Bytes of one day."""

    day: date
    came: int
    left: int


async def poll(
    session: AsyncSession,
    node: Node,
    *,
    now_s: int,
    today: str,
    numbers: dict[str, Any],
) -> bool:
    """Note whether the node is online, once for each 20 seconds whoever asks.

    Returns whether this call was the one that counted.
    """
    number = now_s // POLL_S
    won = await session.execute(
        update(Node)
        .where(Node.id == node.id, Node.polled < number)
        .values(polled=number)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(won, CursorResult)
    if won.rowcount != 1:
        return False
    if node.is_online:
        session.add(
            NodeSample(node_id=node.id, taken_s=number * POLL_S, numbers=numbers)
        )
    await _count_poll(session, node, today=today)
    return True


async def _count_poll(session: AsyncSession, node: Node, *, today: str) -> None:
    where = (NodeDay.node_id == node.id, NodeDay.day == today)
    found = await session.scalar(select(NodeDay).where(*where))
    if found is None:
        found = NodeDay(node_id=node.id, day=today, polls=0, found_online=0)
        session.add(found)
    found.polls += 1
    found.found_online += node.is_online
    await session.flush()


async def days(
    session: AsyncSession, *, since: str, node_ids: Iterable[int]
) -> dict[int, list[NodeDay]]:
    """Return the days from `since` on by node, oldest first."""
    found = await session.scalars(
        select(NodeDay)
        .where(NodeDay.day >= since, NodeDay.node_id.in_(list(node_ids)))
        .order_by(NodeDay.day)
    )
    by_node: dict[int, list[NodeDay]] = {}
    for one in found:
        by_node.setdefault(one.node_id, []).append(one)
    return by_node


async def samples(
    session: AsyncSession, node_id: int, *, since_s: int
) -> Sequence[NodeSample]:
    """Return the node's polls since then, oldest first."""
    found = await session.scalars(
        select(NodeSample)
        .where(NodeSample.node_id == node_id, NodeSample.taken_s >= since_s)
        .order_by(NodeSample.taken_s)
    )
    return found.all()


async def add_traffic(
    session: AsyncSession, tunnel: Tunnel, *, day: str, came: int, left: int
) -> None:
    """Add bytes to the tunnel's day."""
    if not came and not left:
        return
    where = (TunnelDay.tunnel_id == tunnel.id, TunnelDay.day == day)
    more = {
        "traffic_in": TunnelDay.traffic_in + came,
        "traffic_out": TunnelDay.traffic_out + left,
    }
    for _ in range(2):
        grown = await session.execute(update(TunnelDay).where(*where).values(**more))
        assert isinstance(grown, CursorResult)
        if grown.rowcount:
            return
        # Another report may make the row first.
        try:
            async with session.begin_nested():
                session.add(
                    TunnelDay(tunnel_id=tunnel.id, user_id=tunnel.user_id, day=day)
                )
        except IntegrityError:
            continue


async def week_of_user(
    session: AsyncSession, user_id: int, *, today: date
) -> list[Traffic]:
    """Return the last seven days of all the account's tunnels, oldest first."""
    return await _week(session, TunnelDay.user_id == user_id, today=today)


async def week_of_tunnel(
    session: AsyncSession, tunnel_id: int, *, today: date
) -> list[Traffic]:
    """Return the last seven days of the tunnel, oldest first."""
    return await _week(session, TunnelDay.tunnel_id == tunnel_id, today=today)


async def _week(session: AsyncSession, where: Any, *, today: date) -> list[Traffic]:
    first = today - timedelta(days=WEEK - 1)
    rows = await session.execute(
        select(
            TunnelDay.day,
            func.sum(TunnelDay.traffic_in),
            func.sum(TunnelDay.traffic_out),
        )
        .where(where, TunnelDay.day >= first.isoformat())
        .group_by(TunnelDay.day)
    )
    found = {day: (int(came), int(left)) for day, came, left in rows}
    week = [first + timedelta(days=n) for n in range(WEEK)]
    return [
        Traffic(day=day, came=sums[0], left=sums[1])
        for day in week
        for sums in [found.get(day.isoformat(), (0, 0))]
    ]


async def forget_old(session: AsyncSession, *, now_s: int, today: date) -> None:
    """Drop what is older than is kept."""
    last_sample = now_s - KEEP_SAMPLES_S
    await session.execute(delete(NodeSample).where(NodeSample.taken_s < last_sample))
    last_day = (today - timedelta(days=KEEP_DAYS)).isoformat()
    await session.execute(delete(NodeDay).where(NodeDay.day < last_day))
    await session.execute(delete(TunnelDay).where(TunnelDay.day < last_day))
