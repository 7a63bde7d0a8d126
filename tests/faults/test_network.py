"""The network goes, comes back, swallows packets, changes its address or its names."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chmlfrp.control.protocol import TunnelView
from chmlfrp.model.reason import Code
from support import island as islands
from support.faults import Stand, stand_on, with_second_node
from support.island import Island
from support.service import RunningService, lent, running_service
from support.world import Machine, clear, machine_at, why_not

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(bool(islands.why_not()), reason=islands.why_not()),
]

NAMED = "named"
NAME = "node.chmlfrp.test"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def island() -> AsyncIterator[Island]:
    """Yield an island, plugged in."""
    async with islands.island() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def net_service(
    island: Island, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningService]:
    """Yield a service whose nodes are reached over the cable."""
    folder = tmp_path_factory.mktemp("service") / "data"
    options = ("--node-host", island.here)
    async with running_service(folder, *options, users=["anna"]) as one:
        by_name = ("--host", NAME, "--ports", lent(2))
        await one.command("node", "add", NAMED, *by_name)
        await with_second_node(one, await one.token("anna"), host=island.here6)
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def net_token(net_service: RunningService) -> str:
    """Return anna's user token."""
    return await net_service.token("anna")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ports(
    island: Island, net_service: RunningService
) -> AsyncIterator[tuple[int, int]]:
    """Yield the ports of an echo and of the service on the island."""
    port = int(net_service.api_url.rpartition(":")[2])
    async with islands.inhabited(island, port) as both:
        yield both


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def islander(
    island: Island,
    net_service: RunningService,
    net_token: str,
    ports: tuple[int, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Stand]:
    """Yield a stand on the island; its spared tunnel goes over IPv6."""
    root = tmp_path_factory.mktemp("island") / "home"
    async with machine_at(root, net_service) as machine:
        machine.within = island.within
        machine.environ["CHMLFRP_API"] = f"http://127.0.0.1:{ports[1]}"
        yield await stand_on(machine, net_service, net_token, ports[0], None)
    await clear(net_service, net_token)


@pytest_asyncio.fixture(loop_scope="module")
async def stand(islander: Stand, island: Island) -> AsyncIterator[Stand]:
    """Yield the stand as new, and plug the island in again."""
    await islander.renew()
    yield islander
    await island.plug_in()


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ("outage-5", 5),
        pytest.param("outage-40", 40, marks=pytest.mark.promise),
        pytest.param("outage-600", 600, marks=[pytest.mark.promise, pytest.mark.long]),
    ],
)
async def test_after_an_outage_of_any_length_tunnels_come_back(
    stand: Stand, island: Island, fault: str, seconds: int
) -> None:
    async with stand.nothing_else_happens(spares=False):
        await island.pull_out()
        await stand.is_away()
        await asyncio.sleep(seconds)
        await island.plug_in()
        await stand.back(fault, began=time.monotonic(), gone=False)
        await stand.machine.up(stand.hit, stand.spared, within_s=75)


@pytest.mark.promise
async def test_a_half_open_connection_is_noticed(stand: Stand, island: Island) -> None:
    async with stand.nothing_else_happens():
        await island.swallow()
        try:
            await asyncio.sleep(30)
        finally:
            await island.let_through()
        await stand.back("half-open", began=time.monotonic(), gone=False)


@pytest.mark.promise
async def test_another_address_cuts_tunnels_for_a_while_only(
    stand: Stand, island: Island
) -> None:
    async with stand.nothing_else_happens(spares=False):
        began = time.monotonic()
        await island.move()
        await stand.back("address-changed", began=began)


async def test_without_ipv4_tunnels_run_over_ipv6(stand: Stand, island: Island) -> None:
    machine = stand.machine
    await machine.client.stop([stand.spared.id])
    await island.without_ipv4()
    began = time.monotonic()
    await machine.client.start([stand.spared.id])
    await machine.up(stand.spared)
    spared = Stand(machine, stand.service, stand.token)
    spared.hit = stand.spared
    await spared.back("ipv6-only", began=began, gone=False)


def names_dns(view: TunnelView) -> bool:
    return why_not(view) == Code.LINK_DNS


async def test_names_that_cannot_be_looked_up_are_named_and_waited_for(
    stand: Stand, island: Island, ports: tuple[int, int]
) -> None:
    machine: Machine = stand.machine
    await asyncio.to_thread(island.knows, NAME)
    named = await machine.create(local_port=ports[0], node=NAMED)
    try:
        await machine.up(named)
        await asyncio.to_thread(island.knows)
        by_name = Stand(machine, stand.service, stand.token)
        by_name.hit = named
        by_name.core().kill()
        await machine.view(named, names_dns, "the reason is told")
        await asyncio.to_thread(island.knows, NAME)
        await by_name.back("dns-gone", began=time.monotonic(), gone=False)
    finally:
        await machine.client.delete(named.id)
