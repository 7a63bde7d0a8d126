"""What people publish, behind a door over real frpc and frps."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncssh
import httpx2
import pytest
from mcstatus import JavaServer

from chmlfrp.model.guard import Ban, Guard, PassOn, Rule
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import Tunnel, TunnelType
from support.fake_minecraft import fake_minecraft, handshake, login
from support.real_services import iperf, iperf_server, nginx, ssh_server, through_ssh
from support.service import RunningService
from support.visitor import eventually
from support.world import Machine, port_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def published(machine: Machine, port: int, **rules: Any) -> Tunnel:
    """Publish a service with these rules, and wait until it is up."""
    return await guarded(machine, await machine.create(local_port=port), **rules)


async def guarded(machine: Machine, tunnel: Tunnel, **rules: Any) -> Tunnel:
    options = TunnelOptions(guard=Guard(is_on=True, **rules), is_probed=False)
    await machine.client.set_options(tunnel.id, options)
    await machine.up(tunnel)
    return tunnel


async def test_minecraft_players_are_named_and_a_sleeping_server_says_so(
    machine: Machine,
) -> None:
    async with fake_minecraft() as port:
        world = await published(machine, port, asleep="晚上八点开服")
        server = JavaServer("127.0.0.1", port_of(world))
        status = await server.async_status()
        assert (status.players.online, status.version.protocol) == (2, 767)
        _, writer = await asyncio.open_connection("127.0.0.1", port_of(world))
        writer.write(handshake(2, protocol=767) + login("Steve"))

        async def names() -> list[Any]:
            return [v.players for v in await machine.client.guard.visitors()]

        await eventually(names, [{"Steve": 767}])
        assert "Steve" in (await machine.good("visitors")).out
        writer.close()
        await writer.wait_closed()

    asleep = await server.async_status()
    assert asleep.motd.to_plain() == "晚上八点开服"
    assert asleep.players.max == 0


async def test_nginx_is_told_who_comes_and_its_pages_are_whole(
    machine: Machine, service: RunningService, tmp_path: Path
) -> None:
    web = service.node["http_port"]
    page = os.urandom(3 << 20)
    async with nginx(tmp_path / "nginx") as server, visitor("127.0.0.9") as client:
        (server.folder / "page").write_bytes(page)
        told = await published(machine, server.told, pass_on=PassOn.V2)
        plain = await machine.create(
            TunnelType.HTTP, local_port=server.plain, domain="nginx.example"
        )
        await guarded(machine, plain, pass_on=PassOn.HEADERS)
        refused = await machine.cli("guard", "on", told.name, "--pass-on", "headers")
        assert "type tcp has no headers" in refused.err
        by_port = f"http://127.0.0.1:{port_of(told)}"
        by_name = {"Host": "nginx.example", "X-Forwarded-For": "10.0.0.1"}

        assert (await client.get(f"{by_port}/who")).text == "127.0.0.9"
        assert (await client.get(f"{by_port}/page")).content == page
        at_web = f"http://127.0.0.1:{web}"
        said = await client.get(f"{at_web}/who", headers=by_name)
        assert said.text == "127.0.0.9 127.0.0.9"
        got = await client.get(f"{at_web}/page", headers=by_name)
        assert got.content == page


async def test_requests_are_looked_at_sent_again_and_written_without_secrets(
    machine: Machine, service: RunningService, tmp_path: Path
) -> None:
    at_web = f"http://127.0.0.1:{service.node['http_port']}"
    async with nginx(tmp_path / "nginx") as server, visitor("127.0.0.9") as client:
        tunnel = await machine.create(
            TunnelType.HTTP, local_port=server.plain, domain="seen.example"
        )
        await guarded(machine, tunnel, pass_on=PassOn.HEADERS)
        assert (await machine.cli("inspect", "list", tunnel.name)).code == 2
        await machine.good("inspect", "on", tunnel.name)
        headers = {"Host": "seen.example", "Authorization": "Bearer c4n4ry"}
        await client.get(f"{at_web}/who?token=c4n4ry", headers=headers)
        await client.get(f"{at_web}/none", headers=headers)

        seen = (await machine.good("inspect", "list", tunnel.name, "--json")).json
        assert [(row["target"], row["status"]) for row in seen] == [
            ("/none", 404),
            ("/who?token=***", 200),
        ]
        assert {row["address"] for row in seen} == {"127.0.0.9"}
        made = await machine.client.inspect.replay(tunnel.id, 1)
        assert (made.status, made.address) == (200, "")
        again = await machine.client.inspect.get(tunnel.id, made.number)
        assert again.answer.body == "127.0.0.1 127.0.0.1"
        found = await machine.client.inspect.list(tunnel.id, sought="not found")
        assert [row.status for row in found] == [404]
        har = tmp_path / "seen.har"
        await machine.good("inspect", "har", tunnel.name, str(har))
        text = har.read_text()
        assert "seen.example/who" in text
        assert "c4n4ry" not in text
        await machine.good("inspect", "off", tunnel.name)
        assert (await machine.cli("inspect", "list", tunnel.name)).code == 2


async def test_who_guesses_an_ssh_password_is_banned_and_sessions_pass(
    machine: Machine,
) -> None:
    ban = Ban(after=3, fewer_bytes=1 << 16)
    async with ssh_server() as port:
        shell = await published(machine, port, ban=ban)
        sent = os.urandom(1 << 20)
        assert await through_ssh(port_of(shell), sent) == sent
        for _ in range(3):
            with pytest.raises(asyncssh.PermissionDenied):
                await through_ssh(port_of(shell), b"", password="wrong")

        async def standings() -> list[Any]:
            return [s.rule for s in await machine.client.guard.standings()]

        await eventually(standings, [Rule.BANNED])
        with pytest.raises((OSError, asyncssh.Error)):
            await through_ssh(port_of(shell), b"")


@pytest.mark.parametrize(
    ("arguments", "carried"),
    [
        (("-n", "16M", "-P", "4"), lambda sums: sums.bytes_in),
        (("-n", "16M", "-R"), lambda sums: sums.bytes_out),
    ],
    ids=["four streams in", "one out"],
)
async def test_what_iperf_sends_is_counted(
    machine: Machine,
    arguments: tuple[str, ...],
    carried: Callable[[Any], int],
) -> None:
    async with iperf_server() as port:
        tunnel = await published(machine, port)

        measured = await iperf(port_of(tunnel), *arguments)

        (sums,) = await machine.client.guard.traffic()
        received = measured["end"]["sum_received"]["bytes"]
        assert received > 0
        assert carried(sums) >= received


def visitor(address: str) -> httpx2.AsyncClient:
    """Return a browser at that address."""
    transport = httpx2.AsyncHTTPTransport(local_address=address)
    return httpx2.AsyncClient(transport=transport, timeout=30)
