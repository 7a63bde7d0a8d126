"""offline_tunnel, refresh_tunnel and offline_user_nodes."""

import asyncio
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from litestar.handlers import post, route
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.proxy import NO_TUNNEL, NOT_YOURS
from chmlfrp.selfhost.store import account, order, tunnel
from chmlfrp.selfhost.store import node as nodes
from chmlfrp.selfhost.store.models import Node, Tunnel, User
from chmlfrp.selfhost.takes import takes
from chmlfrp.selfhost.wire import Reply

AnyRequest = Request[Any, Any, Any]
T = TypeVar("T")

PATIENCE_S = 3.0
"""So long a request waits for the nodes to do what it asks."""
LOOK_S = 0.05
NOT_IN_TIME = "节点没有及时响应，将在节点恢复后执行"


class TunnelReply(msgspec.Struct, Generic[T], kw_only=True):
    """The envelope of these routes, which tell the caller who it is."""

    msg: str
    code: int = 200
    data: T
    state: str = "success"
    ip: str
    request_type: str


class TunnelNow(msgspec.Struct, kw_only=True):
    """A tunnel as it was last seen."""

    today_traffic_in: int
    today_traffic_out: int
    cur_conns: int
    last_start_time: str
    """`MM-DD hh:mm:ss` of this machine, as frps tells it; empty where there was none."""
    last_close_time: str
    status: str


class NodesDone(msgspec.Struct, kw_only=True):
    """What became of a request to several nodes."""

    total: int = msgspec.field(name="totalNodes")
    done: int = msgspec.field(name="successCount")
    failed: int = msgspec.field(name="failCount")
    results: dict[str, str]


@post("/offline_tunnel", status_code=200, opt=takes("token?", "tunnel_name"))
async def offline_tunnel(
    request: AnyRequest,
    params: NamedDependency[Params],
    context: NamedDependency[Context],
) -> TunnelReply[None]:
    """Close a tunnel now; its present client may not open it again for a while."""
    async with context.database.write() as session:
        user = await account.by_token(session, params.token())
        found = await _named(session, params.text("tunnel_name"), user)
        if not await order.is_online(session, found.node_id):
            raise Refusal("节点不在线，无法下线隧道")
        given = await order.put_offline(session, found, user)
    if await _wait(context, [given.id]):
        raise Refusal(NOT_IN_TIME)
    return TunnelReply(
        msg="下线隧道成功",
        data=None,
        ip=params.caller.address,
        request_type=request.method,
    )


@post("/refresh_tunnel", status_code=200, opt=takes("token?", "tunnel_name"))
async def refresh_tunnel(
    request: AnyRequest,
    params: NamedDependency[Params],
    context: NamedDependency[Context],
) -> TunnelReply[TunnelNow]:
    """Show what the node last reported of a tunnel."""
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        found = await _named(session, params.text("tunnel_name"), user)
    is_today = found.traffic_day == context.today()
    data = TunnelNow(
        today_traffic_in=found.traffic_in if is_today else 0,
        today_traffic_out=found.traffic_out if is_today else 0,
        cur_conns=found.connections,
        last_start_time=_time(found.started_ms),
        last_close_time=_time(found.closed_ms),
        status="online" if found.is_online else "offline",
    )
    return TunnelReply(
        msg="刷新隧道数据成功",
        data=data,
        ip=params.caller.address,
        request_type=request.method,
    )


@route("/offline_user_nodes", http_method=METHODS, status_code=200, opt=takes("token?"))
async def offline_user_nodes(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[NodesDone]:
    """Close all of the account's tunnels, on every node."""
    orders: dict[int, list[int]] = {}
    async with context.database.write() as session:
        user = await account.by_token(session, params.token())
        for one in await tunnel.of_user(session, user.id):
            if one.is_online:
                given = await order.put_offline(session, one, user)
                orders.setdefault(one.node_id, []).append(given.id)
        names = {one.id: one.name for one in await _nodes(session, orders)}
    left = await _wait(context, [one for some in orders.values() for one in some])
    results = {
        names[node_id]: NOT_IN_TIME if left.intersection(given) else "下线成功"
        for node_id, given in orders.items()
    }
    failed = sum(text == NOT_IN_TIME for text in results.values())
    data = NodesDone(
        total=len(results),
        done=len(results) - failed,
        failed=failed,
        results=results,
    )
    return Reply(msg="操作完成", data=data)


async def _nodes(session: AsyncSession, ids: Iterable[int]) -> list[Node]:
    wanted = set(ids)
    return [one for one in await nodes.everything(session) if one.id in wanted]


async def _named(session: AsyncSession, name: str, user: User) -> Tunnel:
    found = await tunnel.by_name(session, name)
    if found is None:
        raise Refusal(NO_TUNNEL, code=404)
    if found.user_id != user.id:
        raise Refusal(NOT_YOURS)
    return found


async def _wait(context: Context, orders: list[int]) -> set[int]:
    """Return the orders that were not done in time."""
    until = time.monotonic() + PATIENCE_S
    while True:
        async with context.database.read() as session:
            left = await order.unfinished(session, orders)
        if not left or time.monotonic() > until:
            return left
        await asyncio.sleep(LOOK_S)


def _time(ms: int | None) -> str:
    if ms is None:
        return ""
    return f"{datetime.fromtimestamp(ms / 1000).astimezone():%m-%d %H:%M:%S}"
