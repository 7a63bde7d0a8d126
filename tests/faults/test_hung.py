"""frpc lives and does nothing: noticed, and replaced once."""

import time
from dataclasses import replace

import psutil
import pytest

from chmlfrp.model.ladder import Summary
from support.fake_frpc import order
from support.faults import FORK, Stand, frozen
from support.world import is_gone, is_up

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.promise,
]


async def test_a_frozen_core_is_noticed_and_replaced_once(upstream: Stand) -> None:
    core = upstream.core()
    async with upstream.nothing_else_happens(), frozen(core):
        began = time.monotonic()
        await upstream.back("core-frozen", began=began)
        assert is_gone(core)
        (view,) = await upstream.machine.up(upstream.hit)
        assert view.restarts == 1


async def test_a_core_that_does_nothing_is_noticed_and_replaced_once(
    fork: Stand,
) -> None:
    order(fork.program, replace(FORK, hangs_after_s=0.5))
    client, machine = fork.machine.client, fork.machine
    await client.stop([fork.hit.id])
    await machine.view(fork.hit, lambda v: v.summary is Summary.STOPPED, "it stopped")
    await client.start([fork.hit.id])
    await machine.up(fork.hit)
    order(fork.program, FORK)
    async with fork.nothing_else_happens():
        core: psutil.Process = fork.core()
        began = time.monotonic()
        await fork.back("core-hangs", began=began)
        assert is_gone(core)
        await fork.machine.view(fork.hit, is_up, "it is up")
