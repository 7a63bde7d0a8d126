"""The daemon is killed, stands still, is asked for twice or fifty times, or is older."""

import asyncio
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import psutil
import pytest

from chmlfrp.daemon.__main__ import AT_WORK
from chmlfrp.errors import DaemonBusy
from chmlfrp.local.instance import InstanceLock, holder
from support.fake_frpc import install
from support.faults import FORK, Stand, frozen, kept_alive, stand_on, without_a_guard
from support.frps import until
from support.service import RunningService
from support.visitor import Visit
from support.world import Machine, is_gone

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("core", ["upstream", "fork"])
async def test_a_killed_daemon_leaves_no_orphan_and_its_tunnels_come_back(
    machine: Machine,
    service: RunningService,
    token: str,
    echo: int,
    tmp_path: Path,
    core: str,
) -> None:
    program = install(tmp_path, FORK) if core == "fork" else None
    stand = await stand_on(machine, service, token, echo, program)
    await machine.stop()
    async with kept_alive(machine) as pids:
        await machine.up(stand.hit, stand.spared)
        old = machine.cores(pids[-1])
        began = time.monotonic()
        psutil.Process(pids[-1]).kill()
        await stand.back("daemon-killed", began=began)
        await until(lambda: all(is_gone(core) for core in old), "no orphan is left")
        await machine.meet()
        await machine.up(stand.hit, stand.spared)
        stand.assert_wishes()


async def test_unguarded_tunnels_carry_on_while_the_daemon_stands_still(
    stand: Stand,
) -> None:
    async with without_a_guard(stand):
        core = stand.core()
        async with (
            stand.nothing_else_happens(),
            Visit(stand.port) as visit,
            frozen(psutil.Process(stand.machine.pid)),
        ):
            await asyncio.sleep(2)
            assert await stand.passes()
            await visit.ask()
        view = (await stand.machine.up(stand.hit))[0]
        assert view.pid == core.pid
        stand.keep("daemon-frozen", 0.0)


async def test_a_guarded_tunnel_carries_on_where_it_was_after_the_daemon_stood_still(
    stand: Stand,
) -> None:
    core = stand.core()
    async with stand.nothing_else_happens(), Visit(stand.port) as visit:
        await visit.ask()
        async with frozen(psutil.Process(stand.machine.pid)):
            await asyncio.sleep(2)
        await visit.ask()
    view = (await stand.machine.up(stand.hit))[0]
    assert (view.pid, view.restarts) == (core.pid, 0)


async def test_of_fifty_daemons_at_once_one_runs_and_the_others_say_who(
    machine: Machine,
) -> None:
    machine.home.prepare()
    # The interpreter's own start would take ten times as long as what is tried.
    code = (
        "import sys, os\n"
        "from chmlfrp.errors import ChmlFrpError\n"
        "from chmlfrp.local.instance import InstanceLock\n"
        "from chmlfrp.local.paths import Home\n"
        "home, children = Home.locate(), []\n"
        "for _ in range(50):\n"
        "    pid = os.fork()\n"
        "    if pid: children.append(pid); continue\n"
        "    try:\n"
        "        lock = InstanceLock(home); lock.__enter__()\n"
        "    except ChmlFrpError as refused:\n"
        "        os.write(1, ('REFUSED ' + refused.message + chr(10)).encode())\n"
        "        os._exit(1)\n"
        "    os.write(1, b'HELD ' + str(os.getpid()).encode() + bytes([10]))\n"
        "    sys.stdin.read(); os._exit(0)\n"
        "print('CODES', sorted(os.waitpid(c, 0)[1] >> 8 for c in children))\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdin=PIPE, stdout=PIPE, env=machine.environ
    )
    assert process.stdout is not None
    assert process.stdin is not None
    async with asyncio.timeout(60):
        lines = [(await process.stdout.readline()).decode() for _ in range(50)]
        late = await asyncio.to_thread(_refusal, machine)
        process.stdin.close()
        codes = (await process.stdout.read()).decode()
        await process.wait()
    (held,) = (line.split()[1] for line in lines if line.startswith("HELD"))
    refused = [line for line in lines if line.startswith("REFUSED")]
    assert len(refused) == 49
    # Who comes within the blink of an eye may find the lock before its holder's name.
    assert held in late
    assert codes.split(" ", 1)[1].strip() == str([0, *[1] * 49])


def _refusal(machine: Machine) -> str:
    with pytest.raises(DaemonBusy) as refused, InstanceLock(machine.home):
        pass
    return refused.value.message


async def test_five_daemons_at_once_are_one(machine: Machine) -> None:
    started = [await machine.launch() for _ in range(5)]
    try:
        await machine.meet()
        await until(
            lambda: _codes(started).count(AT_WORK) == 4, "four have ended", within_s=60
        )
        (winner,) = (process for process in started if process.returncode is None)
        found = holder(machine.home)
        assert found is not None
        assert found.pid == winner.pid
        assert machine.printed.count(str(winner.pid)) >= 1
    finally:
        for process in started:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()
        machine.stray_output.unlink()


def _codes(started: list[Process]) -> list[int | None]:
    return [process.returncode for process in started]


OTHER = (
    "import sys, chmlfrp.control.protocol as protocol; protocol.PROTOCOL += 1\n"
    "from {module} import main; sys.argv[0] = 'chmlfrp'; sys.exit(main())\n"
)
"""The same program as of another version, as far as the door is concerned."""


async def test_a_newer_command_line_is_told_which_protocol_the_daemon_speaks(
    upstream: Stand,
) -> None:
    async with upstream.nothing_else_happens():
        code, text = await _run_other(upstream.machine, "chmlfrp.cli.app", "status")
        assert code != 0
        assert "restart" in text or "protocol" in text, text
        assert "Traceback" not in text
        assert (await upstream.machine.good("status")).code == 0


async def test_a_newer_daemon_is_told_from_one_that_does_not_run(
    machine: Machine,
) -> None:
    daemon = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", OTHER.format(module="chmlfrp.daemon.__main__")),
        env=machine.environ,
    )
    try:
        await until(machine.home.endpoint_file.exists, "it opened its door")
        done = await machine.cli("status")
        assert done.code != 0
        assert "Traceback" not in done.err
        assert "not running" not in done.err + done.out
    finally:
        daemon.terminate()
        assert await daemon.wait() == 0


async def _run_other(machine: Machine, module: str, *argv: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", OTHER.format(module=module), *argv),
        stdout=PIPE,
        stderr=PIPE,
        env=machine.environ,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, (out + err).decode()
