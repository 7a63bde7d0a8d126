"""The loopback door for frps: its HTTP plugin asks here before it lets anything happen.

Every call is answered at once and closes its connection: frps has no time-out of its
own, and a kept connection that closes just as it is used would refuse a client. The end
of the connection also pushes the answer out, which would else wait 40 ms (TCP_NODELAY).
"""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import uvicorn

from chmlfrp.selfhost.listening import Server
from chmlfrp.selfhost.node.judge import Judge
from chmlfrp.selfhost.node.live import LiveNode
from chmlfrp.selfhost.rules.proxy import ProxyWish
from chmlfrp.selfhost.talk import Question

MAX_BODY_BYTES = 256 * 1024

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

log = logging.getLogger(__name__)


class Login(msgspec.Struct):
    """A client comes to the node."""

    user: str = ""
    version: str = ""
    run_id: str = ""


class Client(msgspec.Struct):
    """The client that a later call speaks of."""

    user: str = ""
    run_id: str = ""


class Proxy(msgspec.Struct):
    """A proxy that opens or closes; frps leaves out what is empty or false."""

    user: Client = msgspec.field(default_factory=Client)
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


class Door:
    """The ASGI application that frps calls; `path` is a secret of this node."""

    def __init__(self, path: str, live: LiveNode, judge: Judge) -> None:
        self._path = path
        self._live = live
        self._judge = judge

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Receive, send: Send
    ) -> None:
        """Answer one request; whatever is not frps' call is 404."""
        body = await _body(receive)
        if scope["path"] != self._path or body is None:
            await _send(send, 404, b"")
        else:
            await _send(send, 200, msgspec.json.encode(await self.decide(body)))

    async def decide(self, body: bytes) -> Answer:
        """Return the answer to the call in `body`; what cannot be read is rejected."""
        try:
            call = msgspec.json.decode(body, type=Call)
            match call.op:
                case "Login":
                    login = msgspec.json.decode(call.content, type=Login)
                    return await self._login(login)
                case "NewProxy":
                    proxy = msgspec.json.decode(call.content, type=Proxy)
                    return await self._open(proxy)
                case "CloseProxy":
                    proxy = msgspec.json.decode(call.content, type=Proxy)
                    self._live.closed(run_id=proxy.user.run_id, proxy=proxy.proxy_name)
                    return CARRY_ON
                case "Ping":
                    proxy = msgspec.json.decode(call.content, type=Proxy)
                    reason = await self._judge.ping(_question(proxy))
                    return CARRY_ON if reason is None else _reject(reason)
                case _:
                    return CARRY_ON
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return _reject("the service could not read the call")

    async def _login(self, login: Login) -> Answer:
        if self._judge.is_kick(login.user):
            return CARRY_ON
        question = Question(user=login.user, run_id=login.run_id)
        reason = await self._judge.login(question)
        if reason is not None:
            return _reject(reason)
        self._live.came(login.user, login.version)
        return CARRY_ON

    async def _open(self, proxy: Proxy) -> Answer:
        question = _question(proxy)
        verdict = await self._judge.open(question, _wish(proxy))
        if verdict.reason is not None:
            return _reject(verdict.reason)
        self._live.opened(
            user=question.user,
            run_id=question.run_id,
            proxy=proxy.proxy_name,
            tunnel_id=verdict.tunnel_id,
        )
        return CARRY_ON


@asynccontextmanager
async def answering(door: Door) -> AsyncIterator[int]:
    """Answer frps on a loopback port of the system's choice; yield the port."""
    config = uvicorn.Config(
        door,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
    )
    server = Server(config)
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.serve([listener]), name="door")
            await server.listening.wait()
            try:
                yield int(listener.getsockname()[1])
            finally:
                # An error that passes would cancel it, and a cancelled server leaves
                # its socket with the loop.
                server.should_exit = True
                await asyncio.wait({serving})


async def _body(receive: Receive) -> bytes | None:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MAX_BODY_BYTES:
            return None
        if not message.get("more_body"):
            return body


async def _send(send: Send, status: int, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _question(proxy: Proxy) -> Question:
    return Question(
        user=proxy.user.user, run_id=proxy.user.run_id, proxy_name=proxy.proxy_name
    )


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
