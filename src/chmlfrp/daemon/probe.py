"""One try at a public address, as a visitor would make it, and what it came to.

A try is polite: one connection, at most a bare request, closed at once. What cannot be
told from outside (most UDP services stay silent to strangers) is not guessed.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum

from chmlfrp.guard.own import Mark
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel, TunnelType

PATIENCE_S = 5.0
LINGER_S = 0.7
"""A node hangs up this soon on a visitor whose local service is not there."""
FRPS_PAGE = b"github.com/fatedier/frp"
"""In the page that frps itself gives for a domain without a tunnel behind it."""

RAKNET_PING = (
    b"\x01" + bytes(8) + bytes.fromhex("00ffff00fefefefefdfdfdfd12345678") + bytes(8)
)
"""Unconnected Ping of RakNet, which Minecraft Bedrock answers with a Pong (0x1c)."""
SOURCE_INFO = b"\xff\xff\xff\xffTSource Engine Query\x00"
"""A2S_INFO, which servers on Valve's engines and many others answer."""
UDP_QUERIES = {19132: RAKNET_PING, 19133: RAKNET_PING}
"""By local port; Source queries are tried on 27000 to 27050."""


class Silent(Enum):
    """Nothing could be told."""

    SILENT = "silent"


Answer = Reason | Silent | None
"""None: a visitor got an answer. A reason: none gets one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where visitors of a tunnel go."""

    host: str
    port: int
    mark: Mark | None = None
    """By which a door of ours knows that it is no visitor, where there is one."""


async def probe(tunnel: Tunnel, target: Target) -> Answer:
    """Try the address once; never raises for what the network does."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            match tunnel.type:
                case TunnelType.TCP:
                    return await _tcp(target)
                case TunnelType.HTTP:
                    return await _http(target, tunnel.domain or "")
                case TunnelType.HTTPS:
                    return await _tls(target, tunnel.domain or "")
                case TunnelType.UDP:
                    return await _udp(target, tunnel.local_port)
    except TimeoutError:
        return Reason(Code.REACH_TIMEOUT)
    except ConnectionRefusedError as error:
        return Reason(Code.REACH_REFUSED, error.strerror or "")
    except socket.gaierror as error:
        return Reason(Code.REACH_DNS, f"{target.host}: {error.strerror}")
    except (OSError, asyncio.IncompleteReadError) as error:
        return Reason(Code.REACH_CUT, str(error))


async def _tcp(target: Target) -> Answer:
    async with _connected(target) as (reader, writer):
        if target.mark is not None:
            writer.write(target.mark.word)
        try:
            async with asyncio.timeout(LINGER_S):
                greeting = await reader.read(1)
        except TimeoutError:
            return None
        # Hung up at once: the node for want of a local service, or that service itself.
        return None if greeting else Silent.SILENT


async def _http(target: Target, domain: str) -> Answer:
    async with _connected(target) as (reader, writer):
        name = "chmlfrp-probe"
        if target.mark is not None:
            name += f"/{target.mark.word.decode()}"
        head = f"GET / HTTP/1.1\r\nHost: {domain}\r\nUser-Agent: {name}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        await writer.drain()
        start = await reader.read(4096)
        if not start:
            return Reason(Code.REACH_CUT)
        if b" 404 " in start.partition(b"\r\n")[0]:
            start += await reader.read(4096)
            if FRPS_PAGE in start:
                return Reason(Code.REACH_NO_ONE, domain)
    return None


async def _tls(target: Target, domain: str) -> Answer:
    # Whose certificate it is concerns the visitor; here it counts that one is shown.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    name = domain.replace("*", "www") or target.host
    async with _connected(target) as (_, writer):
        await writer.start_tls(context, server_hostname=name)
    return None


async def _udp(target: Target, local_port: int) -> Answer:
    is_source = 27000 <= local_port <= 27050
    query = SOURCE_INFO if is_source else UDP_QUERIES.get(local_port)
    if query is None:
        return Silent.SILENT
    loop = asyncio.get_running_loop()
    heard = loop.create_future()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Ear(heard), remote_addr=(target.host, target.port)
    )
    try:
        _note_port(target, transport)
        transport.sendto(query)
        async with asyncio.timeout(PATIENCE_S / 2):
            await heard
    except (TimeoutError, OSError):
        return Silent.SILENT
    finally:
        transport.close()
    return None


def _note_port(
    target: Target, sender: asyncio.StreamWriter | asyncio.BaseTransport
) -> None:
    if target.mark is not None:
        target.mark.port = sender.get_extra_info("sockname")[1]


class _Ear(asyncio.DatagramProtocol):
    """Sets a future at the first answer."""

    def __init__(self, heard: "asyncio.Future[None]") -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self._heard.done():
            self._heard.set_result(None)

    def error_received(self, exc: Exception) -> None:
        if not self._heard.done():
            self._heard.set_exception(exc)


@contextlib.asynccontextmanager
async def _connected(
    target: Target,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(target.host, target.port)
    _note_port(target, writer)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
