"""What the doctor looks at: the daemon, the network, the service's door, names."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import msgspec

from chmlfrp.care.chain import Facts, Item
from chmlfrp.care.daemon import find
from chmlfrp.control.core import CoresView
from chmlfrp.control.protocol import SessionState, Snapshot
from chmlfrp.errors import ChmlFrpError
from chmlfrp.local import netlook, settings
from chmlfrp.local.paths import Home
from chmlfrp.local.resolve import Resolver
from chmlfrp.model.network import NetworkState

PATIENCE_S = 5.0
"""For one connection or one name."""


async def look_around(home: Home) -> Facts:
    """Return what can be found out from here, with or without a daemon."""
    async for step in looking_around(home):
        if isinstance(step, Facts):
            return step
    raise AssertionError


async def looking_around(home: Home) -> AsyncIterator[Item | Facts]:
    """Yield each link before it is looked at, and at the end what was found."""
    yield Item.SERVICE
    snapshot, cores, error = await _of_daemon(home)
    url = snapshot.session.service_url if snapshot else ""
    url = url or await asyncio.to_thread(_configured, home)
    yield Item.NETWORK
    network = await _network(url)
    names = _names(snapshot) if network.is_usable else []
    yield Item.DOMAIN
    found = await asyncio.gather(*(_addresses(name) for name in names))
    yield Item.API
    is_open = await _is_open(url) if network.is_usable else None
    yield Facts(
        network=network,
        snapshot=snapshot,
        daemon_error=error,
        cores=cores,
        is_api_open=is_open,
        addresses=dict(zip(names, found, strict=True)),
    )


async def _of_daemon(
    home: Home,
) -> tuple[Snapshot | None, CoresView | None, ChmlFrpError | None]:
    """Return what the daemon knows, the service asked anew; never starts one."""
    try:
        async with await find(home) as client:
            cores = await client.cores()
            snapshot = await client.snapshot()
            if snapshot.session.state is SessionState.SIGNED_IN:
                with contextlib.suppress(ChmlFrpError):  # it is in the session's view
                    await client.refresh()
                snapshot = await client.snapshot()
            return snapshot, cores, None
    except ChmlFrpError as error:
        return None, None, error


async def _network(url: str) -> NetworkState:
    host = urlsplit(url).hostname or ""
    state = await asyncio.to_thread(netlook.look, netlook.targets_for(host))
    if not state.is_usable:
        return state
    return msgspec.structs.replace(state, resolves=await Resolver(host)())


async def _is_open(url: str) -> bool:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(PATIENCE_S):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _addresses(name: str) -> frozenset[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(PATIENCE_S):
            found = await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        return frozenset()
    return frozenset(str(entry[4][0]) for entry in found)


def _names(snapshot: Snapshot | None) -> list[str]:
    """Return the domains that are wanted and the nodes that they should lead to."""
    views = snapshot.tunnels.values() if snapshot else ()
    pairs = [
        (v.tunnel.domain, v.tunnel.node_host)
        for v in views
        if v.wanted and v.tunnel and v.tunnel.domain
    ]
    names = (name for pair in pairs for name in pair if name)
    return list(dict.fromkeys(names))


def _configured(home: Home) -> str:
    try:
        return settings.load(home.settings_file).settings.service.url
    except ChmlFrpError:
        return settings.SERVICE
