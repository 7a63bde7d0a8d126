import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from chmlfrp.errors import FrpcError, FrpcMissing, FrpcUntrusted
from chmlfrp.frpc import events, tether
from chmlfrp.frpc import process as processes
from chmlfrp.frpc.binary import Dialect, FrpcBinary, Origin
from chmlfrp.frpc.process import CoreProcess, CoreRecord, end_left_behind, is_ours
from chmlfrp.local.files import write_private
from chmlfrp.model.reason import Code
from support import core, frps
from support.by_hand import tcp_echo
from support.core import USER_TOKEN, Core
from support.fake_frpc import Orders, install
from support.frps import NODE_TOKEN, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake core is a script")


def fake(folder: Path, orders: Orders) -> FrpcBinary:
    return FrpcBinary(
        path=install(folder, orders),
        version=orders.version,
        sha256="",
        dialect=Dialect.FORK,
        can_reload=False,
        origin=Origin.CONFIGURED,
    )


# With the real frpc and frps.


async def test_a_core_logs_in_and_opens_its_tunnels(real, programs, tmp_path):
    async with (
        frps.running_frps(programs / "frps", tmp_path) as node,
        tcp_echo() as port,
    ):
        told = core.config(node.port, core.tcp("中文", port, frps.free_port()))
        async with core.running(real, tmp_path, told) as run:
            started = await run.says(events.ProxyStarted)
            assert started.name == "中文"
            assert len((await run.says(events.LoggedIn)).run_id) == 16
            assert run.said(events.ProxiesAdded)[0].names == ("中文",)
            assert not run.said(events.Connecting)[0].again
            process = psutil.Process(run.process.pid)
            assert abs(process.create_time() - run.process.started_at) < 1
            assert process.cmdline() == [str(real.path), "-c", str(run.path)]
            assert process.cwd() == str(tmp_path)
            assert stat.S_IMODE(run.path.stat().st_mode) == 0o600
            assert run.process.returncode is None
        assert run.process.returncode == -signal.SIGTERM
        assert await run.process.wait() == -signal.SIGTERM
        assert not core.shows(run.lines, USER_TOKEN, NODE_TOKEN, "admincanary")


async def test_a_wrong_node_token_ends_the_core_with_the_reason(
    real, programs, tmp_path
):
    async with frps.running_frps(programs / "frps", tmp_path) as node:
        told = core.config(node.port, token="wrong-canary")
        async with core.running(real, tmp_path, told) as run:
            assert await run.process.wait() == 1
        assert run.said(events.GaveUp)[0].reason.code is Code.NODE_TOKEN_WRONG
        assert run.said(events.LoginFailed)[0].reason.code is Code.NODE_TOKEN_WRONG


async def test_a_node_that_is_away_ends_the_core_with_the_reason(real, tmp_path):
    async with core.running(real, tmp_path, core.config(frps.free_port())) as run:
        assert await run.process.wait() == 1
    assert run.said(events.LoginFailed)[0].reason.code is Code.LINK_REFUSED


async def test_something_else_than_a_node_hangs_up(real, tmp_path):
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        told = core.config(server.sockets[0].getsockname()[1])
        async with core.running(real, tmp_path, told) as run:
            assert await run.process.wait() == 1
    assert run.said(events.LoginFailed)[0].reason.code is Code.LINK_CLOSED


async def test_plain_is_hung_up_on_where_tls_is_forced(real, programs, tmp_path):
    forced = "transport.tls.force = true"
    async with frps.running_frps(programs / "frps", tmp_path, more=forced) as node:
        told = core.config(node.port)
        async with core.running(real, tmp_path, told, tls=False) as run:
            assert await run.process.wait() == 1
        assert run.said(events.LoginFailed)[0].reason.code is Code.LINK_CLOSED
        async with core.running(real, tmp_path, told, tls=True) as run:
            await run.says(events.LoggedIn)


