"""The daemon's life: it ends well, comes back after anything, and leaves nothing."""

import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from chmlfrp.control.protocol import SessionState
from chmlfrp.local.autostart import AT_WORK
from chmlfrp.local.files import load_state
from chmlfrp.model.ladder import Record, Summary
from chmlfrp.model.reason import Code
from support.frps import until
from support.service import RunningService, running_service
from support.visitor import is_served
from support.world import Machine, is_gone, is_up, machine_at, port_of, why_not

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_without_an_account_it_waits_for_one(fresh: Machine, token: str) -> None:
    await fresh.start()
    snapshot = await fresh.client.snapshot()
    assert snapshot.session.state is SessionState.SIGNED_OUT
    await fresh.sign_in(token)
    snapshot = await fresh.client.snapshot()
    assert snapshot.session.account is not None
    assert snapshot.session.account.name == "anna"


async def test_it_ends_its_cores_and_leaves_nothing(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    (core,) = machine.cores()
    assert await machine.stop() == 0
    assert is_gone(core)
    assert machine.inis == []
    assert not machine.home.socket_path.exists()
    assert not machine.home.endpoint_file.exists()
    assert not await is_served(port_of(tunnel))


async def test_a_stopped_daemon_never_touched_the_account_and_takes_up_its_wishes(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    await machine.stop()
    await machine.start()
    (view,) = await machine.up(tunnel)
    assert view.wanted
    assert await is_served(port_of(tunnel))


async def test_a_killed_daemon_takes_its_cores_along_and_the_next_one_goes_on(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    (core,) = machine.cores()
    await machine.stop(signal.SIGKILL)
    await until(lambda: is_gone(core), "frpc went with its daemon")
    await machine.start()
    await machine.up(tunnel)
    assert await is_served(port_of(tunnel))


async def test_a_killed_core_comes_back_by_itself(machine: Machine, echo: int) -> None:
    tunnel = await machine.create(local_port=echo)
    (view,) = await machine.up(tunnel)
    assert view.pid is not None
    os.kill(view.pid, signal.SIGKILL)
    await machine.view(tunnel, lambda v: v.pid != view.pid and is_up(v), "it is back")
    assert await is_served(port_of(tunnel))
    (new,) = machine.cores()
    assert new.pid != view.pid


async def test_the_second_daemon_says_who_holds_the_lock(machine: Machine) -> None:
    second = await machine.cli("daemon", "run")
    assert second.code == AT_WORK
    assert str(machine.pid) in second.err + second.out
    assert psutil.Process(machine.pid).is_running()


async def test_a_wish_is_on_disk_before_it_is_answered(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo, start=False)
    await machine.client.start([tunnel.id])
    await machine.stop(signal.SIGKILL)
    kept = load_state(machine.home.wishes_file, dict[str, list[int]]).value
    assert kept is not None
    assert [tunnel.id] in kept.values()


@asynccontextmanager
async def a_world_of_its_own(
    root: Path, folder: Path
) -> AsyncIterator[tuple[Machine, RunningService]]:
    """Yield a machine and a service that the test may end as it likes."""
    async with (
        running_service(folder, users=["anna"]) as service,
        machine_at(root, service) as machine,
    ):
        await machine.start()
        await machine.sign_in(await service.token("anna"))
        yield machine, service


async def test_a_service_that_is_down_at_the_start_is_not_needed_for_what_ran_before(
    home: Path, tmp_path: Path, echo: int
) -> None:
    async with a_world_of_its_own(home, tmp_path / "service") as (machine, service):
        tunnel = await machine.create(local_port=echo)
        await machine.up(tunnel)
        await machine.stop()
        await service.stop()
        await machine.start()
        view = await machine.view(
            tunnel, lambda v: why_not(v) == Code.LINK_REFUSED, "only the node is missed"
        )
        assert view.wanted
        assert view.ladder.record.state is Record.CACHED
        assert view.cached_at is not None
        assert view.cached_at <= time.time()
        listed = await machine.good("tunnel", "list")
        assert "from the cache, as the service said" in listed.out
        shown = await machine.good("tunnel", "show", str(tunnel.id))
        assert "from the cache (as the service said" in shown.out
        snapshot = await machine.client.snapshot()
        assert snapshot.session.state is SessionState.SIGNED_IN
        await service.start()
        (view,) = await machine.up(tunnel, within_s=70)
        assert await is_served(port_of(tunnel))
        await machine.view(
            tunnel, lambda v: v.ladder.record.state is Record.KNOWN, "known again"
        )
        (same,) = await machine.up(tunnel)
        assert same.pid == view.pid
        assert same.cached_at is None


async def test_a_restarted_service_and_node_are_met_again(
    home: Path, tmp_path: Path, echo: int
) -> None:
    async with a_world_of_its_own(home, tmp_path / "service") as (machine, service):
        tunnel = await machine.create(local_port=echo)
        await machine.up(tunnel)
        await service.kill()
        await machine.view(tunnel, lambda v: v.summary is Summary.WAITING, "noticed")
        await service.start()
        await machine.up(tunnel, within_s=50)
        assert await is_served(port_of(tunnel))


async def test_a_node_that_dies_is_met_again_with_one_restart_at_most(
    home: Path, tmp_path: Path, echo: int
) -> None:
    async with a_world_of_its_own(home, tmp_path / "service") as (machine, service):
        tunnel = await machine.create(local_port=echo)
        (before,) = await machine.up(tunnel)
        for child in psutil.Process(service.pid).children():
            child.kill()
        await machine.view(tunnel, lambda v: not is_up(v), "it is noticed")
        (after,) = await machine.up(tunnel, within_s=40)
        assert await is_served(port_of(tunnel))
        assert after.restarts - before.restarts <= 1
        (core,) = machine.cores()
        assert core.pid == after.pid


async def test_what_was_stopped_stays_stopped(machine: Machine, echo: int) -> None:
    stopped = await machine.create(local_port=echo)
    kept = await machine.create(local_port=echo)
    await machine.up(stopped, kept)
    await machine.client.stop([stopped.id])
    await machine.stop(signal.SIGKILL)
    await machine.start()
    await machine.up(kept)
    snapshot = await machine.client.snapshot()
    assert snapshot.tunnels[stopped.id].summary is Summary.STOPPED
    assert not await is_served(port_of(stopped))


async def test_signed_out_a_core_that_dies_comes_back_with_what_is_remembered(
    machine: Machine, token: str, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    (view,) = await machine.up(tunnel)
    await machine.client.sign_out()
    assert await is_served(port_of(tunnel))
    (core,) = machine.cores()
    core.kill()
    await machine.view(tunnel, lambda v: v.pid != view.pid and is_up(v), "it is back")
    assert await is_served(port_of(tunnel))
    await machine.sign_in(token)
    await machine.up(tunnel)


async def test_signed_out_the_next_daemon_keeps_the_wishes_for_the_account(
    machine: Machine, token: str, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    await machine.client.sign_out()
    await machine.stop()
    await machine.start()
    assert (await machine.client.snapshot()).tunnels == {}
    await machine.sign_in(token)
    await machine.up(tunnel)
