import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from chmlfrp.errors import ConfigRejected, ReloadFailed
from chmlfrp.frpc import events
from chmlfrp.frpc.admin import Admin, is_expected_address, pick_port, verify
from chmlfrp.frpc.binary import Dialect
from chmlfrp.frpc.lines import Masker
from chmlfrp.frpc.proxy import Proxy
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelType
from support import core, frps, tmodel
from support.by_hand import tcp_echo
from support.core import USER_TOKEN


async def echoes(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, text: bytes
) -> bool:
    writer.write(text)
    async with asyncio.timeout(5):
        return await reader.readexactly(len(text)) == text


async def test_tunnels_come_and_go_while_a_connection_lives(real, programs, tmp_path):
    first, second = frps.free_port(), frps.free_port()
    async with (
        frps.running_frps(programs / "frps", tmp_path) as node,
        tcp_echo() as port,
    ):
        kept = core.tcp("kept", port, first)
        told = core.config(node.port, kept)
        async with core.running(real, tmp_path, told) as run:
            await run.says(events.ProxyStarted)
            pid = run.process.pid
            reader, writer = await asyncio.open_connection("127.0.0.1", first)
            assert await echoes(reader, writer, b"one")

            await asyncio.to_thread(run.carry, kept, core.tcp("new", port, second))
            await run.admin.reload()
            await run.says(events.ProxyStarted, times=2)
            assert run.said(events.ProxiesAdded)[-1].names == ("new",)
            other = await asyncio.open_connection("127.0.0.1", second)
            assert await echoes(*other, b"two")
            assert await echoes(reader, writer, b"three")
            assert set(await run.admin.status()) == {"kept", "new"}

            await asyncio.to_thread(run.carry, kept)
            await run.admin.reload()
            assert (await run.says(events.ProxiesRemoved)).names == ("new",)
            assert await echoes(reader, writer, b"four")
            with pytest.raises(OSError, match="Connect"):
                await asyncio.open_connection("127.0.0.1", second)
            assert run.process.pid == pid
            for stream in (writer, other[1]):
                stream.close()
                await stream.wait_closed()
        assert not core.shows(run.lines, USER_TOKEN, "admincanary")


async def test_status_tells_what_was_opened(real, programs, tmp_path):
    remote = frps.free_port()
    async with frps.running_frps(programs / "frps", tmp_path) as node:
        web = Proxy(
            name="web",
            type=TunnelType.HTTP,
            local_ip="127.0.0.1",
            local_port=1,
            custom_domains=("a.example",),
        )
        told = core.config(
            node.port, core.tcp("a", 1, remote), web, core.tcp("b", 1, node.http_port)
        )
        async with core.running(real, tmp_path, told) as run:
            await run.says(events.ProxyStarted, times=2)
            await run.says(events.ProxyFailed)
            found = await run.admin.status()
    assert found["a"].status == found["web"].status == "running"
    assert is_expected_address(found["a"].remote_addr, tmodel.spec(remote_port=remote))
    assert not is_expected_address(found["a"].remote_addr, tmodel.spec(remote_port=1))
    site = tmodel.spec(type=TunnelType.HTTP, remote_port=None, domain="a.example")
    assert is_expected_address(found["web"].remote_addr, site)
    assert found["b"].status == "start error"
    assert found["b"].error == "port unavailable"
    assert found["b"].remote_addr == ""


async def test_a_refused_file_changes_nothing_and_says_why(real, programs, tmp_path):
    async with frps.running_frps(programs / "frps", tmp_path) as node:
        told = core.config(node.port, core.tcp("a", 1, frps.free_port()))
        async with core.running(real, tmp_path, told) as run:
            await run.says(events.ProxyStarted)
            text = run.path.read_text().replace("type = tcp", "type = ftp")
            run.path.write_text(text)
            with pytest.raises(ConfigRejected, match="ftp"):
                await run.admin.reload()
            await run.says(events.ReloadRefused)
            assert (await run.admin.status())["a"].status == "running"


async def test_a_core_can_be_asked_to_end(real, programs, tmp_path):
    async with (
        frps.running_frps(programs / "frps", tmp_path) as node,
        core.running(real, tmp_path, core.config(node.port)) as run,
    ):
        await run.says(events.LoggedIn)
        assert await run.admin.status() == {}
        await run.admin.stop()
        assert await run.process.wait() == 0


