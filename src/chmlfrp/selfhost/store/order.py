"""Orders to nodes: what is to be closed, kept where every worker finds it."""

import time
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.store.models import Node, Tunnel, User
from chmlfrp.selfhost.store.nodemodels import NodeOrder

SHUT_S = 600
"""So long a session that was put offline may not open the tunnel again."""
GRACE_S = 5
"""So long a client is given to close by itself what its owner deleted or changed."""
FORGET_S = 3600


def now_ms() -> int:
    """Return Unix time in milliseconds."""
    return int(time.time() * 1000)


async def put_offline(session: AsyncSession, tunnel: Tunnel, user: User) -> NodeOrder:
    """Close the tunnel now and keep its present session from opening it again."""
    tunnel.shut_run_id = tunnel.run_id
    tunnel.shut_until_ms = now_ms() + SHUT_S * 1000
    return await _give(session, tunnel.node_id, user.token, tunnel.name)


async def drop(session: AsyncSession, tunnel: Tunnel, user: User) -> None:
    """Close what is open of a tunnel that was deleted or changed, if it still is."""
    if tunnel.is_online:
        await _give(session, tunnel.node_id, user.token, tunnel.name, grace_s=GRACE_S)


async def drop_user(session: AsyncSession, user: User) -> None:
    """End all sessions that show the account's present token, on every node.

    A node that has not reported yet what it just opened is told as well.
    """
    nodes = select(Tunnel.node_id).where(Tunnel.user_id == user.id).distinct()
    for node_id in (await session.scalars(nodes)).all():
        await _give(session, node_id, user.token, "")


async def due(session: AsyncSession, node_id: int) -> Sequence[NodeOrder]:
    """Return what the node is to do now, oldest first."""
    found = await session.scalars(
        select(NodeOrder)
        .where(
            NodeOrder.node_id == node_id,
            NodeOrder.is_done.is_(False),
            NodeOrder.due_ms <= now_ms(),
        )
        .order_by(NodeOrder.id)
        .limit(100)
    )
    return found.all()


async def done(session: AsyncSession, node_id: int, orders: Iterable[int]) -> None:
    """Note that the node did these."""
    await session.execute(
        update(NodeOrder)
        .where(NodeOrder.node_id == node_id, NodeOrder.id.in_(list(orders)))
        .values(is_done=True)
    )


async def unfinished(session: AsyncSession, orders: Iterable[int]) -> set[int]:
    """Return those of the orders that were not done yet."""
    found = await session.scalars(
        select(NodeOrder.id).where(
            NodeOrder.id.in_(list(orders)), NodeOrder.is_done.is_(False)
        )
    )
    return set(found)


async def forget_old(session: AsyncSession) -> None:
    """Drop orders of more than an hour ago; a node back from so long has no sessions."""
    await session.execute(
        delete(NodeOrder).where(NodeOrder.due_ms < now_ms() - FORGET_S * 1000)
    )


async def count_open(session: AsyncSession, user_id: int, node_id: int) -> int:
    """Return how many of the account's tunnels are open on the node."""
    count = await session.scalar(
        select(func.count()).where(
            Tunnel.user_id == user_id, Tunnel.node_id == node_id, Tunnel.is_online
        )
    )
    return count or 0


async def _give(
    session: AsyncSession, node_id: int, token: str, name: str, *, grace_s: int = 0
) -> NodeOrder:
    order = NodeOrder(
        node_id=node_id,
        user_token=token,
        tunnel_name=name,
        due_ms=now_ms() + grace_s * 1000,
    )
    session.add(order)
    await session.flush()
    return order


async def is_online(session: AsyncSession, node_id: int) -> bool:
    """Return whether the node is there to do anything."""
    return bool(await session.scalar(select(Node.is_online).where(Node.id == node_id)))