async def test_a_port_in_use_is_told_and_the_other_tunnel_opens(
    real, programs, tmp_path
):
    async with frps.running_frps(programs / "frps", tmp_path) as node:
        taken = node.http_port
        told = core.config(
            node.port, core.tcp("a", 1, taken), core.tcp("b", 1, frps.free_port())
        )
        async with core.running(real, tmp_path, told) as run:
            failed = await run.says(events.ProxyFailed)
            assert (failed.name, failed.reason.code) == ("a", Code.PORT_IN_USE)
            assert (await run.says(events.ProxyStarted)).name == "b"
            assert run.process.returncode is None


async def test_a_file_that_cannot_be_used_is_told(real, tmp_path):
    run = Core(tmp_path, core.config(1))
    text = "[common]\nserver_port = 1\n[a]\ntype = ftp\n"
    await asyncio.to_thread(write_private, run.path, text.encode())
    run.process = await CoreProcess.start(real, run.path, on_line=run.hear)
    assert await run.process.wait() == 1
    error = run.said(events.ConfigError)[0]
    assert error.reason.code is Code.CONFIG_REFUSED
    assert "ftp" in error.text


async def test_a_lost_link_shows_and_the_core_comes_back(real, programs, tmp_path):
    program, port = programs / "frps", frps.free_port()
    told = core.config(port, core.tcp("a", 1, frps.free_port()))
    async with (
        frps.running_frps(program, tmp_path, port=port) as node,
        core.running(real, tmp_path, told) as run,
    ):
        await run.says(events.ProxyStarted)
        await node.stop()
        await until(lambda: any(e.again for e in run.said(events.Connecting)), "again")
        async with frps.running_frps(program, tmp_path, port=port):
            await run.says(events.LoggedIn, times=2)
            await run.says(events.ProxyStarted, times=2)


async def test_the_proxy_settings_of_the_environment_do_not_reach_frpc(
    real, programs, tmp_path, monkeypatch
):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{frps.free_port()}")
    async with (
        frps.running_frps(programs / "frps", tmp_path) as node,
        core.running(real, tmp_path, core.config(node.port)) as run,
    ):
        await run.says(events.LoggedIn)


PARENT = """
import asyncio, json, sys
from pathlib import Path
from chmlfrp.frpc.binary import Dialect, FrpcBinary, Origin
from chmlfrp.frpc.process import CoreProcess

async def main():
    binary = FrpcBinary(path=Path(sys.argv[1]), version="", sha256="",
        dialect=Dialect.UPSTREAM, can_reload=True, origin=Origin.DEMO)
    core = await CoreProcess.start(binary, Path(sys.argv[2]), on_line=lambda line: None)
    r = core.record
    print(json.dumps([r.pid, r.started_at, r.exe, r.config_path]), flush=True)
    await core.wait()

asyncio.run(main())
"""


async def _orphan_maker(real: FrpcBinary, ini: Path) -> tuple[subprocess.Popen, list]:
    def start() -> tuple[subprocess.Popen, list]:
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(real.path), str(ini)],
            stdout=subprocess.PIPE,
        )
        assert parent.stdout is not None
        return parent, json.loads(parent.stdout.readline())

    return await asyncio.to_thread(start)


@asynccontextmanager
async def other_daemon(
    real: FrpcBinary, programs: Path, folder: Path
) -> AsyncIterator[tuple[subprocess.Popen[bytes], CoreRecord]]:
    """Yield another process and the core that it started."""
    async with frps.running_frps(programs / "frps", folder) as node:
        run = Core(folder, core.config(node.port))
        await asyncio.to_thread(run.write, run.told)
        parent, found = await _orphan_maker(real, run.path)
        try:
            yield parent, CoreRecord(*found)
        finally:
            parent.kill()
            await asyncio.to_thread(parent.communicate)


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
async def test_a_core_goes_when_its_daemon_is_killed(real, programs, tmp_path):
    async with other_daemon(real, programs, tmp_path) as (parent, record):
        orphan = psutil.Process(record.pid)
        assert await asyncio.to_thread(is_ours, record)
        parent.kill()
        await asyncio.to_thread(psutil.wait_procs, [orphan], timeout=10)
        assert not await asyncio.to_thread(is_ours, record)


