"""The door for frps: its HTTP plugin asks here before it lets anything happen.

Only the loopback port made for it answers, under a path with the node's secret. Every
call is answered at once and closes its connection: frps has no time-out of its own, and
a kept connection that closes just as it is used would refuse a client. asyncio sets
TCP_NODELAY on every connection, without which a call would cost 40 ms more.
"""

import time
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import post
from litestar.params import FromPath

from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.node.live import Closed, LiveNode, Opened
from chmlfrp.selfhost.rules.proxy import (
    NO_TUNNEL,
    NOT_YOURS,
    UNKNOWN_USER,
    ProxyWish,
    judge,
    own_name,
)
from chmlfrp.selfhost.store import account, tunnel
from chmlfrp.selfhost.store.models import User


class Login(msgspec.Struct):
    """A client comes to the node."""

    user: str = ""
    version: str = ""


class Session(msgspec.Struct):
    """The client that a later call speaks of."""

    user: str = ""
    run_id: str = ""


class Proxy(msgspec.Struct):
    """A proxy that opens or closes; frps leaves out what is empty or false."""

    user: Session = msgspec.field(default_factory=Session)
    proxy_name: str = ""
    proxy_type: str = ""
    remote_port: int = 0
    custom_domains: list[str] | None = None
    subdomain: str = ""
    group: str = ""
    use_encryption: bool = False
    use_compression: bool = False


class Call(msgspec.Struct):
    """One call of the plugin."""

    op: str
    content: msgspec.Raw


class Answer(msgspec.Struct, omit_defaults=True):
    """Whether frps may go on; the reason reaches the client's log."""

    reject: bool
    unchange: bool = False
    reject_reason: str = ""


CARRY_ON = Answer(reject=False, unchange=True)


@post("/plugin/{key:str}", status_code=200, include_in_schema=False)
async def plugin(
    request: Request[Any, Any, Any],
    key: FromPath[str],
    context: NamedDependency[Context],
) -> Response[Answer]:
    """Decide one call of a node's frps."""
    server = request.scope["server"]
    node = context.nodes.get(key)
    if server is None or server[1] != context.plugin_port or node is None:
        raise NotFoundException
    answer = await decide(context, node, await request.body())
    return Response(answer, headers={"connection": "close"})


async def decide(context: Context, node: LiveNode, body: bytes) -> Answer:
    """Return the answer to the call in `body`; what cannot be read is rejected."""
    try:
        call = msgspec.json.decode(body, type=Call)
        match call.op:
            case "Login":
                login = msgspec.json.decode(call.content, type=Login)
                return await _login(context, node, login)
            case "NewProxy":
                proxy = msgspec.json.decode(call.content, type=Proxy)
                return await _open(context, node, proxy)
            case "CloseProxy":
                proxy = msgspec.json.decode(call.content, type=Proxy)
                return _close(node, proxy)
            case "Ping":
                proxy = msgspec.json.decode(call.content, type=Proxy)
                return await _ping(context, proxy.user.user)
            case _:
                return CARRY_ON
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _reject("the service could not read the call")


async def _login(context: Context, node: LiveNode, login: Login) -> Answer:
    answer = await _ping(context, login.user)
    if not answer.reject:
        node.versions[login.user] = login.version
        node.touch()
    return answer


async def _ping(context: Context, token: str) -> Answer:
    async with context.database.read() as session:
        user = await account.find(session, User.token == token)
    is_let_in = user is not None and not account.is_shut_out(user)
    return CARRY_ON if is_let_in else _reject(UNKNOWN_USER)


async def _open(context: Context, node: LiveNode, proxy: Proxy) -> Answer:
    token = proxy.user.user
    name = own_name(token, proxy.proxy_name)
    if name is None:
        return _reject(NOT_YOURS)
    async with context.database.read() as session:
        found = await tunnel.record(session, name)
    record = found[1] if found else None
    reason = judge(_wish(proxy), record, user=token, node_id=node.node_id)
    if reason is not None or found is None:
        return _reject(reason or NO_TUNNEL)
    node.touch(
        Opened(
            tunnel_id=found[0],
            run_id=proxy.user.run_id,
            started_ms=int(time.time() * 1000),
            version=node.versions.get(token, ""),
        )
    )
    return CARRY_ON


def _close(node: LiveNode, proxy: Proxy) -> Answer:
    name = own_name(proxy.user.user, proxy.proxy_name)
    if name is not None:
        node.touch(Closed(name=name, run_id=proxy.user.run_id))
    return CARRY_ON


def _wish(proxy: Proxy) -> ProxyWish:
    return ProxyWish(
        type=proxy.proxy_type,
        remote_port=proxy.remote_port,
        domains=tuple(proxy.custom_domains or ()),
        subdomain=proxy.subdomain,
        group=proxy.group,
        encryption=proxy.use_encryption,
        compression=proxy.use_compression,
    )


def _reject(reason: str) -> Answer:
    return Answer(reject=True, reject_reason=reason)
