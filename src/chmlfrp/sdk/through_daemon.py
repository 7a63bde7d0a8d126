"""A tunnel that the daemon carries."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from chmlfrp.control.client import ControlClient, connect
from chmlfrp.control.protocol import (
    Change,
    CreateTunnel,
    SessionState,
    Snapshot,
    TunnelView,
    apply,
)
from chmlfrp.errors import CommandRejected, DaemonNotRunning, SignInRequired
from chmlfrp.local.files import read_private
from chmlfrp.local.paths import Home
from chmlfrp.model.ladder import Proxy, Summary, first_unwell
from chmlfrp.model.tunnel import Tunnel
from chmlfrp.sdk.tunnel import OpenTunnel
from chmlfrp.sdk.want import Want, pick


async def find(home: Home) -> ControlClient:
    """Return a client of the daemon; raises DaemonNotRunning if none runs."""
    raw = await asyncio.to_thread(read_private, home.endpoint_file)
    return await connect(lambda: raw)


@asynccontextmanager
async def opened(
    client: ControlClient, wanted: Want, ready_s: float
) -> AsyncIterator[OpenTunnel]:
    """Have the daemon carry a tunnel; end only what was not so before."""
    snapshot = await client.snapshot()
    if snapshot.session.state is not SessionState.SIGNED_IN:
        raise SignInRequired("nobody is signed in", hint="chmlfrp login")
    known = _fitting(snapshot, wanted)
    made = known is None
    tunnel = await _create(client, wanted) if known is None else known.tunnel
    assert tunnel is not None
    was_up = known is not None and known.wanted
    try:
        if not was_up:
            await client.start([tunnel.id])
        address = await _address(client, tunnel, ready_s)
        yield OpenTunnel(address=address, tunnel=tunnel, is_ours=made)
    finally:
        if made:
            await client.delete(tunnel.id)
        elif not was_up:
            await client.stop([tunnel.id])


def _fitting(snapshot: Snapshot, wanted: Want) -> TunnelView | None:
    """Return a tunnel that will do, one that is up already if there is one."""
    fitting = [
        v for v in snapshot.tunnels.values() if v.tunnel and wanted.fits(v.tunnel)
    ]
    return max(fitting, key=lambda view: view.wanted, default=None)


async def _create(client: ControlClient, wanted: Want) -> Tunnel:
    node = wanted.node
    if node is None:
        nodes = [n for n in await client.nodes() if n.is_online]
        node = pick(sorted(nodes, key=lambda n: n.bandwidth_percent)).name
    return await client.create(
        CreateTunnel(
            node=node,
            type=wanted.type,
            local_port=wanted.local_port,
            local_host=wanted.local_host,
            name=wanted.name,
            remote_port=wanted.remote_port,
            domain=wanted.domain,
        )
    )


async def _address(client: ControlClient, tunnel: Tunnel, ready_s: float) -> str:
    """Return the address once visitors reach it."""
    view = None
    try:
        async with asyncio.timeout(ready_s):
            async with aclosing(_snapshots(client)) as snapshots:
                async for snapshot in snapshots:
                    view = snapshot.tunnels.get(tunnel.id)
                    if view and view.ladder.proxy.state is Proxy.OPEN and view.address:
                        return view.address
                    if view and view.wanted and view.summary is Summary.FAILED:
                        break
    except TimeoutError:
        pass
    raise CommandRejected(
        f"the tunnel {tunnel.name} did not open{_why(view)}",
        hint=f"chmlfrp tunnel show {tunnel.name}",
    )


async def _snapshots(client: ControlClient) -> AsyncGenerator[Snapshot, None]:
    current: Snapshot | None = None
    async for frame in client.watch():
        if isinstance(frame, Snapshot):
            current = frame
        elif current is not None and isinstance(frame, Change):
            current = apply(current, frame)
        if current is not None:
            yield current
    raise DaemonNotRunning("the daemon ended", hint="chmlfrp daemon start")


def _why(view: TunnelView | None) -> str:
    rung = first_unwell(view.ladder) if view else None
    reason = getattr(view.ladder, rung).reason if view and rung else None
    return f": {reason.code}" if reason else " in time"