async def test_frpc_checks_a_file_without_connecting(real, tmp_path):
    path = tmp_path / "frpc.ini"
    head = f"[common]\nserver_addr = 127.0.0.1\nuser = {USER_TOKEN}\n"
    path.write_text(f"{head}[a]\ntype = tcp\nlocal_port = 1\nremote_port = 2\n")
    await verify(real, path)
    path.write_text(f"{head}[a]\ntype = http\nlocal_port = 1\n")
    with pytest.raises(ConfigRejected, match="domain") as refused:
        await verify(real, path, secrets=[Secret(USER_TOKEN)])
    assert USER_TOKEN not in refused.value.message


async def test_the_fork_is_not_asked_to_check(real, tmp_path):
    await verify(replace(real, dialect=Dialect.FORK), tmp_path / "none.ini")


@asynccontextmanager
async def answering(raw: bytes):
    """Yield an Admin whose core answers each call with these bytes."""

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield Admin(
            port=server.sockets[0].getsockname()[1],
            user="chmlfrp",
            password=Secret("admincanary"),
            mask=Masker([Secret("usercanary")]),
        )


def http(status: int, body: str) -> bytes:
    head = f"HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: "
    return f"{head}{len(body.encode())}\r\n\r\n{body}".encode()


@pytest.mark.parametrize(
    "raw",
    [
        http(401, "Unauthorized"),
        http(500, ""),
        b"no http at all\r\n\r\n",
        b"",
        http(302, ""),
    ],
)
async def test_what_does_not_answer_as_a_core_is_told(raw):
    async with answering(raw) as admin:
        for call in (admin.status, admin.reload, admin.stop):
            with pytest.raises(ReloadFailed) as failed:
                await call()
            assert "canary" not in failed.value.message
            assert failed.value.__cause__ is None


@pytest.mark.parametrize("body", ["", "[]", '{"tcp": 1}', '{"tcp": [{}]}', "{"])
async def test_a_status_that_is_none_is_told(body):
    async with answering(http(200, body)) as admin:
        with pytest.raises(ReloadFailed):
            await admin.status()


async def test_tokens_are_masked_in_what_the_core_answers():
    body = (
        '{"tcp":[{"name":"usercanary.a","type":"tcp","status":"start error",'
        '"err":"proxy [usercanary.a] already exists","remote_addr":""}]}'
    )
    async with answering(http(200, body)) as admin:
        found = await admin.status()
    assert found["a"].error == "proxy [***.a] already exists"
    async with answering(http(400, "proxy usercanary.a: bad")) as admin:
        with pytest.raises(ConfigRejected, match=r"proxy \*\*\*\.a: bad"):
            await admin.reload()


async def test_nobody_there_is_told(caplog):
    password = Secret("admincanary")
    admin = Admin(port=pick_port(), user="chmlfrp", password=password, mask=Masker())
    caplog.set_level(logging.DEBUG, "chmlfrp")
    with pytest.raises(ReloadFailed, match="did not answer"):
        await admin.reload()
    assert "canary" not in repr(admin) + caplog.text


@pytest.mark.parametrize(
    ("opened", "is_expected"),
    [
        (":20001", True),
        ("node.example:20001", True),
        ("[::1]:20001", True),
        (":20002", False),
        (":120001", False),
        ("", False),
    ],
)
def test_the_port_that_was_opened_is_compared(opened, is_expected):
    assert is_expected_address(opened, tmodel.spec()) is is_expected


@pytest.mark.parametrize(
    ("opened", "is_expected"),
    [
        ("a.example", True),
        ("A.example:8080", True),
        ("b.example", False),
        ("a.example,b.example:80", False),
        ("", False),
    ],
)
def test_the_domain_that_was_opened_is_compared(opened, is_expected):
    site = tmodel.spec(type=TunnelType.HTTP, remote_port=None, domain="a.example")
    assert is_expected_address(opened, site) is is_expected


def test_a_picked_port_can_be_used():
    assert 1024 < pick_port() < 65536
