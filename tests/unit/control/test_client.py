"""Client and server together, over real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chmlfrp.control import client as client_module
from chmlfrp.control.address import Address, listen
from chmlfrp.control.client import ControlClient, connect
from chmlfrp.control.glance import glance
from chmlfrp.control.protocol import (
    Change,
    CreateTunnel,
    EditTunnel,
    FellBehind,
    LogLine,
    PasswordSignIn,
    Snapshot,
    TunnelView,
)
from chmlfrp.control.server import server_for
from chmlfrp.errors import (
    ControlError,
    DaemonNotRunning,
    NotFound,
    PortTaken,
    VersionMismatch,
)
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelType
from support.scripted_daemon import IN, OUT, UP, ScriptedDaemon


@asynccontextmanager
async def served(
    daemon: ScriptedDaemon, folder: Path, *, platform: str = "linux"
) -> AsyncIterator[Address]:
    door, address = await asyncio.to_thread(
        listen, folder / "control.sock", platform=platform
    )
    server = server_for(daemon, address)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve(sockets=[door]))
        try:
            yield address
        finally:
            daemon.send(None)
            server.should_exit = True
            await serving
            door.close()


@asynccontextmanager
async def connected(
    daemon: ScriptedDaemon, folder: Path, *, platform: str = "linux"
) -> AsyncIterator[ControlClient]:
    async with (
        served(daemon, folder, platform=platform) as address,
        await connect(address.to_bytes) as client,
    ):
        yield client


@pytest.mark.parametrize("platform", ["linux", "win32"])
async def test_commands_reach_the_daemon_over_either_kind_of_door(tmp_path, platform):
    daemon = ScriptedDaemon(TunnelView(id=1), session=OUT)
    async with connected(daemon, tmp_path, platform=platform) as client:
        command = PasswordSignIn(name="bob", password=Secret("pw"))
        assert await client.sign_in(command) == IN
        await client.start([1])
        await client.stop([1])
        await client.restart([1])
        create = CreateTunnel(node="n", type=TunnelType.TCP, local_port=80)
        assert (await client.create(create)).id == 50
        edited = await client.edit(50, EditTunnel(local_port=81))
        assert [d.field for d in edited.differences] == ["local_port"]
        await client.delete(1)
        assert await client.nodes() == []
        await client.sign_out()
        await client.end()
    assert [name for name, _ in daemon.asked] == [
        *("sign_in", "start", "stop", "restart", "create", "edit", "delete"),
        *("nodes", "sign_out", "end"),
    ]
    assert daemon.asked[0][1] == command


async def test_a_refusal_arrives_as_the_error_it_was(tmp_path):
    daemon = ScriptedDaemon()
    daemon.fails["create"] = PortTaken("taken", service_message="端口占用", field="x")
    async with connected(daemon, tmp_path) as client:
        with pytest.raises(PortTaken) as caught:
            await client.create(
                CreateTunnel(node="n", type=TunnelType.TCP, local_port=80)
            )
        with pytest.raises(NotFound):
            await client.node("a/b 北京?")
    assert caught.value.service_message == "端口占用"
    assert daemon.asked_for("node") == ["a/b 北京?"]


async def test_a_watch_is_a_snapshot_and_then_numbered_changes(tmp_path):
    daemon = ScriptedDaemon(TunnelView(id=1))
    frames = []
    async with connected(daemon, tmp_path) as client:
        async for frame in client.watch():
            frames.append(frame)
            match frame:
                case Snapshot():
                    daemon.publish({1: TunnelView(id=1, wanted=True)})
                case Change(seq=1):
                    daemon.publish({1: TunnelView(id=1, wanted=True, ladder=UP)})
                case Change(seq=2):
                    daemon.cut_off()
    assert [type(frame) for frame in frames] == [Snapshot, Change, Change, FellBehind]
    assert frames[2].tunnels[1].ladder == UP


async def test_a_watch_that_is_left_is_forgotten_by_the_daemon(tmp_path):
    daemon = ScriptedDaemon()
    async with connected(daemon, tmp_path) as client:
        watch = client.watch()
        assert isinstance(await anext(watch), Snapshot)
        await watch.aclose()  # type: ignore[attr-defined]
        async with asyncio.timeout(5):
            while daemon._readers:
                daemon.publish()
                await asyncio.sleep(0.01)


async def test_log_lines_arrive_one_by_one(tmp_path):
    daemon = ScriptedDaemon()
    daemon.log_lines = [LogLine(seq=i, at=0.0, text=f"line {i}") for i in range(5)]
    async with connected(daemon, tmp_path) as client:
        got = [line.text async for line in client.logs(3, tail=2, follow=False)]
    assert got == ["line 3", "line 4"]
    assert daemon.asked_for("logs") == [(3, 2, False)]


async def test_a_reader_who_leaves_in_the_middle_is_not_written_to_any_further(
    tmp_path,
):
    # asyncio warns of it, and a warning fails the test.
    daemon = ScriptedDaemon()
    daemon.log_lines = [LogLine(seq=i, at=0.0, text="x" * 400) for i in range(5000)]
    async with connected(daemon, tmp_path) as client:
        for _ in range(5):
            lines = client.logs(3, tail=5000, follow=False)
            await anext(lines)
            await lines.aclose()  # type: ignore[attr-defined]
            assert (await client.snapshot()).tunnels == {}


async def test_a_stream_that_is_refused_raises_its_error(tmp_path):
    daemon = ScriptedDaemon()
    async with connected(daemon, tmp_path) as client:
        with pytest.raises(DaemonNotRunning):
            _ = [f async for f in ControlClient(Address(path="/nowhere")).watch()]
        address = Address(path=str(tmp_path / "control.sock"))
        async with ControlClient(address) as other:
            other._http.headers["origin"] = "http://evil.example"
            with pytest.raises(ControlError, match="web pages"):
                _ = [frame async for frame in other.watch()]
        assert await client.hello()


async def test_nobody_at_the_door_is_a_daemon_that_does_not_run(tmp_path):
    gone = Address(path=str(tmp_path / "gone.sock")).to_bytes()
    for raw in (None, b"{", b"{}", gone):
        with pytest.raises(DaemonNotRunning):
            await connect(lambda raw=raw: raw)
        with pytest.raises(DaemonNotRunning):
            await asyncio.to_thread(glance, raw)


async def test_a_daemon_that_is_still_starting_is_waited_for(tmp_path):
    asked = 0
    daemon = ScriptedDaemon()
    async with served(daemon, tmp_path) as address:

        def read() -> bytes | None:
            nonlocal asked
            asked += 1
            return address.to_bytes() if asked > 2 else None

        async with await connect(read, patience_s=10) as client:
            assert (await client.hello()).version == "0.1.0"
    assert asked == 3


async def test_patience_has_an_end():
    with pytest.raises(DaemonNotRunning):
        await connect(lambda: None, patience_s=0.05)


async def test_another_protocol_is_told_apart_from_no_daemon(tmp_path, monkeypatch):
    monkeypatch.setattr(client_module, "PROTOCOL", 99)
    async with served(ScriptedDaemon(), tmp_path) as address:
        with pytest.raises(VersionMismatch, match="protocol 1"):
            await connect(address.to_bytes, patience_s=10)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
        b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>",
    ],
)
async def test_something_else_behind_the_door_is_another_version(tmp_path, answer):
    async def reply(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    path = str(tmp_path / "control.sock")
    async with await asyncio.start_unix_server(reply, path):
        with pytest.raises(VersionMismatch):
            await connect(Address(path=path).to_bytes)
        with pytest.raises(VersionMismatch):
            await asyncio.to_thread(glance, Address(path=path).to_bytes())


async def test_an_answer_that_takes_too_long_is_not_taken_for_no_daemon(tmp_path):
    path = str(tmp_path / "control.sock")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        async with ControlClient(Address(path=path), timeout_s=0.05) as client:
            with pytest.raises(ControlError, match="not answered yet"):
                await client.hello()


@pytest.mark.parametrize("platform", ["linux", "win32"])
async def test_a_glance_shows_all_there_is(tmp_path, platform):
    daemon = ScriptedDaemon(TunnelView(id=1, wanted=True, ladder=UP))
    async with served(daemon, tmp_path, platform=platform) as address:
        assert await asyncio.to_thread(glance, address.to_bytes()) == daemon.snapshot()


async def test_a_glance_with_a_wrong_token_says_so(tmp_path):
    async with served(ScriptedDaemon(), tmp_path, platform="win32") as address:
        other = Address(port=address.port, token=Secret("wrong"))
        with pytest.raises(ControlError, match="token"):
            await asyncio.to_thread(glance, other.to_bytes())
