"""Trying an address as a visitor would."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chmlfrp.daemon import probe as probing
from chmlfrp.daemon.probe import FRPS_PAGE, Silent, Target, probe
from chmlfrp.guard.own import Mark
from chmlfrp.local.ports import free_port
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel, TunnelType
from support import tmodel
from support.tls import server_context

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
TCP = tmodel.tunnel(1)


def web(kind: TunnelType = TunnelType.HTTP) -> Tunnel:
    return tmodel.tunnel(1, type=kind, domain="a.example", remote_port=None)


@asynccontextmanager
async def served(
    handler: Handler, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Target]:
    busy: int | None = None
    idle = asyncio.Condition()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal busy
        busy = (busy or 0) + 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await handler(reader, writer)
        writer.close()
        async with idle:
            busy = (busy or 0) - 1
            idle.notify_all()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield Target(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
        async with idle:
            await idle.wait_for(lambda: busy == 0)


def saying(text: bytes) -> Handler:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(text)
        await writer.drain()

    return say


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def wait(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-x\r\n")
    await reader.read()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "PATIENCE_S", 0.5)
    monkeypatch.setattr(probing, "LINGER_S", 0.1)


async def test_a_service_that_stays_or_greets_is_reachable() -> None:
    for handler in (wait, greet):
        async with served(handler) as target:
            assert await probe(TCP, target) is None


async def test_a_service_that_hangs_up_proves_nothing() -> None:
    async def end(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write_eof()

    async with served(end) as target:
        assert await probe(TCP, target) is Silent.SILENT


async def test_nobody_there_is_a_refusal() -> None:
    answer = await probe(TCP, Target(host="127.0.0.1", port=free_port()))
    assert isinstance(answer, Reason)
    assert answer.code is Code.REACH_REFUSED


async def test_a_name_that_is_none_says_so() -> None:
    answer = await probe(TCP, Target(host="node.invalid", port=1))
    assert isinstance(answer, Reason)
    assert answer.code is Code.REACH_DNS
    assert "node.invalid" in answer.detail


async def test_a_full_backlog_is_a_time_out() -> None:
    with socket.socket() as listener, socket.socket() as first:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        first.connect(address)
        answer = await probe(web(), Target(host="127.0.0.1", port=address[1]))
    assert answer == Reason(Code.REACH_TIMEOUT)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nhello", None),
        (b"HTTP/1.1 404 Not Found\r\n\r\nno such page", None),
        (b"HTTP/1.1 500 Oops\r\n\r\n", None),
        (
            b"HTTP/1.1 404 Not Found\r\n\r\n" + FRPS_PAGE,
            Reason(Code.REACH_NO_ONE, "a.example"),
        ),
        (b"", Reason(Code.REACH_CUT)),
    ],
)
async def test_any_page_but_the_nodes_own_is_an_answer(
    text: bytes, answer: Reason | None
) -> None:
    async with served(saying(text)) as target:
        assert await probe(web(), target) == answer


async def test_a_connection_cut_before_an_answer_is_told() -> None:
    async with served(hang_up) as target:
        answer = await probe(web(), target)
    assert isinstance(answer, Reason)
    assert answer.code is Code.REACH_CUT


async def test_tls_needs_somebody_who_speaks_it() -> None:
    async with served(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as target:
        answer = await probe(web(TunnelType.HTTPS), target)
    assert isinstance(answer, Reason)
    assert answer.code in (Code.REACH_CUT, Code.REACH_TIMEOUT)


class Pong(asyncio.DatagramProtocol):
    """Answers one kind of question."""

    def __init__(self, question: bytes) -> None:
        self._question = question
        self.heard: list[bytes] = []

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.append(data)
        if data == self._question:
            self._transport.sendto(b"pong", addr)


@pytest.mark.parametrize(
    ("local_port", "question", "answer"),
    [
        (19132, probing.RAKNET_PING, None),
        (27015, probing.SOURCE_INFO, None),
        (27015, probing.RAKNET_PING, Silent.SILENT),
        (5000, b"", Silent.SILENT),
    ],
)
async def test_udp_is_asked_only_what_its_service_may_know(
    local_port: int, question: bytes, answer: Silent | None
) -> None:
    loop = asyncio.get_running_loop()
    transport, pong = await loop.create_datagram_endpoint(
        lambda: Pong(question), local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    tunnel = tmodel.tunnel(1, type=TunnelType.UDP, local_port=local_port)
    try:
        assert await probe(tunnel, Target(host="127.0.0.1", port=port)) is answer
    finally:
        transport.close()
    assert bool(pong.heard) is (local_port != 5000)


async def test_tls_that_answers_is_reachable_whoever_signed_it(tmp_path: Path) -> None:
    async with served(wait, server_context(tmp_path, "a.example")) as target:
        assert await probe(web(TunnelType.HTTPS), target) is None


@pytest.mark.parametrize("kind", [TunnelType.TCP, TunnelType.HTTP, TunnelType.HTTPS])
async def test_a_try_at_a_tunnel_with_a_door_says_whose_it_is(
    kind: TunnelType,
) -> None:
    heard = bytearray()
    ports: list[int] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports.append(writer.get_extra_info("peername")[1])
        heard.extend(await reader.read(4096))

    mark = Mark()
    async with served(note) as target:
        tunnel = TCP if kind is TunnelType.TCP else web(kind)
        await probe(tunnel, replace(target, mark=mark))

    assert ports == [mark.port]
    assert (mark.word in heard) is (kind is not TunnelType.HTTPS)
