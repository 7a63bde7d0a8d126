"""The ports of a node: chosen once, remembered, checked before every start.

Public ports were given out in people's files, so they never change by themselves once
the node was online. The dashboard's port is nobody's business and may.
"""

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.node.ports import choose, is_free
from chmlfrp.selfhost.store import node as nodes
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.models import Node

PREFERRED_PORT = 7000
OPTIONS = {"port": "--port", "http_port": "--http-port", "https_port": "--https-port"}

log = logging.getLogger(__name__)


async def settle_ports(database: Database, node_id: int) -> Node:
    """Return the node with ports that are free now.

    Raises:
        SelfhostError: a public port is taken and must not be changed.
    """
    async with database.write() as session:
        node = await session.get_one(Node, node_id)
        for field in _public(node):
            await _settle_public(session, node, field)
        if not is_free(node.dashboard_port, "127.0.0.1"):
            node.dashboard_port = await _another(session, node, "127.0.0.1")
    return node


async def _settle_public(session: AsyncSession, node: Node, field: str) -> None:
    port: int = getattr(node, field)
    if is_free(port, node.bind):
        return
    if node.was_online or node.ports_chosen:
        raise SelfhostError(
            f"port {port} of node {node.name} is taken by another program, or may not "
            "be opened",
            hint="end that program, or give the node another port: "
            f"chmlfrp selfhost node edit {node.name} {OPTIONS[field]} PORT",
            field=field,
        )
    setattr(node, field, await _another(session, node, node.bind))
    log.info("%s %d was taken, chose %d", field, port, getattr(node, field))


async def _another(session: AsyncSession, node: Node, address: str) -> int:
    return choose(
        address,
        avoid=await nodes.ports_in_use(session),
        lent=await nodes.port_ranges(session),
    )


def _public(node: Node) -> list[str]:
    return list(OPTIONS) if node.allows_web else ["port"]
