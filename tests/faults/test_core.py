"""frpc dies, hangs, is deaf, is gone, or cannot have its port."""

import asyncio
import socket
import time
from dataclasses import replace

import pytest

from chmlfrp.control.protocol import TunnelView
from chmlfrp.model.ladder import Summary
from chmlfrp.model.reason import Code
from support.fake_frpc import order
from support.faults import FORK, Stand
from support.frps import until
from support.world import is_gone, why_not

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_killed_core_is_replaced_at_once(stand: Stand) -> None:
    async with stand.nothing_else_happens():
        core = stand.core()
        began = time.monotonic()
        core.kill()
        await stand.back("core-killed", began=began)
        assert stand.core().pid != core.pid


async def test_a_core_that_ignores_its_end_is_ended_all_the_same(fork: Stand) -> None:
    order(fork.program, replace(FORK, is_deaf=True))
    fork.core().kill()
    await fork.is_away()
    await fork.back("core-killed", began=time.monotonic(), gone=False)
    core = fork.core()
    async with fork.nothing_else_happens():
        began = time.monotonic()
        await fork.machine.client.stop([fork.hit.id])
        await until(lambda: is_gone(core), "the deaf core is gone")
        fork.keep("core-deaf", time.monotonic() - began)
        await fork.machine.client.start([fork.hit.id])
        await fork.machine.up(fork.hit)


async def test_a_core_that_dies_at_each_start_is_not_started_in_a_storm(
    fork: Stand,
) -> None:
    async with fork.nothing_else_happens():
        order(fork.program, replace(FORK, ends_with=1))
        fork.core().kill()
        view = await fork.machine.view(fork.hit, lambda v: v.restarts > 2, "it died")
        waits = await fork.machine.view(fork.hit, has_next_try, "it says when")
        assert why_not(waits) is not None
        assert view.restarts < 6
        order(fork.program, FORK)
        await fork.back("core-crash-loop", began=time.monotonic(), gone=False)


def has_next_try(view: TunnelView) -> bool:
    return view.summary is Summary.WAITING and view.ladder.core.until is not None


async def test_a_refused_file_is_told_and_not_tried_again_and_again(
    fork: Stand,
) -> None:
    async with fork.nothing_else_happens():
        order(fork.program, replace(FORK, config_error="json: unknown field"))
        fork.core().kill()
        view = await fork.machine.view(
            fork.hit, lambda v: v.summary is Summary.FAILED, "it failed"
        )
        assert why_not(view) == Code.CONFIG_REFUSED
        assert view.ladder.core.until is None
        order(fork.program, FORK)
        await fork.machine.client.start([fork.hit.id])
        await fork.machine.up(fork.hit)


async def test_a_core_whose_file_vanished_carries_on_and_is_named_when_it_is_needed(
    fork: Stand,
) -> None:
    program, aside = fork.program, fork.program.with_name("aside")
    program.rename(aside)
    async with fork.nothing_else_happens():
        assert await fork.passes()
        fork.core().kill()
        view = await fork.machine.view(
            fork.hit, lambda v: v.summary is Summary.FAILED, "it failed"
        )
        assert why_not(view) == Code.CORE_MISSING
        aside.rename(program)
        began = time.monotonic()
        await fork.machine.client.start([fork.hit.id])
        await fork.back("core-deleted", began=began, gone=False)


async def test_a_core_that_vanished_between_runs_is_named_and_taken_up_again(
    fork: Stand,
) -> None:
    program, aside = fork.program, fork.program.with_name("aside")
    ids = [fork.hit.id, fork.spared.id]
    await fork.machine.client.stop(ids)
    await fork.is_away()
    program.rename(aside)
    await fork.machine.client.start(ids)
    view = await fork.machine.view(
        fork.hit, lambda v: v.summary is Summary.FAILED, "it failed"
    )
    assert why_not(view) == Code.CORE_MISSING
    aside.rename(program)
    await fork.machine.client.start(ids)
    await fork.machine.up(fork.hit, fork.spared)


async def test_a_port_that_another_program_held_is_taken_when_it_is_free(
    upstream: Stand,
) -> None:
    machine = upstream.machine
    async with upstream.nothing_else_happens():
        await machine.client.stop([upstream.hit.id])
        await upstream.is_away()
        with socket.create_server(("127.0.0.1", upstream.port)):
            await machine.client.start([upstream.hit.id])
            view = await machine.view(upstream.hit, lambda v: bool(why_not(v)), "told")
            assert why_not(view) == Code.PORT_IN_USE
            assert view.ladder.proxy.until is not None
        began = time.monotonic()
        await upstream.back("port-held", began=began, gone=False)


async def test_live_connections_survive_every_other_tunnels_coming_and_going(
    upstream: Stand, echo: int
) -> None:
    machine = upstream.machine
    async with upstream.nothing_else_happens():
        # On the same node, and so in the same process as the one that is hit.
        reader, writer = await asyncio.open_connection("127.0.0.1", upstream.port)
        new = await machine.create(local_port=echo)
        await machine.up(new)
        await machine.client.stop([new.id])
        await machine.view(new, lambda v: v.summary is Summary.STOPPED, "it stopped")
        await machine.client.start([new.id])
        await machine.up(new)
        await machine.client.restart([new.id])
        await machine.up(new)
        await machine.client.delete(new.id)
        writer.write(b"still here")
        async with asyncio.timeout(20):
            assert await reader.readexactly(10) == b"still here"
        writer.close()
