"""The guard over real frpc and frps: what is counted, who comes in, what stays open."""

import asyncio
import contextlib
import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest

from chmlfrp.control.protocol import EditTunnel, TunnelView
from chmlfrp.model.guard import Guard, PassOn, Rule
from chmlfrp.model.ladder import Reach
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.reason import Code
from chmlfrp.model.tunnel import Tunnel, TunnelType
from support.by_hand import tcp_echo, through_tcp, through_udp, udp_echo, web_page
from support.frps import free_port
from support.service import RunningService
from support.visitor import Visit, fetch, is_served
from support.world import Machine, is_up, port_of, why_not

NAMED = bytes.fromhex("0d0a0d0a000d0a515549540a2112000ccb007107c000020901bb1f90")
"""Before a datagram, as from 203.0.113.7."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def guarded(machine: Machine, tunnel: Tunnel, **rules: object) -> TunnelView:
    """Turn the tunnel's guard on, with these rules, and wait until it is up.

    The daemon's own probe would be one more visitor.
    """
    guard = Guard(is_on=True, **rules)  # type: ignore[arg-type] # fields by name
    options = TunnelOptions(guard=guard, is_probed=False)
    await machine.client.set_options(tunnel.id, options)
    (view,) = await machine.up(tunnel)
    return view


async def test_bytes_pass_through_the_door_unchanged(
    machine: Machine, echo: int, service: RunningService
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    await guarded(machine, tunnel)
    (ini,) = machine.inis
    assert "unix_domain_socket" in ini.read_text()

    sent = os.urandom(5 << 20)

    assert await through_tcp(port_of(tunnel), sent) == sent


async def test_what_is_counted_is_what_visitors_sent(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    await guarded(machine, tunnel, deny=("127.0.0.2",))
    size = 3 << 20
    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(through_tcp(port_of(tunnel), os.urandom(size)))
    await asked_from("127.0.0.2", port_of(tunnel))

    (sums,) = await machine.client.guard.traffic()
    assert (sums.tunnel, sums.name) == (tunnel.id, tunnel.name)
    assert sums.bytes_in == sums.bytes_out == 4 * size
    assert sums.refused == {Rule.DENY: 1}
    points = await machine.client.guard.history(86400)
    assert sum(p.bytes_in for p in points if p.tunnel == tunnel.id) == 4 * size
    seen = {v.address: v for v in await machine.client.guard.visitors()}
    assert seen["127.0.0.1"].bytes_in == 4 * size
    assert seen["127.0.0.2"].refused == {Rule.DENY: 1}
    said = (await machine.good("visitors", "--json")).json
    assert {row["address"] for row in said} == set(seen)


async def test_a_block_ends_what_is_open_and_rules_are_tried_before(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    await guarded(machine, tunnel)
    name = tunnel.name
    await machine.good("guard", "deny", name, "203.0.113.0/24")
    tried = await machine.good("guard", "test", name, "--from", "::ffff:203.0.113.7")
    assert "is turned away: on the deny list" in tried.out

    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(tunnel))
    with contextlib.closing(writer):
        writer.write(b"hello")
        assert await answer(reader) == b"hello"
        done = await machine.good("guard", "block", name, "127.0.0.1", "--json")
        assert done.json["ended"] >= 1
        assert await answer(reader) == b""
    assert not await is_served(port_of(tunnel))


async def test_a_tunnel_made_from_here_has_its_door_from_the_start(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    assert (await machine.client.options(tunnel.id)).guard.is_on

    assert await is_served(port_of(tunnel))

    seen = {v.address for v in await machine.client.guard.visitors()}
    assert seen == {"127.0.0.1"}


async def test_the_daemons_own_try_is_no_visitor(machine: Machine, echo: int) -> None:
    tunnel = await machine.create(local_port=echo)
    options = TunnelOptions(guard=Guard(is_on=True), is_probed=True)
    await machine.client.set_options(tunnel.id, options)
    await machine.up(tunnel)

    def is_tried(view: TunnelView) -> bool:
        return view.ladder.reach.state is Reach.REACHABLE

    await machine.view(tunnel, is_tried, "it was tried from outside")

    (sums,) = await machine.client.guard.traffic()
    assert (sums.connections, sums.bytes_in, sums.refused) == (0, 0, {})
    assert await machine.client.guard.visitors() == []


async def test_a_denied_visitor_gets_nothing_and_others_are_served(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    await guarded(machine, tunnel, deny=("127.0.0.2",))

    assert await is_served(port_of(tunnel))
    assert await asked_from("127.0.0.2", port_of(tunnel)) == b""

    await guarded(machine, tunnel, deny=("127.0.0.3",))
    assert await asked_from("127.0.0.2", port_of(tunnel)) == b"hello"


async def test_a_connection_outlasts_the_guard_of_another_tunnel_and_its_own_rules(
    machine: Machine, echo: int
) -> None:
    kept, other = [await machine.create(local_port=echo) for _ in range(2)]
    await machine.up(kept, other)
    await guarded(machine, kept)

    async with Visit(port_of(kept)) as visit:
        await visit.ask()
        await guarded(machine, other)
        await visit.ask()
        await guarded(machine, kept, deny=("127.0.0.1",))
        await visit.ask()
        await machine.client.set_options(other.id, TunnelOptions())
        await machine.up(other)
        await visit.ask()
        assert not await is_served(port_of(kept))
    assert await is_served(port_of(other))


async def test_a_process_that_is_not_frpc_gets_nothing(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    await guarded(machine, tunnel)
    (door,) = machine.home.socket_path.parent.glob("*.g")

    reader, writer = await asyncio.open_unix_connection(door)
    with contextlib.closing(writer):
        with contextlib.suppress(ConnectionError):
            writer.write(b"PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\nhello")
            await writer.drain()
        assert await answer(reader) == b""


async def test_a_service_that_is_down_is_on_the_ladder_of_a_guarded_tunnel(
    machine: Machine,
) -> None:
    port = free_port()
    tunnel = await machine.create(local_port=port)
    await machine.up(tunnel)
    await guarded(machine, tunnel)

    assert not await is_served(port_of(tunnel))

    def is_down(view: TunnelView) -> bool:
        return why_not(view) == Code.LOCAL_SERVICE_DOWN

    await machine.view(tunnel, is_down, "the service is known to be down")
    async with echo_at(port):
        await machine.view(tunnel, is_up, "it is back")


async def test_each_visitor_of_a_web_tunnel_is_judged(
    machine: Machine, service: RunningService
) -> None:
    """frps would send both through one connection, which names the first alone."""
    port = service.node["http_port"]
    async with web_page("hello") as page:
        web = await machine.create(
            TunnelType.HTTP, local_port=page, domain="guarded.example"
        )
        await machine.up(web)
        await guarded(machine, web, deny=("127.0.0.2",))

        request = b"GET / HTTP/1.1\r\nHost: guarded.example\r\n\r\n"
        for _ in range(3):
            assert await fetch(port, "guarded.example") == b"hello"
            said = await asked_from("127.0.0.2", port, request, size=1 << 16)
            assert b"hello" not in said


async def test_the_visitor_is_passed_on_to_a_service_that_wants_to_know(
    machine: Machine,
) -> None:
    async with tcp_echo() as port:
        tunnel = await machine.create(local_port=port)
        await machine.up(tunnel)
        await guarded(machine, tunnel, pass_on=PassOn.V1)

        said = await asked_from("127.0.0.9", port_of(tunnel), size=17)

    assert said == b"PROXY TCP4 127.0."


async def test_datagrams_are_counted_and_their_senders_known(machine: Machine) -> None:
    async with udp_echo() as port:
        tunnel = await machine.create(TunnelType.UDP, local_port=port)
        await machine.up(tunnel)
        await guarded(machine, tunnel)
        public = port_of(tunnel)

        assert await through_udp(public, b"over") == b"over"

        (sums,) = await machine.client.guard.traffic()
        assert sums.connections == 1
        assert sums.bytes_in >= 4
        (visitor,) = await machine.client.guard.visitors()
        assert visitor.address == "127.0.0.1"

        async with udp_echo() as another:
            await machine.client.edit(tunnel.id, EditTunnel(local_port=another))
            await machine.up(tunnel)
            assert await through_udp(public, b"anew") == b"anew"
        (sums,) = await machine.client.guard.traffic()
        counted = sums.bytes_in
        assert sums.connections > 1

        await machine.good("guard", "deny", tunnel.name, "127.0.0.0/8")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await through_udp(public, b"none")
        (sums,) = await machine.client.guard.traffic()
        assert (sums.bytes_in, sums.refused) == (counted, {Rule.DENY: 1})


async def test_a_process_that_is_not_frpc_gets_nothing_from_the_udp_door(
    machine: Machine,
) -> None:
    """It knows the door's port, frpc's own and how frpc names a sender."""
    async with udp_echo() as port:
        tunnel = await machine.create(TunnelType.UDP, local_port=port)
        await machine.up(tunnel)
        await guarded(machine, tunnel)
        assert await through_udp(port_of(tunnel), b"over") == b"over"
        (before,) = await machine.client.guard.traffic()

        door = doors_port(machine)
        frpcs = next(
            row.laddr.port
            for row in psutil.net_connections("udp")
            if row.raddr == ("127.0.0.1", door)
        )
        for at in (("127.0.0.1", 0), ("127.0.0.9", frpcs)):
            with socket.socket(type=socket.SOCK_DGRAM) as other:
                other.bind(at)
                other.settimeout(0.5)
                for data in (NAMED + b"hello", b"hello"):
                    await asyncio.to_thread(other.sendto, data, ("127.0.0.1", door))
                with pytest.raises(TimeoutError):
                    await asyncio.to_thread(other.recv, 100)

        (after,) = await machine.client.guard.traffic()
        assert after.refused == {Rule.NOT_FRPC: 2}
        assert (after.bytes_in, after.bytes_out) == (before.bytes_in, before.bytes_out)
        assert [v.address for v in await machine.client.guard.visitors()] == [
            "127.0.0.1"
        ]


def doors_port(machine: Machine) -> int:
    """Return the port that frpc was told to send datagrams to."""
    (ini,) = machine.inis
    (port,) = re.findall(r"(?m)^local_port *= *(\d+)", ini.read_text())
    return int(port)


async def test_a_friend_knocks_and_may_come_until_the_link_is_revoked(
    machine: Machine, echo: int, service: RunningService
) -> None:
    """The page is published through the same node, and who comes is what frps says."""
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    await guarded(machine, tunnel, knock_hours=12)
    page = await machine.good(
        *("knock", "page", "--node", machine.node, "--domain", "knock.example"),
        "--json",
    )
    made = await machine.good("knock", "make", tunnel.name, "--json")
    path, domain = (
        made.json["path"],
        f"http://knock.example:{service.node['http_port']}",
    )
    assert made.json["url"] == domain + path
    assert page.json["is_guarded"]
    await machine.until(
        lambda now: is_up(now.tunnels[page.json["tunnel"]]), "the page is public"
    )
    friend, public = "127.0.0.2", service.node["http_port"]

    async def opened(method: str) -> bytes:
        request = (
            f"{method} {path} HTTP/1.1\r\nHost: knock.example\r\n"
            "X-Forwarded-For: 203.0.113.9\r\nContent-Length: 0\r\n"
            "Connection: close\r\n\r\n"
        )
        return await asked_from(friend, public, request.encode(), size=1 << 16)

    # A look, as of a chat that previews links, opens nothing.
    assert b"Let me in" in await opened("GET")
    assert await asked_from(friend, port_of(tunnel)) == b""
    assert b"The address 127.0.0.2 may connect" in await opened("POST")
    assert await asked_from(friend, port_of(tunnel)) == b"hello"
    assert await asked_from("127.0.0.3", port_of(tunnel)) == b""

    await machine.stop()
    assert path not in machine.log
    assert path.partition(".")[2] not in machine.home.knock_file.read_text()
    await machine.start()
    await machine.up(tunnel)
    assert await asked_from(friend, port_of(tunnel)) == b"hello"
    (link,) = (await machine.good("knock", "list", "--json")).json
    assert (link["uses_left"], link["admitted"]) == (0, 1)

    done = await machine.good("knock", "revoke", link["id"][:5], "--json")
    assert done.json["admitted"] == 1
    assert await asked_from(friend, port_of(tunnel)) == b""
    await machine.until(
        lambda now: is_up(now.tunnels[page.json["tunnel"]]), "the page is back"
    )
    assert b"not valid" in await opened("POST")


async def asked_from(
    host: str, port: int, request: bytes = b"hello", *, size: int = 5
) -> bytes:
    """Return what a visitor from that address is answered."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, local_addr=(host, 0)
    )
    with contextlib.closing(writer):
        writer.write(request)
        return await answer(reader, size)


async def answer(reader: asyncio.StreamReader, size: int = 5) -> bytes:
    try:
        async with asyncio.timeout(20):
            return await reader.read(size)
    except ConnectionError:
        return b""


@asynccontextmanager
async def echo_at(port: int) -> AsyncIterator[None]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.close()

    server = await asyncio.start_server(
        echo, "127.0.0.1", port, family=socket.AF_INET, reuse_address=True
    )
    async with server:
        yield