async def test_only_what_is_proved_to_be_ours_is_ended(real, programs, tmp_path):
    async with other_daemon(real, programs, tmp_path) as (parent, ours):
        others = [
            replace(ours, started_at=ours.started_at - 60),
            replace(ours, exe="/usr/bin/frpc"),
            replace(ours, config_path="/other/frpc.ini"),
            replace(ours, pid=os.getpid()),
            replace(ours, pid=2**22 + 1),
        ]
        for record in others:
            assert not await asyncio.to_thread(is_ours, record), record
        assert await end_left_behind(others) == 0
        assert await asyncio.to_thread(is_ours, ours)
        assert await end_left_behind([ours, *others]) == 1
        assert await asyncio.to_thread(parent.wait, 10) == 0
        assert await end_left_behind([ours]) == 0


async def test_reading_goes_on_under_a_flood_and_the_admin_api_answers(
    real, programs, tmp_path
):
    async with frps.running_frps(programs / "frps", tmp_path) as node:
        told = core.config(node.port, core.tcp("a", 1, frps.free_port()))
        async with core.running(real, tmp_path, told) as run:
            await run.says(events.ProxyStarted)
            for _ in range(400):
                await run.admin.status()
            await until(lambda: len(run.said(events.Noise)) > 800, "every line read")


# With a core that does what it is told to.


async def test_the_fork_is_understood_from_login_to_its_end(tmp_path):
    orders = Orders(refused={"b": "port already used"}, ends_with=1)
    told = core.config(1, core.tcp("a", 1, 20001), core.tcp("b", 1, 20002))
    async with core.running(fake(tmp_path, orders), tmp_path, told) as run:
        assert await run.process.wait() == 1
    assert run.said(events.LoggedIn)[0].run_id == "0123456789abcdef"
    assert run.said(events.ProxiesAdded)[0].names == ("a", "b")
    assert run.said(events.ProxyStarted)[0].name == "a"
    assert run.said(events.ProxyFailed)[0].name == "b"
    assert not core.shows(run.lines, USER_TOKEN)
    assert all(run.lines)


async def test_the_fork_that_cannot_log_in_says_why(tmp_path):
    orders = Orders(login_error="authorization failed")
    async with core.running(fake(tmp_path, orders), tmp_path, core.config(1)) as run:
        assert await run.process.wait() == 1
    assert run.said(events.LoginFailed)[0].reason.code is Code.LOGIN_REFUSED


async def test_every_line_of_a_flood_is_heard(tmp_path):
    orders = Orders(flood=5000, ends_with=0)
    async with core.running(fake(tmp_path, orders), tmp_path, core.config(1)) as run:
        assert await run.process.wait() == 0
    numbers = [e.text.split()[0] for e in run.said(events.Other)]
    assert numbers == [str(n) for n in range(5000)]


async def test_a_core_that_does_not_listen_is_killed(tmp_path, expected_logs):
    expected_logs("did not end when asked")
    orders = Orders(is_deaf=True)
    async with core.running(fake(tmp_path, orders), tmp_path, core.config(1)) as run:
        await run.says(events.LoggedIn)
        assert await run.process.stop(0.05) == -signal.SIGKILL


async def test_stopping_twice_or_at_once_is_fine(tmp_path):
    async with core.running(fake(tmp_path, Orders()), tmp_path, core.config(1)) as run:
        await run.says(events.LoggedIn)
        codes = await asyncio.gather(run.process.stop(), run.process.stop())
        assert set(codes) == {-signal.SIGTERM}


