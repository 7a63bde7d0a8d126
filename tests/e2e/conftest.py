"""A service for all tests that leave it running, and a machine for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from support.by_hand import tcp_echo
from support.service import RunningService, running_service
from support.world import Machine, clear, machine_at

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def service(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[RunningService]:
    """Yield a running service with the account `anna`."""
    folder = tmp_path_factory.mktemp("service")
    async with running_service(folder / "data", users=["anna"]) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def token(service: RunningService) -> str:
    """Return anna's user token."""
    return await service.token("anna")


@pytest_asyncio.fixture(loop_scope="module")
async def fresh(
    home: Path, service: RunningService, token: str
) -> AsyncIterator[Machine]:
    """Yield a machine on which nothing was done yet; anna has no tunnels."""
    async with machine_at(home, service) as machine:
        yield machine
    await clear(service, token)


@pytest_asyncio.fixture(loop_scope="module")
async def machine(fresh: Machine, token: str) -> Machine:
    """Return a machine with a daemon, and anna signed in."""
    await fresh.start()
    await fresh.sign_in(token)
    return fresh


@pytest_asyncio.fixture(loop_scope="module")
async def echo() -> AsyncIterator[int]:
    """Yield the port of a local TCP echo."""
    async with tcp_echo() as port:
        yield port
