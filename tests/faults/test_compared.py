"""The same faults without us: frpc alone, and started again 3 s after its end.

Measured for docs/promise.md; nothing is asserted of others but that they started.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from support import island as islands
from support.bare import Bare, running_bare
from support.by_hand import real_frpc
from support.fake_frpc import install
from support.faults import (
    FORK,
    free_remote_port,
    frps_of,
    node_away,
    passes,
)
from support.frps import free_port, until
from support.promises import ALONE, FORK_ALONE, LOOP, record
from support.service import RunningService, running_service
from support.world import clear

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise]

RUNNERS = (ALONE, FORK_ALONE, LOOP)
LIMIT_S = 45.0


@dataclass
class Place:
    """A service, an account's tunnel on it, and where frpc runs."""

    service: RunningService
    token: str
    tunnel: dict[str, Any]
    within: tuple[str, ...] = ()
    is_reachable: bool = True
    """Whether the service is; the node has nothing to do with it."""

    @property
    def port(self) -> int:
        return int(self.tunnel["dorp"])

    async def fetch(self) -> str:
        """Return the tunnel's ini, as the service tells it to whoever reaches it."""
        if not self.is_reachable:
            raise OSError("the service cannot be reached")
        row = self.tunnel
        asked = {"node": row["node"], "tunnel_names": row["name"], "token": self.token}
        text: str = (await self.service.call("/tunnel_config", **asked))["data"]
        return text

    async def passes(self) -> bool:
        return await passes(self.port, answer_s=0.5)


async def a_tunnel(
    service: RunningService, token: str, local_port: int, **within: Any
) -> Place:
    """Return a place with a tunnel of its own on the first node."""
    await service.call(
        "/create_tunnel",
        token=token,
        tunnelname=f"bare{free_port()}",
        node=service.node["name"],
        localip="127.0.0.1",
        porttype="tcp",
        localport=local_port,
        remoteport=free_remote_port(),
        encryption=False,
        compression=False,
        extraparams="",
    )
    rows = (await service.call("/tunnel", token=token))["data"]
    return Place(service, token, rows[-1], **within)


def bare(place: Place, runner: str, folder: Path) -> Bare:
    """Return frpc as that runner has it."""
    program = (
        real_frpc() if runner == ALONE else install(folder, replace(FORK, scale=1))
    )
    loops = runner == LOOP
    return Bare(program, folder, place.fetch, loops=loops, within=place.within)


@pytest.fixture(params=RUNNERS)
def runner(request: pytest.FixtureRequest) -> str:
    """Return each of the others."""
    found: str = request.param
    return found


@pytest_asyncio.fixture(loop_scope="module")
async def place(service: RunningService, token: str, echo: int) -> AsyncIterator[Place]:
    """Yield a tunnel on this machine."""
    yield await a_tunnel(service, token, echo)
    await clear(service, token)


@asynccontextmanager
async def open_one(place: Place, runner: str, folder: Path) -> AsyncIterator[Bare]:
    """Yield frpc with its tunnel open."""
    async with running_bare(bare(place, runner, folder)) as one:
        await one.is_open()
        yield one


async def back(one: Bare, place: Place, fault: str, runner: str, began: float) -> None:
    """Measure how long it takes, once bytes are seen not to pass."""
    record(fault, runner, await one.back(place.passes, began=began, limit_s=LIMIT_S))


async def test_a_killed_core(place: Place, runner: str, tmp_path: Path) -> None:
    async with open_one(place, runner, tmp_path) as one:
        assert one.process is not None
        began = time.monotonic()
        one.process.kill()
        await one.process.wait()
        await back(one, place, "core-killed", runner, began)


async def test_a_node_started_again(place: Place, runner: str, tmp_path: Path) -> None:
    async with open_one(place, runner, tmp_path) as one:
        began = time.monotonic()
        frps_of(place.service).kill()
        await asyncio.sleep(0.2)
        await back(one, place, "node-restarted", runner, began)


async def test_a_port_that_another_held(
    place: Place, runner: str, tmp_path: Path
) -> None:
    one = bare(place, runner, tmp_path)
    with socket.create_server(("127.0.0.1", place.port)):
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(running_bare(one))
            refused = ("port unavailable", "启动失败")
            await until(
                lambda: any(w in "".join(one.lines) for w in refused), "refused"
            )
            later = stack.pop_all()
    async with later:
        await back(one, place, "port-held", runner, time.monotonic())


async def test_the_service_down_at_the_start(
    place: Place, runner: str, tmp_path: Path
) -> None:
    if runner == LOOP:
        # It asks at each start; for the others the file is there from before.
        place.is_reachable = False
    one = bare(place, runner, tmp_path)
    began = time.monotonic()
    async with running_bare(one):
        took = await one.back(place.passes, began=began, limit_s=12)
        record("service-down-boot", runner, took)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def far(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """Yield a tunnel of an island, which is in `island`."""
    if why := islands.why_not():
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("far") / "data"
    async with islands.island() as island:
        options = ("--node-host", island.here)
        async with running_service(folder, *options, users=["anna"]) as service:
            port = int(service.api_url.rpartition(":")[2])
            async with islands.inhabited(island, port) as (echo, _):
                token = await service.token("anna")
                place = await a_tunnel(service, token, echo, within=island.within)
                ISLANDS[id(place)] = island
                yield place


ISLANDS: dict[int, islands.Island] = {}


@pytest.mark.parametrize(("fault", "seconds"), [("outage-5", 5), ("outage-40", 40)])
async def test_an_outage(far: Place, fault: str, seconds: int, tmp_path: Path) -> None:
    """With upstream's core alone: the stand-in knows nothing of silent connections."""
    island = ISLANDS[id(far)]
    async with open_one(far, ALONE, tmp_path) as one:
        await island.pull_out()
        await asyncio.sleep(seconds)
        await island.plug_in()
        began = time.monotonic()
        await back(one, far, fault, ALONE, began)


async def test_a_node_that_is_away(place: Place, runner: str, tmp_path: Path) -> None:
    async with open_one(place, runner, tmp_path) as one:
        await node_away(place.service, seconds=40)
        await back(one, place, "node-away", runner, time.monotonic())