async def test_a_stop_that_is_cancelled_kills(tmp_path):
    orders = Orders(is_deaf=True)
    async with core.running(fake(tmp_path, orders), tmp_path, core.config(1)) as run:
        await run.says(events.LoggedIn)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await run.process.stop(60)
        assert await run.process.wait() == -signal.SIGKILL


async def test_a_listener_that_fails_stops_neither_reading_nor_the_end(tmp_path):
    loop, faults = asyncio.get_running_loop(), list[dict]()
    loop.set_exception_handler(lambda _, context: faults.append(context))
    heard: list[str] = []

    def hear(line: str) -> None:
        heard.append(line)
        raise ValueError("a fault of the listener")

    run = Core(tmp_path, core.config(1))
    await asyncio.to_thread(run.write, run.told)
    binary = fake(tmp_path, Orders(flood=3, ends_with=0))
    process = await CoreProcess.start(binary, run.path, on_line=hear)
    assert await process.wait() == 0
    assert heard
    assert faults


async def test_only_a_private_file_is_started_on(tmp_path):
    path = tmp_path / "frpc.ini"
    path.write_text("")
    path.chmod(0o644)
    binary = fake(tmp_path, Orders())
    with pytest.raises(FrpcError, match="read by others"):
        await CoreProcess.start(binary, path, on_line=print)
    with pytest.raises(FrpcError, match="cannot be read"):
        await CoreProcess.start(binary, tmp_path / "none.ini", on_line=print)


async def test_a_program_that_went_away_or_may_not_run_is_told(tmp_path):
    path = tmp_path / "frpc.ini"
    path.touch(0o600)
    binary = fake(tmp_path, Orders())
    binary.path.write_bytes(b"\x7fELF nonsense")
    with pytest.raises(FrpcUntrusted, match="no program for this machine"):
        await CoreProcess.start(binary, path, on_line=print)
    binary.path.chmod(0o600)
    with pytest.raises(FrpcUntrusted, match="may not be run"):
        await CoreProcess.start(binary, path, on_line=print)
    binary.path.unlink()
    with pytest.raises(FrpcMissing, match="gone") as gone:
        await CoreProcess.start(binary, path, on_line=print)
    assert "virus scanner" in gone.value.hint


async def test_a_launch_that_is_cancelled_leaves_no_process(tmp_path, monkeypatch):
    seen: list[int] = []

    def hang(pid: int, argv: list[str]) -> CoreRecord:
        seen.append(pid)
        raise RuntimeError(argv)

    monkeypatch.setattr(processes, "_tie_and_note", hang)
    run = Core(tmp_path, core.config(1))
    await asyncio.to_thread(run.write, run.told)
    with pytest.raises(RuntimeError):
        await CoreProcess.start(fake(tmp_path, Orders()), run.path, on_line=print)
    assert not psutil.pid_exists(seen[0])


async def test_a_core_that_cannot_be_tied_runs_and_is_told(
    tmp_path, monkeypatch, expected_logs
):
    def refuse(pid: int) -> None:
        raise OSError(f"process {pid} cannot be tied to this one")

    monkeypatch.setattr(tether, "tie", refuse)
    expected_logs("would outlive this process")
    async with core.running(fake(tmp_path, Orders()), tmp_path, core.config(1)) as run:
        await run.says(events.LoggedIn)


async def test_a_program_that_does_not_answer_is_ended(tmp_path):
    path = tmp_path / "frpc"
    path.write_text("#!/bin/sh\nexec sleep 60\n")
    path.chmod(0o700)
    with pytest.raises(FrpcError, match="did not answer"):
        await processes.ask(path, "--version", timeout_s=0.05)


def test_frpc_sees_only_what_it_needs_of_the_environment():
    given = {"PATH": "/bin", "SystemRoot": "C:\\", "http_proxy": "x", "MY_TOKEN": "x"}
    assert processes.clean_environment(given) == {"PATH": "/bin", "SystemRoot": "C:\\"}
