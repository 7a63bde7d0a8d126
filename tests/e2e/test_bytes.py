"""Bytes pass through every kind of tunnel, encrypted and compressed or not."""

import os
import ssl

import pytest

from chmlfrp.model.tunnel import TunnelType
from support.by_hand import tcp_echo, through_tcp, through_udp, udp_echo, web_page
from support.service import RunningService
from support.visitor import fetch
from support.world import Machine, port_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = "<h1>穿透成功</h1>" + "x" * 50_000
MIXES = [(False, False), (True, False), (False, True), (True, True)]


@pytest.mark.parametrize(("encryption", "compression"), MIXES)
async def test_bytes_pass_through_tcp_udp_and_http(
    machine: Machine, service: RunningService, *, encryption: bool, compression: bool
) -> None:
    mix = {"encryption": encryption, "compression": compression}
    async with tcp_echo() as echo, udp_echo() as datagrams, web_page(PAGE) as page:
        tcp = await machine.create(TunnelType.TCP, local_port=echo, **mix)
        udp = await machine.create(TunnelType.UDP, local_port=datagrams, **mix)
        web = await machine.create(
            TunnelType.HTTP, local_port=page, domain="Site.Example.com", **mix
        )
        await machine.up(tcp, udp, web)
        random, dull = os.urandom(1 << 20), b"a" * (1 << 20)

        assert await through_tcp(port_of(tcp), random) == random
        assert await through_tcp(port_of(tcp), dull) == dull
        for size in (1, 512, 1400):
            sent = os.urandom(size)
            assert await through_udp(port_of(udp), sent) == sent
        body = await fetch(service.node["http_port"], "site.example.com")
        assert body == PAGE.encode()
    for tunnel in (tcp, udp, web):
        assert (tunnel.encryption, tunnel.compression) == (encryption, compression)


async def test_an_https_tunnel_hands_tls_on_as_it_came(
    machine: Machine, service: RunningService, echo: int
) -> None:
    web = await machine.create(TunnelType.HTTPS, local_port=echo, domain="a.example")
    await machine.up(web)
    hello = client_hello("a.example")

    assert await through_tcp(service.node["https_port"], hello) == hello


async def test_the_link_to_the_node_is_encrypted(machine: Machine, echo: int) -> None:
    (view,) = await machine.up(await machine.create(local_port=echo))

    assert view.is_link_encrypted is True


async def test_the_address_shown_is_where_visitors_are_served(
    machine: Machine, service: RunningService, echo: int
) -> None:
    tcp = await machine.create(local_port=echo)
    web = await machine.create(TunnelType.HTTP, local_port=echo, domain="b.example")

    views = await machine.up(tcp, web)
    port = service.node["http_port"]
    assert [view.address for view in views] == [
        f"127.0.0.1:{tcp.remote_port}",
        f"http://b.example:{port}",
    ]


def client_hello(host: str) -> bytes:
    """Return the first flight of a browser."""
    outgoing = ssl.MemoryBIO()
    context = ssl.create_default_context()
    tls = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=host)
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    return outgoing.read()
