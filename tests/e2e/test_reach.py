"""The public address is tried from outside, and the ladder says what came of it."""

import pytest

from chmlfrp.model.ladder import Reach
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import TunnelType
from support.by_hand import web_page
from support.world import Machine, why_not

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_page_is_seen_to_be_reachable_and_to_be_gone(machine: Machine) -> None:
    async with web_page("hello") as port:
        web = await machine.create(
            TunnelType.HTTP, local_port=port, domain="reach.example"
        )
        await machine.view(
            web, lambda v: v.ladder.reach.state is Reach.REACHABLE, "it is reachable"
        )
    await machine.client.restart([web.id])
    view = await machine.view(
        web, lambda v: v.ladder.reach.state is Reach.UNREACHABLE, "nobody is there"
    )
    assert why_not(view) in ("local.service_down", "reach.no_one")


async def test_a_tunnel_that_opted_out_is_not_tried(
    machine: Machine, echo: int
) -> None:
    quiet = await machine.create(local_port=echo, start=False)
    await machine.client.set_options(quiet.id, TunnelOptions(is_probed=False))
    loud = await machine.create(local_port=echo)
    await machine.client.start([quiet.id])
    await machine.view(
        loud, lambda v: v.ladder.reach.state is Reach.REACHABLE, "it is reachable"
    )
    (view,) = await machine.up(quiet)
    assert view.ladder.reach.state is Reach.UNKNOWN
