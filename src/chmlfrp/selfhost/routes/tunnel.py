"""tunnel, create_tunnel, update_tunnel, deletetunnel, delete_tunnel, tunnel_config."""

from collections.abc import Sequence

from litestar.di import NamedDependency
from litestar.handlers import route
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules import ini
from chmlfrp.selfhost.rules.account import group_of
from chmlfrp.selfhost.rules.domain import check_site
from chmlfrp.selfhost.rules.proxy import NO_TUNNEL, NOT_YOURS
from chmlfrp.selfhost.rules.tunnel import (
    NodeTerms,
    TunnelForm,
    check_node,
    check_quota,
    read_form,
)
from chmlfrp.selfhost.store import account, domain, node, order, tunnel
from chmlfrp.selfhost.store.models import Node, Tunnel, User
from chmlfrp.selfhost.takes import costly, takes
from chmlfrp.selfhost.wire import Reply, TunnelRow, tunnel_row, written_row

PLACE = (
    *("token?", "tunnelname", "node", "porttype", "localip?", "localport"),
    *("remoteport?", "banddomain?", "extraparams?"),
)


@route("/tunnel", http_method=METHODS, status_code=200, opt=takes("token?"))
async def list_tunnels(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[list[TunnelRow]]:
    """List the account's tunnels."""
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        found = await tunnel.of_user(session, user.id)
    rows = [tunnel_row(one, one.node, today=context.today()) for one in found]
    return Reply(msg="获取隧道数据成功", data=rows)


@route(
    "/create_tunnel",
    http_method=METHODS,
    status_code=200,
    opt=costly(*PLACE, "encryption", "compression"),
)
async def create_tunnel(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[TunnelRow]:
    """Create a tunnel; the reply carries no id, the list does."""
    token = params.token()
    async with context.database.write() as session:
        user = await account.by_token(session, token)
        form = read_form(params, options_required=True)
        place = await _allowed_node(session, form, user, context)
        used, _ = await account.usage(session, user.id)
        group = group_of(user.group, tunnel_limit=user.tunnel_limit)
        check_quota(group, used)
        made = await tunnel.create(session, form, user_id=user.id, node_id=place.id)
        row = written_row(made, place, today=context.today(), with_id=False)
    return Reply(msg="隧道创建成功", data=row)


@route(
    "/update_tunnel",
    http_method=METHODS,
    status_code=200,
    opt=takes("tunnelid", *PLACE, "encryption?", "compression?"),
)
async def update_tunnel(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[TunnelRow]:
    """Make a tunnel what the parameters say; options left out become false."""
    token = params.token()
    async with context.database.write() as session:
        user = await account.by_token(session, token)
        found = await tunnel.owned(session, params.integer("tunnelid"), user)
        form = read_form(params, options_required=False)
        place = await _allowed_node(session, form, user, context)
        if _moves(found, form, place):
            await order.drop(session, found, user)
        await tunnel.change(session, found, form, node_id=place.id)
        row = written_row(found, place, today=context.today(), with_id=True)
    return Reply(msg="隧道更新成功", data=row)


@route(
    ["/deletetunnel", "/delete_tunnel"],
    http_method=METHODS,
    status_code=200,
    opt=takes("token?", "tunnelid"),
)
async def delete_tunnel(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Delete a tunnel; its node closes it if its client does not in a few seconds."""
    token = params.token()
    async with context.database.write() as session:
        user = await account.by_token(session, token)
        found = await tunnel.owned(session, params.integer("tunnelid"), user)
        await order.drop(session, found, user)
        await tunnel.remove(session, found)
    return Reply(msg="删除隧道成功")


@route(
    "/tunnel_config",
    http_method=METHODS,
    status_code=200,
    opt=takes("token?", "node", "tunnel_names?"),
)
async def tunnel_config(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[str]:
    """Return the ini for tunnels of one node: those named, or all."""
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        place = await node.by_name(session, params.text("node"))
        wanted = _names(params.optional_text("tunnel_names"))
        found = await _config_tunnels(session, user, place, wanted)
    return Reply(msg="配置文件获取成功", data=config_text(user, place, found))


def config_text(user: User, place: Node, found: Sequence[Tunnel]) -> str:
    """Return the ini for tunnels of one node."""
    common = ini.Common(
        server_addr=place.host,
        server_port=place.port,
        user=user.token,
        token=place.node_token,
    )
    return ini.render(common, [_form(one, place) for one in found])


async def _allowed_node(
    session: AsyncSession, form: TunnelForm, user: User, context: Context
) -> Node:
    place = await node.by_name(session, form.node)
    terms = NodeTerms(
        is_vip=place.is_vip,
        allows_web=place.allows_web,
        allows_udp=place.allows_udp,
        first_port=place.first_port,
        last_port=place.last_port,
    )
    check_node(form, terms, group_of(user.group))
    if form.domain is not None:
        check_site(form.domain, context.settings.nodes.banned_domains)
        await domain.check_site(
            session, form.domain, user_id=user.id, in_china=place.in_china
        )
    return place


def _moves(found: Tunnel, form: TunnelForm, place: Node) -> bool:
    """Return whether what the node has open is no longer the record."""
    same = ("name", "type", "remote_port", "domain", "encryption", "compression")
    return found.node_id != place.id or any(
        getattr(found, field) != getattr(form, field) for field in same
    )


async def _config_tunnels(
    session: AsyncSession, user: User, place: Node, wanted: Sequence[str]
) -> Sequence[Tunnel]:
    if not wanted:
        mine = await tunnel.of_user(session, user.id)
        found = [one for one in mine if one.node_id == place.id]
        if not found:
            raise Refusal("该节点下没有隧道", code=404)
        return found
    return [await _config_tunnel(session, user, place, name) for name in wanted]


async def _config_tunnel(
    session: AsyncSession, user: User, place: Node, name: str
) -> Tunnel:
    found = await tunnel.by_name(session, name)
    if found is None:
        raise Refusal(NO_TUNNEL, code=404)
    if found.user_id != user.id:
        raise Refusal(NOT_YOURS)
    if found.node_id != place.id:
        raise Refusal(f"隧道{name}不在此节点")
    return found


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(n for n in (p.strip() for p in text.split(",")) if n))


def _form(one: Tunnel, place: Node) -> TunnelForm:
    return TunnelForm(
        name=one.name,
        node=place.name,
        type=one.type,
        local_ip=one.local_ip,
        local_port=one.local_port,
        remote_port=one.remote_port,
        domain=one.domain,
        encryption=one.encryption,
        compression=one.compression,
        extra=one.extra,
    )
