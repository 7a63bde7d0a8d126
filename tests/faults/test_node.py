"""frps or the whole service is killed, started again, or hangs."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from support.faults import (
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


async def test_a_node_that_is_started_again_is_met_again(upstream: Stand) -> None:
    async with upstream.nothing_else_happens():
        node = frps_of(upstream.service)
        began = time.monotonic()
        node.kill()
        await upstream.back("node-restarted", began=began)
        (view,) = await upstream.machine.up(upstream.hit)
        assert view.restarts <= 1


@pytest_asyncio.fixture(loop_scope="module")
async def own(home: Path, tmp_path: Path, echo: int) -> AsyncIterator[Stand]:
    """Yield a stand whose service nobody else sees the traces in."""
    async with (
        running_service(tmp_path / "data", users=["anna"]) as service,
        machine_at(home, service) as machine,
    ):
        token = await service.token("anna")
        await with_second_node(service, token)
        yield await stand_on(machine, service, token, echo, None)


@pytest.mark.promise
async def test_a_node_that_was_away_is_met_again(own: Stand) -> None:
    async with own.nothing_else_happens():
        await node_away(own.service, seconds=40)
        began = time.monotonic()
        await own.back("node-away", began=began, gone=False)


async def test_a_node_that_hung_goes_on_with_its_connections(stand: Stand) -> None:
    async with stand.nothing_else_happens(), Visit(stand.port) as visit:
        async with frozen(frps_of(stand.service)):
            await asyncio.sleep(3)
        began = time.monotonic()
        await stand.back("node-hung", began=began, gone=False)
        await visit.ask()


async def test_a_service_that_is_killed_and_started_again_is_met_again(
    own: Stand,
) -> None:
    service = own.service
    nodes = [frps_of(service, number) for number in (1, 2)]
    async with own.nothing_else_happens(spares=False):
        await service.kill()
        await own.is_away()
        await until(lambda: all(map(is_gone, nodes)), "its nodes are gone")
        await service.start()
        began = time.monotonic()
        await own.back("service-restarted", began=began, gone=False)
        await own.machine.up(own.hit, own.spared, within_s=60)
