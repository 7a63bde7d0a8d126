"""Reading and writing nodes."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.refusal import no_such_node
from chmlfrp.selfhost.rules.account import new_token
from chmlfrp.selfhost.store.models import Node, Tunnel
from chmlfrp.selfhost.store.nodemodels import NodeDay, NodeOrder, NodeSample


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNode:
    """What is decided when a node is made."""

    name: str
    host: str
    bind: str
    port: int
    http_port: int
    https_port: int
    dashboard_port: int
    first_port: int
    last_port: int
    ports_chosen: bool = False
    area: str = ""
    notes: str = ""
    is_vip: bool = False
    in_china: bool = False
    allows_web: bool = True
    allows_udp: bool = True
    is_remote: bool = False
    join_hash: str | None = None


async def add(session: AsyncSession, new: NewNode) -> Node:
    """Return the new node with secrets of its own, already flushed.

    Raises:
        SelfhostError: the name is taken.
    """
    node = Node(
        **asdict(new),
        node_token=new_token(),
        api_key=new_token(),
        plugin_key=secrets.token_urlsafe(32),
        dashboard_password=secrets.token_urlsafe(24),
    )
    session.add(node)
    try:
        await session.flush()
    except IntegrityError as exc:
        raise SelfhostError(
            f"there is a node {new.name!r} already", field="name"
        ) from exc
    return node


async def count_tunnels(session: AsyncSession, node_id: int) -> int:
    """Return how many tunnels are on the node."""
    found = select(func.count()).where(Tunnel.node_id == node_id)
    return await session.scalar(found) or 0


async def remove(session: AsyncSession, node: Node) -> None:
    """Forget the node, its tunnels and its history; accounts keep their traffic."""
    for table in (Tunnel, NodeOrder, NodeSample, NodeDay):
        await session.execute(delete(table).where(table.node_id == node.id))
    await session.delete(node)


async def everything(session: AsyncSession) -> Sequence[Node]:
    """Return all nodes, oldest first."""
    return (await session.scalars(select(Node).order_by(Node.id))).all()


async def by_name(session: AsyncSession, name: str) -> Node:
    """Return the node of that name.

    Raises:
        Refusal: there is none.
    """
    node = await session.scalar(select(Node).where(Node.name == name))
    if node is None:
        raise no_such_node()
    return node


async def ports_in_use(session: AsyncSession) -> set[int]:
    """Return the ports that nodes of this service own, running or not."""
    columns = (Node.port, Node.http_port, Node.https_port, Node.dashboard_port)
    rows = await session.execute(select(*columns))
    return {port for row in rows for port in row}


async def port_ranges(session: AsyncSession) -> list[range]:
    """Return the ports that nodes of this service lend."""
    rows = await session.execute(select(Node.first_port, Node.last_port))
    return [range(first, last + 1) for first, last in rows]
