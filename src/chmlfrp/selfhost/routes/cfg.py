"""cfg: what the official frpc asks with `-u TOKEN -p ID`, and its frps before it allows.

It has an envelope of its own, and says no with status 200 as well.
"""

import secrets
from collections.abc import Sequence

import msgspec
from litestar.di import NamedDependency
from litestar.handlers import route
from msgspec import UNSET, UnsetType
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import LARGEST, Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.routes.tunnel import config_text
from chmlfrp.selfhost.rules.account import group_of
from chmlfrp.selfhost.rules.proxy import (
    NO_TUNNEL,
    NOT_YOURS,
    UNKNOWN_USER,
    ProxyWish,
    judge,
    own_name,
)
from chmlfrp.selfhost.store import account, tunnel
from chmlfrp.selfhost.store.models import Node, User
from chmlfrp.selfhost.takes import takes

NOTHING_GIVEN = "缺少用户token或隧道id参数"
WRONG_NODE = "节点apitoken错误"
KILOBYTES_PER_MEGABIT = 128
ASKED = (
    *("action", "token?", "id?", "user?", "apitoken?", "proxy_name?", "proxy_type?"),
    *("remote_port?", "domain?", "subdomain?", "group?"),
    *("use_encryption?", "use_compression?"),
)
ACTION = {"enum": ["getcfg", "checktoken", "getlimit", "checkproxy"]}


class CfgReply(msgspec.Struct, kw_only=True):
    """The envelope of this route; `cfg` is there for getcfg, the limits for getlimit."""

    success: bool = True
    message: str = ""
    status: int = 200
    cfg: str | UnsetType = UNSET
    most_in: int | UnsetType = msgspec.field(name="max-in", default=UNSET)
    """KB/s, as `most_out`."""
    most_out: int | UnsetType = msgspec.field(name="max-out", default=UNSET)


@route("/cfg", http_method=METHODS, status_code=200, opt=takes(*ASKED, action=ACTION))
async def cfg(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> CfgReply:
    """Answer the official frpc and frps."""
    answers = {
        "getcfg": _getcfg,
        "checktoken": _checktoken,
        "getlimit": _getlimit,
        "checkproxy": _checkproxy,
    }
    try:
        answer = answers.get(params.optional_text("action"), _unknown)
        async with context.database.read() as session:
            return await answer(session, params)
    except Refusal as refusal:
        return CfgReply(success=False, message=refusal.msg, status=refusal.code)


async def _unknown(_: AsyncSession, __: Params) -> CfgReply:
    raise Refusal("未知的action")


async def _getcfg(session: AsyncSession, params: Params) -> CfgReply:
    token, ids = params.optional_text("token"), _ids(params.optional_text("id"))
    if not token or not ids:
        raise Refusal(NOTHING_GIVEN)
    user = await _user(session, token)
    found = [await tunnel.owned(session, one, user) for one in ids]
    place = await session.get_one(Node, found[0].node_id)
    if any(one.node_id != place.id for one in found):
        raise Refusal("隧道不在同一个节点")
    if place.is_vip and group_of(user.group).is_free:
        raise Refusal("您目前为免费会员，无法使用会员节点", code=403)
    return CfgReply(cfg=config_text(user, place, found))


async def _checktoken(session: AsyncSession, params: Params) -> CfgReply:
    await _node(session, params)
    await _user(session, params.optional_text("user"))
    return CfgReply()


async def _getlimit(session: AsyncSession, params: Params) -> CfgReply:
    place = await _node(session, params)
    user = await _user(session, params.optional_text("user"))
    mbps = user.bandwidth_mbps or group_of(user.group).bandwidth_mbps
    # Abroad an account has four times what it has on the mainland.
    limit = mbps * KILOBYTES_PER_MEGABIT * (1 if place.in_china else 4)
    return CfgReply(most_in=limit, most_out=limit)


async def _checkproxy(session: AsyncSession, params: Params) -> CfgReply:
    place = await _node(session, params)
    user = params.optional_text("user")
    await _user(session, user)
    name = own_name(user, params.optional_text("proxy_name"))
    found = await tunnel.record(session, name) if name else None
    if name is None or found is None:
        raise Refusal(NO_TUNNEL if name else NOT_YOURS)
    reason = judge(_wish(params), found.record, user=user, node_id=place.id)
    if reason is not None:
        raise Refusal(reason)
    return CfgReply()


async def _node(session: AsyncSession, params: Params) -> Node:
    """Return the node whose `SECRET|ID` the caller shows."""
    secret, _, number = params.optional_text("apitoken").rpartition("|")
    node_id = _number(number)
    node = None if node_id is None else await session.get(Node, node_id)
    expected = node.api_key if node is not None else ""
    if node is None or not secrets.compare_digest(secret.encode(), expected.encode()):
        raise Refusal(WRONG_NODE, code=401)
    return node


async def _user(session: AsyncSession, token: str) -> User:
    user = await account.find(session, User.token == token)
    if user is None or account.is_shut_out(user):
        raise Refusal(UNKNOWN_USER, code=401)
    return user


def _ids(text: str) -> Sequence[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    ids = [number for part in parts if (number := _number(part)) is not None]
    if len(ids) < len(parts):
        raise Refusal(NOTHING_GIVEN)
    return list(dict.fromkeys(ids))


def _number(text: str) -> int | None:
    """Return an id, None for what can be none."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))):
        return None
    return number if (number := int(text)) <= LARGEST else None


def _wish(params: Params) -> ProxyWish:
    port = _number(params.optional_text("remote_port"))
    return ProxyWish(
        type=params.optional_text("proxy_type"),
        remote_port=port or 0,
        domains=_domains(params.optional_text("domain")),
        subdomain=params.optional_text("subdomain"),
        group=params.optional_text("group"),
        encryption=params.optional_text("use_encryption") == "true",
        compression=params.optional_text("use_compression") == "true",
    )


def _domains(text: str) -> tuple[str, ...]:
    if text in ("", "null"):
        return ()
    try:
        return tuple(msgspec.json.decode(text, type=list[str]))
    except msgspec.MsgspecError:
        return (text,)
