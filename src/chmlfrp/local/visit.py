"""Visiting an address as anybody would: ICMP, HTTP, and Minecraft's own question."""

import asyncio
import importlib
import re
import socket
import ssl
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from chmlfrp.errors import InvalidInput, LocalError
from chmlfrp.model.latency import LatencyTrouble

if TYPE_CHECKING:
    import httpx2
    from mcstatus.responses import BedrockStatusResponse, JavaStatusResponse

PATIENCE_S = 10.0
_HOST = re.compile(r"[A-Za-z0-9_\[][A-Za-z0-9._:%\]-]{0,252}")
_TIME = re.compile(r"[=<]\s?([0-9.]+)\s?ms")


class Pinged(msgspec.Struct, frozen=True, kw_only=True):
    """What came back of some echo requests."""

    host: str
    sent: int
    ms: tuple[float, ...] = ()
    """Of each answer, in its order."""


class HttpAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a page's address answered; redirects are told and not followed."""

    url: str
    ms: float
    status: int | None = None
    version: str = ""
    location: str = ""
    server: str = ""
    trouble: LatencyTrouble | None = None
    detail: str = ""


class GameAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a Minecraft server says of itself."""

    address: str
    ms: float
    version: str = ""
    players: int = 0
    most_players: int = 0
    text: str = ""
    """Its line in the list of servers, without colours."""


def check_host(host: str) -> str:
    """Return the host or raise InvalidInput where it can be none."""
    if not _HOST.fullmatch(host):
        raise InvalidInput(f"{host!r} is no address or host name", field="host")
    return host


def host_and_port(address: str) -> tuple[str, int]:
    """Return both, or raise InvalidInput where one is missing."""
    host, _, port = address.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536) or not host:
        raise InvalidInput(
            f"{address!r} is no host with a port",
            hint="write it like example.com:25565",
            field="address",
        )
    return check_host(host.strip("[]")), int(port)


def ping_command(
    host: str, count: int, *, platform: str = sys.platform
) -> tuple[str, ...]:
    """Return the system's own command: only it may send echo requests everywhere."""
    check_host(host)
    if platform == "win32":
        return ("ping", "-n", str(count), "-w", "3000", host)
    if platform == "darwin":
        return ("ping", "-c", str(count), "-W", "3000", host)
    return ("ping", "-c", str(count), "-W", "3", host)


def read_ping(text: str) -> tuple[float, ...]:
    """Return the milliseconds of each answer, in whatever language the system speaks.

    The line that sums up has several numbers, an answer has one.
    """
    found = (_TIME.findall(line) for line in text.splitlines())
    return tuple(float(times[0]) for times in found if len(times) == 1)


async def ping(
    host: str, *, count: int = 4, command: Sequence[str] | None = None
) -> Pinged:
    """Send echo requests and return what came back.

    Raises:
        InvalidInput: that is no host.
        LocalError: there is no `ping` here.
    """
    argv = ping_command(host, count) if command is None else command
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
        )
    except OSError as exc:
        raise LocalError(
            "there is no ping on this machine", hint="try: chmlfrp tool tcp"
        ) from exc
    try:
        async with asyncio.timeout(PATIENCE_S + 4.0 * count):
            out, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    times = read_ping(out.decode("utf-8", "replace"))
    return Pinged(host=host, sent=count, ms=times)


def web_address(text: str) -> str:
    """Return the address with `http://` if it had none; raises InvalidInput."""
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here for its ValueError
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise InvalidInput(
            f"{text!r} is no address of a page",
            hint="write it like https://example.com",
            field="url",
        )
    check_host(parts.hostname)
    return url


async def http(url: str, *, verify: bool = True) -> HttpAnswer:
    """Ask once for the page's head and return what came; raises InvalidInput only."""
    url = web_address(url)
    # Reading in the library and the certificates would block the loop.
    opened = await asyncio.to_thread(_web_client, verify=verify)
    import httpx2

    loop = asyncio.get_running_loop()
    begun = loop.time()
    try:
        async with (
            opened as client,
            client.stream("GET", url) as answer,
        ):
            return HttpAnswer(
                url=url,
                ms=round((loop.time() - begun) * 1000, 1),
                status=answer.status_code,
                version=answer.http_version,
                location=answer.headers.get("location", ""),
                server=answer.headers.get("server", ""),
            )
    except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError) as error:
        ms = round((loop.time() - begun) * 1000, 1)
        trouble, detail = _trouble(error), str(error)
        return HttpAnswer(url=url, ms=ms, trouble=trouble, detail=detail)


def _web_client(*, verify: bool) -> "httpx2.AsyncClient":
    import httpcore2  # noqa: F401 - httpx2 would read it in on the event loop
    import httpx2

    return httpx2.AsyncClient(timeout=PATIENCE_S, trust_env=False, verify=verify)


def _trouble(error: BaseException) -> LatencyTrouble:
    import httpx2

    if isinstance(error, httpx2.TimeoutException):
        return LatencyTrouble.TIMEOUT
    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case ssl.SSLError():
                return LatencyTrouble.TLS
            case ConnectionRefusedError():
                return LatencyTrouble.REFUSED
            case socket.gaierror():
                return LatencyTrouble.DNS
        cause = cause.__cause__ or cause.__context__
    return LatencyTrouble.CUT


async def minecraft(address: str, *, is_bedrock: bool = False) -> GameAnswer:
    """Ask a server as the game's own list does; SRV records are followed.

    Raises:
        InvalidInput: that is no address.
        LocalError: nobody answers, or the part for this is not installed.
    """
    check_host(address)
    try:
        mcstatus = await asyncio.to_thread(importlib.import_module, "mcstatus")
    except ImportError as exc:
        raise LocalError(
            "the part for asking game servers is not installed",
            hint='pip install "chmlfrp-ui[tools]"',
        ) from exc
    try:
        async with asyncio.timeout(PATIENCE_S):
            if is_bedrock:
                found = await asyncio.to_thread(mcstatus.BedrockServer.lookup, address)
                return _bedrock(address, await found.async_status(tries=1))
            server = await mcstatus.JavaServer.async_lookup(address)
            return _java(address, await server.async_status(tries=1))
    except (OSError, ValueError, TimeoutError) as exc:
        why = str(exc) or "no answer in time"
        raise LocalError(f"{address} does not answer as Minecraft: {why}") from exc


def _java(address: str, status: "JavaStatusResponse") -> GameAnswer:
    return GameAnswer(
        address=address,
        ms=round(status.latency, 1),
        version=status.version.name,
        players=status.players.online,
        most_players=status.players.max,
        text=status.motd.to_plain(),
    )


def _bedrock(address: str, status: "BedrockStatusResponse") -> GameAnswer:
    return GameAnswer(
        address=address,
        ms=round(status.latency, 1),
        version=status.version.name,
        players=status.players.online,
        most_players=status.players.max,
        text=status.motd.to_plain(),
    )
