"""panelinfo and api/server-status."""

import asyncio
import os

import psutil
from litestar.di import NamedDependency
from litestar.handlers import get, route
from sqlalchemy import func, select

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.store.models import Base, Node, Tunnel, User
from chmlfrp.selfhost.wire import Reply
from chmlfrp.selfhost.wire_people import Metrics, PanelInfo, ServerStatus


@route("/panelinfo", http_method=METHODS, status_code=200)
async def panelinfo(context: NamedDependency[Context]) -> Reply[PanelInfo]:
    """Count what there is; needs no token."""
    async with context.database.read() as session:
        tunnels, nodes, users = [
            await session.scalar(select(func.count()).select_from(table)) or 0
            for table in _counted()
        ]
    info = PanelInfo(
        tunnel_amount=tunnels,
        node_amount=nodes,
        user_amount=users,
        friend_links=list(context.settings.links) or None,
    )
    return Reply(msg="获取成功", data=info)


@get("/api/server-status")
async def server_status(context: NamedDependency[Context]) -> ServerStatus:
    """Tell how hard the machine of the API works; bare, and needs no token."""
    metrics = await asyncio.to_thread(_measure)
    shares = (metrics.cpu, metrics.memory, metrics.io_latency, metrics.steal)
    return ServerStatus(
        metrics=metrics,
        server_name=context.settings.name,
        load=max(*shares, min(metrics.thread_contention, 100.0)),
    )


def _counted() -> tuple[type[Base], ...]:
    return (Tunnel, Node, User)


def _measure() -> Metrics:
    times = psutil.cpu_times_percent(interval=0.1)
    waiting = psutil.getloadavg()[0] / (os.cpu_count() or 1) * 100
    return Metrics(
        cpu=round(100 - times.idle, 1),
        memory=psutil.virtual_memory().percent,
        steal=getattr(times, "steal", 0.0),
        io_latency=getattr(times, "iowait", 0.0),
        thread_contention=round(waiting, 1),
    )
