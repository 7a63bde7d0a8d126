"""Files are empty, spoilt or of another version; the disk is full or may not be written."""

import asyncio
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from chmlfrp.local.files import read_private
from support.faults import stand_on
from support.service import RunningService
from support.world import Machine

pytestmark = pytest.mark.asyncio(loop_scope="module")


def spoil_all(files: list[Path], spoil: Callable[[bytes], bytes]) -> None:
    for path in files:
        data = path.read_bytes() if path.exists() else b'{"version": 1}'
        path.write_bytes(spoil(data))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b'{"version": 999, "what": "is this"}',
        lambda data: os.urandom(64),
    ],
    ids=["empty", "half", "version", "noise"],
)
async def test_a_daemon_whose_files_are_spoilt_starts_and_answers(
    machine: Machine, spoil: Callable[[bytes], bytes]
) -> None:
    await machine.start()
    await machine.stop()
    names = ("wishes", "session", "running_cores", "options", "schedule", "failover")
    files = [getattr(machine.home, f"{name}_file") for name in names]
    await asyncio.to_thread(spoil_all, files, spoil)
    machine.home.settings_file.write_bytes(spoil(b"[core]\ntls = 'require'\n"))
    await machine.start()
    await machine.client.hello()
    assert await machine.stop() == 0


async def test_a_full_disk_stops_no_tunnel_and_is_got_over(
    machine: Machine, service: RunningService, token: str, echo: int
) -> None:
    stand = await stand_on(machine, service, token, echo, None)
    async with stand.nothing_else_happens():
        daemon = psutil.Process(machine.pid)
        _, most = daemon.rlimit(psutil.RLIMIT_FSIZE)
        before = machine.home.wishes_file.read_bytes()
        daemon.rlimit(psutil.RLIMIT_FSIZE, (0, most))
        try:
            assert await stand.passes()
            stand.core().kill()
            await stand.is_away()
            view = await machine.view(stand.hit, lambda v: v.restarts > 0, "it is told")
            assert view.wanted
            assert read_private(machine.home.wishes_file) == before
        finally:
            daemon.rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, most))
        await stand.back("disk-full", began=time.monotonic(), gone=False)


READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="a folder that root cannot write takes a mount, and that takes root",
)
async def test_a_home_that_cannot_be_written_is_named(machine: Machine) -> None:
    await asyncio.to_thread(machine.home.prepare)
    machine.within = ("unshare", "-m", "sh", "-c", READ_ONLY, str(machine.root))
    done = await machine.cli("daemon", "run")
    machine.within = ()
    assert done.code == 1, done
    assert str(machine.root) in done.err
    assert "cannot be written" in done.err
