"""Keeping watch: silent nodes become offline, every node is polled, old facts go.

Several services on one store may all do it: each poll counts once.
"""

import asyncio
import logging
import time
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.finish import to_the_end
from chmlfrp.selfhost.rules.rate import window_of
from chmlfrp.selfhost.store import history, order, rate, report
from chmlfrp.selfhost.store import node as nodes
from chmlfrp.selfhost.store.models import Node

LOOK_S = 1.0
CLEAN_S = 600.0

log = logging.getLogger(__name__)


async def keep(context: Context) -> None:
    """Look again and again; ends only by cancellation."""
    cleaned = 0.0
    while True:
        try:
            await to_the_end(look(context, now_s=time.time()))
            if time.monotonic() - cleaned > CLEAN_S:
                await to_the_end(clean(context, now_s=time.time()))
                cleaned = time.monotonic()
        except SQLAlchemyError as exc:
            log.warning("the nodes could not be looked after: %s", exc)
        await asyncio.sleep(LOOK_S)


async def look(context: Context, *, now_s: float) -> None:
    """Mark nodes offline that have been silent for too long, and poll all."""
    silent_ms = context.settings.nodes.silent_seconds * 1000
    async with context.database.read() as session:
        found = await nodes.everything(session)
    late = [
        one for one in found if one.is_online and one.seen_ms < now_s * 1000 - silent_ms
    ]
    unpolled = [one for one in found if one.polled < int(now_s) // history.POLL_S]
    if not late and not unpolled:
        return
    async with context.database.write() as session:
        for one in late:
            node = await session.get(Node, one.id)
            if node is not None and node.seen_ms == one.seen_ms:
                log.warning("node %s has fallen silent", node.name)
                await report.offline(session, node)
        for one in unpolled:
            node = await session.get(Node, one.id)
            if node is not None:
                await _poll(session, node, now_s)


async def clean(context: Context, *, now_s: float) -> None:
    """Drop what is older than is kept."""
    today = datetime.fromtimestamp(now_s).astimezone().date()
    async with context.database.write() as session:
        await history.forget_old(session, now_s=int(now_s), today=today)
        await order.forget_old(session)
        await rate.forget_old(session, window=window_of(now_s * 1000))


async def _poll(session: AsyncSession, node: Node, now_s: float) -> None:
    today = datetime.fromtimestamp(now_s).astimezone().date().isoformat()
    await history.poll(
        session, node, now_s=int(now_s), today=today, numbers=_numbers(node)
    )


def _numbers(node: Node) -> dict[str, Any]:
    measured = (
        *("memory_used", "cpu_usage", "sent_packets", "recv_packets"),
        *("page_tables", "active_conn", "passive_conn"),
    )
    by_type = {
        f"proxy_{kind}": node.open_by_type.get(kind, 0)
        for kind in ("tcp", "udp", "http", "https")
    }
    return {
        **{name: node.machine.get(name, 0) for name in measured},
        **by_type,
        "cur_conns": node.connections,
        "client_counts": node.clients,
    }
