"""frps or the whole service is killed, started again, or hangs."""

import asyncio
import time
from pathlib import Path

import pytest

from support.faults import (
    FIRST_PORTS,
    Stand,
    frozen,
    frps_of,
    node_away,
    stand_on,
    with_second_node,
)
from support.frps import until
from support.service import running_service
from support.visitor import Visit
from support.world import is_gone, machine_at

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_node_that_is_started_again_is_met_by_the_same_core(
    upstream: Stand,
) -> None:
    core = upstream.core()
    async with upstream.nothing_else_happens():
        node = frps_of(upstream.service)
        began = time.monotonic()
        node.kill()
        await upstream.back("node-restarted", began=began)
        assert upstream.core().pid == core.pid


@pytest.mark.promise
async def test_a_node_that_was_away_is_met_again(upstream: Stand) -> None:
    async with upstream.nothing_else_happens():
        await node_away(upstream.service, seconds=40)
        began = time.monotonic()
        await upstream.back("node-away", began=began, gone=False)


async def test_a_node_that_hung_goes_on_with_its_connections(stand: Stand) -> None:
    async with stand.nothing_else_happens(), Visit(stand.port) as visit:
        async with frozen(frps_of(stand.service)):
            await asyncio.sleep(3)
        began = time.monotonic()
        await stand.back("node-hung", began=began, gone=False)
        await visit.ask()


async def test_a_service_that_is_killed_and_started_again_is_met_again(
    home: Path, tmp_path: Path, echo: int
) -> None:
    async with (
        running_service(tmp_path / "data", *FIRST_PORTS, users=["anna"]) as service,
        machine_at(home, service) as machine,
    ):
        token = await service.token("anna")
        await with_second_node(service, token)
        stand = await stand_on(machine, service, token, echo, None)
        nodes = [frps_of(service, number) for number in (1, 2)]
        async with stand.nothing_else_happens(spares=False):
            await service.kill()
            await stand.is_away()
            await until(lambda: all(map(is_gone, nodes)), "its nodes are gone")
            await service.start()
            began = time.monotonic()
            await stand.back("service-restarted", began=began, gone=False)
            await machine.up(stand.hit, stand.spared, within_s=60)
