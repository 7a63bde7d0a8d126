"""The fork itself, its Windows programs under wine: read by us, and kept up by us."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from chmlfrp.frpc import events
from chmlfrp.frpc.binary import Dialect, FrpcBinary, find
from support import core, wine
from support.faults import seconds_until, stand_on
from support.frps import free_port, until
from support.service import RunningService
from support.visitor import is_served
from support.world import Machine, is_gone

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(bool(wine.why_not()), reason=wine.why_not()),
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def programs(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """Yield the folder with scripts that are the fork's frpc and frps."""
    folder = tmp_path_factory.mktemp("wine")
    await wine.prepare(folder)
    yield folder
    await wine.end(folder)


@pytest_asyncio.fixture(loop_scope="module")
async def fork(programs: Path, tmp_path: Path) -> FrpcBinary:
    """Return the fork's frpc as our own room finds it."""
    found = await find(configured=programs / "frpc", managed_dir=tmp_path)
    assert (found.version, found.dialect) == (wine.VERSION, Dialect.FORK)
    return found


async def test_bytes_pass_through_the_fork_and_its_lines_are_events(
    programs: Path, fork: FrpcBinary, tmp_path: Path, echo: int
) -> None:
    one, two = (core.tcp(name, echo, free_port()) for name in ("one", "two"))
    async with wine.running_fork_frps(programs) as node:
        told = replace(core.config(node.port, one), token=core.Secret(node.token))
        async with core.running(fork, tmp_path, told, tls=False) as run:
            assert (await run.says(events.ProxyStarted)).name == "one"
            assert one.remote_port is not None
            assert await is_served(one.remote_port)

            # Its admin API takes another tunnel in.
            await until(lambda: bool(run.said(events.AdminListening)), "admin")
            await asyncio.to_thread(run.carry, one, two)
            await run.admin.reload()
            await run.says(events.ProxyStarted, times=2)
            status = await run.admin.status()
            assert {row.status for row in status.values()} == {"running"}

            await node.stop()
            await run.says(events.LinkLost)
            await run.says(events.LoginFailed)
            async with wine.running_fork_frps(programs, port=node.port):
                await run.says(events.ProxyStarted, times=4)
                assert await is_served(one.remote_port)
        assert not core.shows(run.lines, core.USER_TOKEN, node.token)


async def test_the_fork_is_kept_up_by_the_daemon(
    programs: Path,
    machine: Machine,
    service: RunningService,
    token: str,
    echo: int,
) -> None:
    stand = await stand_on(machine, service, token, echo, programs / "frpc")
    async with stand.nothing_else_happens():
        killed = stand.core()
        began = time.monotonic()
        killed.kill()
        await stand.is_away()
        await seconds_until(stand.passes)
        assert time.monotonic() - began < 60
        assert stand.core().pid != killed.pid
    cores = machine.cores()
    await machine.stop()
    await until(lambda: all(map(is_gone, cores)), "no orphan is left")
    await wine.end(programs)
