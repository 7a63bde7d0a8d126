"""All tunnels of a node share one frpc, and leave each other alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec
import pytest

from chmlfrp.control.protocol import EditTunnel, Snapshot, TunnelView
from chmlfrp.model.ladder import Proxy, Summary
from chmlfrp.model.reason import Code
from chmlfrp.model.tunnel import Tunnel, TunnelType
from support.service import RunningService
from support.visitor import Visit, eventually, is_served
from support.world import Machine, is_up, other_port, port_of, why_not

pytestmark = pytest.mark.asyncio(loop_scope="module")


@asynccontextmanager
async def a_visit_that_lasts(port: int) -> AsyncIterator[None]:
    """Keep one connection busy; being cut at any moment fails the test."""

    async def keep_asking() -> None:
        while True:
            await visit.ask()
            await asyncio.sleep(0.002)

    async with Visit(port) as visit, asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(keep_asking())
        yield
        asking.cancel()


async def test_a_live_connection_outlasts_whatever_is_done_to_other_tunnels(
    machine: Machine, echo: int
) -> None:
    kept = await machine.create(local_port=echo)
    (view,) = await machine.up(kept)
    (core,) = machine.cores()

    async with a_visit_that_lasts(port_of(kept)):
        other = await machine.create(local_port=echo)
        await machine.up(other)
        assert await is_served(port_of(other))

        web = await machine.create(
            TunnelType.HTTP, local_port=echo, domain="other.example"
        )
        await machine.up(web)

        change = EditTunnel(encryption=True, compression=True)
        edited = await machine.client.edit(other.id, change)
        assert [d.field for d in edited.differences] == ["encryption", "compression"]
        await machine.view(
            other, lambda v: is_up(v) and bool(v.tunnel and v.tunnel.encryption), "edit"
        )
        assert await is_served(port_of(other))

        await machine.client.restart([other.id])
        await machine.up(other)
        assert await is_served(port_of(other))

        await machine.client.stop([web.id])
        await machine.client.delete(other.id)
        await machine.until(lambda s: other.id not in s.tunnels, "it is gone")
        await machine.view(web, lambda v: v.ladder.proxy.state is Proxy.CLOSED, "shut")
        assert not await is_served(port_of(other))

        await machine.client.refresh()

    assert machine.cores() == [core]
    (same,) = await machine.up(kept)
    assert (view.pid, view.restarts) == (same.pid, same.restarts) == (core.pid, 0)


async def test_a_live_connection_outlasts_the_sign_out(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)

    async with a_visit_that_lasts(port_of(tunnel)):
        await machine.client.sign_out()
        snapshot = await machine.client.snapshot()

    assert is_up(snapshot.tunnels[tunnel.id])


async def test_a_restart_opens_a_tunnel_anew_in_the_same_process(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    cores = machine.cores()

    await machine.client.restart([tunnel.id])
    opened = await machine.up(tunnel)

    assert await is_served(port_of(tunnel))
    assert machine.cores() == cores
    lines = [line.text async for line in machine.client.logs(tunnel.id)]
    assert lines.count("start proxy success") == 2
    assert [view.restarts for view in opened] == [0]


async def test_an_edited_port_moves_the_tunnel_there(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    old, new = port_of(tunnel), other_port(tunnel)

    await machine.client.edit(tunnel.id, EditTunnel(remote_port=new))
    await machine.view(tunnel, lambda v: is_up(v) and _port(v) == new, "it moved")

    assert await is_served(new)
    await eventually(lambda: is_served(old), wanted=False)


async def test_what_others_change_in_the_account_is_followed(
    machine: Machine, service: RunningService, token: str, echo: int
) -> None:
    tunnel, doomed = [await machine.create(local_port=echo) for _ in range(2)]
    await machine.up(tunnel, doomed)
    new = other_port(tunnel)
    row = {
        "tunnelid": tunnel.id,
        "tunnelname": tunnel.name,
        "node": tunnel.node,
        "localip": "127.0.0.1",
        "porttype": "tcp",
        "localport": echo,
        "remoteport": new,
    }

    reply = await service.call("/update_tunnel", token=token, **row)
    assert reply["code"] == 200, reply
    await service.call("/deletetunnel", token=token, tunnelid=doomed.id)
    await machine.client.refresh()

    await machine.view(tunnel, lambda v: is_up(v) and _port(v) == new, "it moved")
    gone = await machine.view(
        doomed, lambda v: v.ladder.proxy.state is Proxy.CLOSED, "it is shut"
    )
    assert await is_served(new)
    await eventually(lambda: is_served(port_of(doomed)), wanted=False)
    assert (gone.wanted, why_not(gone)) == (True, Code.RECORD_GONE)


async def test_a_hundred_commands_at_once_end_as_the_last_one_of_each_says(
    machine: Machine, echo: int
) -> None:
    kept = await machine.create(local_port=echo)
    pushed = [await machine.create(local_port=echo, start=False) for _ in range(4)]
    await machine.up(kept)

    async def push(number: int) -> None:
        client, tunnel = machine.client, pushed[number]
        for _ in range(8):
            await client.start([tunnel.id])
            await client.restart([tunnel.id])
            await client.stop([tunnel.id])
        if number % 2:
            await client.start([tunnel.id])

    async with a_visit_that_lasts(port_of(kept)), asyncio.TaskGroup() as tasks:
        for number in range(4):
            tasks.create_task(push(number))

    def is_as_wanted(snapshot: Snapshot) -> bool:
        views = [snapshot.tunnels[tunnel.id] for tunnel in pushed]
        return [view.summary for view in views] == [Summary.STOPPED, Summary.UP] * 2

    await machine.until(is_as_wanted, "each is as it was last asked to be")
    await eventually(lambda: each_is_served(pushed), [False, True, False, True])
    await machine.until(is_as_wanted, "it stays so")
    assert len(machine.cores()) == 1


async def each_is_served(tunnels: Sequence[Tunnel]) -> list[bool]:
    return [await is_served(port_of(tunnel)) for tunnel in tunnels]


async def test_every_tunnel_of_a_full_account_is_in_one_process(
    machine: Machine, echo: int
) -> None:
    tunnels = [await machine.create(local_port=echo, start=False) for _ in range(16)]

    await machine.client.start(t.id for t in tunnels)
    views = await machine.up(*tunnels)

    assert len({view.pid for view in views}) == len(machine.cores()) == 1
    for tunnel in tunnels:
        assert await is_served(port_of(tunnel))


async def test_a_local_service_that_is_down_is_told_and_seen_when_it_is_back(
    machine: Machine, echo: int
) -> None:
    tunnel = await machine.create(local_port=1)
    await machine.up(tunnel)

    assert not await is_served(port_of(tunnel))
    view = await machine.view(tunnel, lambda v: why_not(v) is not None, "it is told")
    assert why_not(view) == Code.LOCAL_SERVICE_DOWN
    assert "refused" in msgspec.json.encode(view.ladder.reach).decode()

    await machine.client.edit(tunnel.id, EditTunnel(local_port=echo))
    await machine.view(
        tunnel, lambda v: is_up(v) and v.ladder.reach.reason is None, "it is well"
    )
    assert await is_served(port_of(tunnel))


def _port(view: TunnelView) -> int | None:
    return view.tunnel.remote_port if view.tunnel else None
