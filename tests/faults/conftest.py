"""One service with two nodes, stands that the tests of a file share, and machines."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from support.by_hand import tcp_echo
from support.fake_frpc import install, order
from support.faults import FORK, Stand, stand_on, with_second_node
from support.promises import RECORD
from support.service import RunningService, running_service
from support.world import Machine, clear, machine_at

HERE = Path(__file__).parent
USERS = ["anna", "berta"]


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Mark everything here, and leave out what only `make promise` measures."""
    here = [item for item in items if HERE in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.e2e)
    if not os.environ.get(RECORD):
        slow = [item for item in here if item.get_closest_marker("promise")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def service(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[RunningService]:
    """Yield a running service with two nodes and the accounts `anna` and `berta`."""
    folder = tmp_path_factory.mktemp("service") / "data"
    async with running_service(folder, users=USERS) as one:
        await with_second_node(one, await one.token("anna"))
        yield one


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared_token(service: RunningService) -> str:
    """Return anna's user token; her tunnels are those of the shared stands."""
    return await service.token("anna")


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def token(service: RunningService) -> str:
    """Return berta's user token; her tunnels are those of one test."""
    return await service.token("berta")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def echo() -> AsyncIterator[int]:
    """Yield the port of a local TCP echo."""
    async with tcp_echo() as port:
        yield port


@pytest_asyncio.fixture(loop_scope="module")
async def machine(
    home: Path, service: RunningService, token: str
) -> AsyncIterator[Machine]:
    """Yield a machine on which nothing runs as yet."""
    async with machine_at(home, service) as machine:
        yield machine
    await clear(service, token)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def upstream_of_all(
    tmp_path_factory: pytest.TempPathFactory,
    service: RunningService,
    shared_token: str,
    echo: int,
) -> AsyncIterator[Stand]:
    """Yield the stand with the real core that the tests of a file share."""
    async with machine_at(tmp_path_factory.mktemp("real") / "home", service) as machine:
        yield await stand_on(machine, service, shared_token, echo, None)
    await clear(service, shared_token)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def fork_of_all(
    tmp_path_factory: pytest.TempPathFactory,
    service: RunningService,
    shared_token: str,
    echo: int,
) -> AsyncIterator[Stand]:
    """Yield the stand with the fake fork that the tests of a file share."""
    folder = tmp_path_factory.mktemp("fork")
    async with machine_at(folder / "home", service) as machine:
        program = install(folder, FORK)
        yield await stand_on(machine, service, shared_token, echo, program)
    await clear(service, shared_token)


@pytest_asyncio.fixture(loop_scope="module")
async def upstream(upstream_of_all: Stand) -> Stand:
    """Return a stand with the real upstream core, as new."""
    await upstream_of_all.renew()
    return upstream_of_all


@pytest_asyncio.fixture(loop_scope="module")
async def fork(fork_of_all: Stand) -> Stand:
    """Return a stand with the fake fork, as new; its program is `stand.program`."""
    order(fork_of_all.program, FORK)
    await fork_of_all.renew()
    return fork_of_all


@pytest_asyncio.fixture(loop_scope="module", params=["upstream", "fork"])
async def stand(
    request: pytest.FixtureRequest, upstream_of_all: Stand, fork_of_all: Stand
) -> Stand:
    """Return a stand with either core, as new."""
    if request.param == "fork":
        order(fork_of_all.program, FORK)
    found = fork_of_all if request.param == "fork" else upstream_of_all
    await found.renew()
    return found
