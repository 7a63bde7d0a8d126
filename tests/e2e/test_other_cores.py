"""Cores that are not upstream's: those that cannot reload, and the fork's dialect."""

import pytest

from chmlfrp.model.ladder import Summary
from chmlfrp.model.reason import Code
from support.fake_frpc import Orders, install
from support.world import Machine, why_not

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def with_core(machine: Machine, orders: Orders) -> None:
    """Start the daemon anew with another core."""
    await machine.stop()
    core = install(machine.root, orders)
    machine.wants(core={"path": str(core)})
    await machine.start()


async def test_a_core_that_cannot_reload_runs_once_per_tunnel(
    machine: Machine, echo: int
) -> None:
    await with_core(machine, Orders(version="frpc of somebody 9.9"))
    one = await machine.create(local_port=echo)
    two = await machine.create(local_port=echo)
    first, second = await machine.up(one, two)
    assert first.pid != second.pid
    assert len(machine.cores()) == 2

    await machine.client.stop([two.id])
    await machine.view(two, lambda v: v.summary is Summary.STOPPED, "it is stopped")
    (kept,) = machine.cores()
    assert kept.pid == first.pid


async def test_what_the_fork_says_is_understood(machine: Machine, echo: int) -> None:
    refused = {"held": "port already used"}
    await with_core(machine, Orders(refused=refused))
    good = await machine.create(local_port=echo, start=False)
    held = await machine.create(local_port=echo, name="held", start=False)
    await machine.client.start([good.id, held.id])
    await machine.up(good)
    view = await machine.view(held, lambda v: bool(why_not(v)), "it says why")
    assert why_not(view) == Code.PORT_IN_USE


async def test_a_core_that_cannot_log_in_is_tried_again_and_says_why(
    machine: Machine, echo: int
) -> None:
    error = "dial tcp 127.0.0.1:1: connect: connection refused"
    await with_core(machine, Orders(login_error=error))
    tunnel = await machine.create(local_port=echo)
    view = await machine.view(tunnel, lambda v: v.restarts > 1, "it was tried again")
    assert why_not(view) == Code.LINK_REFUSED
    assert view.summary is Summary.WAITING
