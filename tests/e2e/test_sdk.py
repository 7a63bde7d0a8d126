"""`chmlfrp.tunnel`: with a daemon, without one, blocking and not."""

import asyncio
import os

import pytest

import chmlfrp
from chmlfrp.api.client import ServiceClient
from chmlfrp.errors import InvalidInput, SignInRequired
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel
from support.by_hand import through_tcp
from support.service import RunningService
from support.world import Machine

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def at_home(fresh: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHMLFRP_HOME", str(fresh.root))
    monkeypatch.setenv("CHMLFRP_API", fresh.environ["CHMLFRP_API"])


async def tunnels(service: RunningService, token: str) -> list[Tunnel]:
    async with ServiceClient(service.api_url, token=Secret(token)) as client:
        return await client.tunnels.list()


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


async def test_a_block_has_an_address_without_a_daemon_and_leaves_nothing(
    service: RunningService, token: str, echo: int
) -> None:
    sent = os.urandom(4096)
    async with chmlfrp.tunnel(echo, token=token) as opened:
        assert opened.is_ours
        assert await through_tcp(port_of(opened.address), sent) == sent

    assert await tunnels(service, token) == []


async def test_a_program_without_a_loop_does_the_same(
    service: RunningService, token: str, echo: int
) -> None:
    def program() -> int:
        with chmlfrp.tunnel(echo, token=token) as opened:
            return asyncio.run(exchanged(port_of(opened.address)))

    async def exchanged(port: int) -> int:
        return len(await through_tcp(port, b"x" * 1000))

    assert await asyncio.to_thread(program) == 1000
    assert await tunnels(service, token) == []


async def test_a_daemon_that_runs_carries_it_and_drops_what_was_made(
    machine: Machine, service: RunningService, token: str, echo: int
) -> None:
    sent = os.urandom(4096)
    async with chmlfrp.tunnel(echo) as opened:
        snapshot = await machine.client.snapshot()
        assert snapshot.tunnels[opened.tunnel.id].wanted
        assert opened.is_ours
        assert await through_tcp(port_of(opened.address), sent) == sent

    assert await tunnels(service, token) == []


async def test_a_tunnel_that_was_there_is_used_and_stays_as_it_was(
    machine: Machine, service: RunningService, token: str, echo: int
) -> None:
    kept = await machine.create(local_port=echo)
    await machine.client.stop([kept.id])
    async with chmlfrp.tunnel(echo) as opened:
        assert (opened.tunnel.id, opened.is_ours) == (kept.id, False)
    view = (await machine.client.snapshot()).tunnels[kept.id]
    assert not view.wanted
    await machine.client.start([kept.id])
    await machine.up(kept)
    async with chmlfrp.tunnel(echo):
        pass
    assert (await machine.client.snapshot()).tunnels[kept.id].wanted
    assert [t.id for t in await tunnels(service, token)] == [kept.id]


async def test_without_an_account_it_says_so(echo: int) -> None:
    with pytest.raises(SignInRequired):
        async with chmlfrp.tunnel(echo):
            pass


async def test_the_blocking_client_is_the_same_client(
    service: RunningService, token: str
) -> None:
    def program() -> tuple[str, int, str]:
        with chmlfrp.BlockingClient(service.api_url, token=Secret(token)) as client:
            with pytest.raises(InvalidInput):
                client.nodes.uptime(days=0)
            twin = client.with_token(None)
            with pytest.raises(SignInRequired):
                twin.tunnels.list()
            nodes = client.nodes.list()
            return client.account.get().name, len(client.tunnels.list()), nodes[0].name

    assert await asyncio.to_thread(program) == ("anna", 0, service.node["name"])
