"""Clocks jump and machines sleep: no storm, no lost try, nothing stopped."""

import asyncio
import time

import psutil
import pytest

from chmlfrp.engine import events
from chmlfrp.engine.effects import ArmRetry, Launch
from chmlfrp.model.reason import Code, Reason
from support.driver import Driver
from support.faults import Stand, frozen
from support.tmodel import NODE, key, tunnel
from support.visitor import Visit

HOUR_S = 3600.0


@pytest.mark.parametrize("jump_s", [HOUR_S, 10 * 365 * 24 * HOUR_S])
def test_a_clock_that_jumps_ahead_launches_once(jump_s: float) -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    at, run = key(NODE), driver.group().run
    died = events.CoreExited(at, run, Reason(Code.CORE_DIED))
    (armed,) = [e for e in driver.tell(died) if isinstance(e, ArmRetry)]
    assert armed.delay_s >= 0
    driver.now += jump_s
    # Whatever comes meanwhile starts nothing; the try that is due does, once.
    records = driver.records(tunnel(1))
    due = driver.tell(events.RetryDue(at, run))
    again = driver.tell(events.RetryDue(at, run))
    launches = [e for e in (*records, *due, *again) if isinstance(e, Launch)]
    assert len(launches) == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_a_machine_that_slept_goes_on_where_it_was(upstream: Stand) -> None:
    core = upstream.core()
    async with upstream.nothing_else_happens():
        async with Visit(upstream.port) as visit:
            async with frozen(psutil.Process(upstream.machine.pid)), frozen(core):
                await asyncio.sleep(4)
            began = time.monotonic()
            await upstream.back("slept", began=began, gone=False)
            await visit.ask()
        (view,) = await upstream.machine.up(upstream.hit)
        assert view.pid == core.pid
