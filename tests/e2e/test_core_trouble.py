"""The frpc program is missing, not what it should be, or does not behave."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from chmlfrp.control.protocol import TunnelView
from chmlfrp.frpc.binary import DEMO_VERSION
from chmlfrp.model.ladder import Summary
from chmlfrp.model.reason import Code
from support.by_hand import real_frpc
from support.fake_frpc import Orders, install
from support.frps import until
from support.visitor import is_served
from support.world import Machine, is_gone, port_of, why_not

pytestmark = pytest.mark.asyncio(loop_scope="module")


def has_failed(view: TunnelView) -> bool:
    return view.summary is Summary.FAILED


async def start_with(machine: Machine, token: str, core: Path) -> None:
    """Start the daemon with this program named in the settings."""
    machine.wants(core={"path": str(core)})
    await machine.start()
    await machine.sign_in(token)


async def test_a_core_that_is_missing_is_named_and_taken_up_once_it_is_there(
    fresh: Machine, token: str, echo: int, tmp_path: Path
) -> None:
    core = tmp_path / "frpc"
    await start_with(fresh, token, core)
    tunnel = await fresh.create(local_port=echo)
    view = await fresh.view(tunnel, has_failed, "it fails")
    assert why_not(view) == Code.CORE_MISSING

    told = await fresh.cli("tunnel", "start", tunnel.name)
    assert (told.code, told.out) == (1, "")
    assert str(core) in told.err

    core.symlink_to(real_frpc())
    await fresh.good("tunnel", "start", tunnel.name)
    assert await is_served(port_of(tunnel))


async def test_a_core_without_the_right_to_run_says_how_to_give_it(
    fresh: Machine, token: str, echo: int, tmp_path: Path
) -> None:
    core = Path(shutil.copyfile(real_frpc(), tmp_path / "frpc"))
    await start_with(fresh, token, core)
    tunnel = await fresh.create(local_port=echo)
    view = await fresh.view(tunnel, has_failed, "it fails")
    assert why_not(view) == Code.CORE_UNTRUSTED
    assert view.ladder.core.reason is not None
    assert str(core) in view.ladder.core.reason.detail

    os.chmod(core, 0o700)  # noqa: PTH101 - a Path's own is taken for slow
    await fresh.good("tunnel", "start", tunnel.name)
    assert await is_served(port_of(tunnel))


async def test_a_fetched_core_with_another_hash_is_never_run(
    machine: Machine, echo: int, tmp_path: Path
) -> None:
    await machine.stop()
    proof = tmp_path / "it-ran"
    core = machine.home.cores_dir / DEMO_VERSION / "frpc"
    core.parent.mkdir(parents=True)
    core.write_text(f"#!/bin/sh\ntouch {proof}\n")
    core.chmod(0o700)
    await machine.start()
    tunnel = await machine.create(local_port=echo)
    view = await machine.view(tunnel, has_failed, "it fails")

    assert why_not(view) == Code.CORE_UNTRUSTED
    assert view.ladder.core.reason is not None
    assert "sha256" in view.ladder.core.reason.detail
    assert not proof.exists()


async def test_a_damaged_copy_of_the_demo_core_is_made_anew(
    machine: Machine, echo: int
) -> None:
    await machine.stop()
    (copy,) = machine.home.cores_dir.glob("demo-*/frpc")
    with copy.open("r+b") as file:
        file.write(b"damaged")
    await machine.start()
    await machine.up(await machine.create(local_port=echo))


async def test_a_core_that_ignores_its_end_is_killed_within_the_grace(
    fresh: Machine, token: str, echo: int, tmp_path: Path
) -> None:
    await start_with(fresh, token, install(tmp_path, Orders(is_deaf=True)))
    await fresh.up(await fresh.create(local_port=echo))
    (core,) = fresh.cores()

    began = time.monotonic()
    assert await fresh.stop() == 0
    assert time.monotonic() - began < 8
    assert is_gone(core)
    assert fresh.inis == []


async def test_a_core_that_talks_without_end_holds_nobody_up(
    fresh: Machine, token: str, echo: int, tmp_path: Path
) -> None:
    await start_with(fresh, token, install(tmp_path, Orders(flood=30_000)))
    tunnel = await fresh.create(local_port=echo)
    await fresh.up(tunnel)

    began = time.monotonic()
    for _ in range(20):
        await fresh.client.hello()
    assert time.monotonic() - began < 5
    lines = [line async for line in fresh.client.logs(tunnel.id, tail=10_000)]
    assert len(lines) <= 5000
    assert len(fresh.log) < 100_000


async def test_a_core_that_dies_at_once_is_not_started_in_a_storm(
    fresh: Machine, token: str, echo: int, tmp_path: Path
) -> None:
    await start_with(fresh, token, install(tmp_path, Orders(ends_with=3)))
    tunnel = await fresh.create(local_port=echo)
    began = time.monotonic()
    view = await fresh.view(tunnel, lambda v: v.restarts == 3, "it died three times")

    assert time.monotonic() - began > 2.5
    assert view.summary is Summary.WAITING
    assert view.ladder.core.until is not None
    assert why_not(view) == Code.CORE_DIED


async def test_a_core_that_is_stopped_in_its_tracks_ends_with_the_daemon(
    machine: Machine, echo: int
) -> None:
    await machine.up(await machine.create(local_port=echo))
    (core,) = machine.cores()
    os.kill(core.pid, signal.SIGSTOP)
    await machine.stop(signal.SIGKILL)
    await until(lambda: is_gone(core), "frpc went with its daemon")
