"""node, nodeinfo and node_stats."""

from litestar.di import NamedDependency
from litestar.handlers import route

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.account import group_of
from chmlfrp.selfhost.store import account
from chmlfrp.selfhost.store import node as nodes
from chmlfrp.selfhost.takes import takes
from chmlfrp.selfhost.wire import NodeInfo, NodeRow, NodeStats, Reply, node_row
from chmlfrp.selfhost.wire import node_info as info_row
from chmlfrp.selfhost.wire import node_stats as stats_row


@route("/node", http_method=METHODS, status_code=200)
async def list_nodes(context: NamedDependency[Context]) -> Reply[list[NodeRow]]:
    """List the nodes that are online; needs no token."""
    async with context.database.read() as session:
        found = await nodes.everything(session)
    return Reply(msg="获取成功", data=[node_row(one) for one in found if one.is_online])


@route("/nodeinfo", http_method=METHODS, status_code=200, opt=takes("token?", "node"))
async def nodeinfo(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[NodeInfo]:
    """Show one node; this route has a bad-token text of its own."""
    try:
        token = params.token()
    except Refusal as refusal:
        raise _wrong_token() from refusal
    async with context.database.read() as session:
        user = await account.by_token(session, token, refusal=_wrong_token())
        found = await nodes.by_name(session, params.text("node"))
    if found.is_vip and group_of(user.group).is_free:
        raise Refusal("此节点为会员节点，免费用户无法使用", code=403)
    return Reply(msg="获取成功", data=info_row(found))


@route("/node_stats", http_method=METHODS, status_code=200)
async def node_stats(context: NamedDependency[Context]) -> Reply[list[NodeStats]]:
    """List how busy all nodes are; needs no token."""
    async with context.database.read() as session:
        found = await nodes.everything(session)
    return Reply(msg="节点统计数据获取成功", data=[stats_row(one) for one in found])


def _wrong_token() -> Refusal:
    return Refusal("错误的token", code=401)
