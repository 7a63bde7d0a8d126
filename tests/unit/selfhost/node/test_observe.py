from typing import Any

import pytest

from chmlfrp.selfhost.node.dashboard import ProxyInfo, Reading, ServerInfo
from chmlfrp.selfhost.node.live import Closed, Opened
from chmlfrp.selfhost.node.machine import Machine
from chmlfrp.selfhost.node.observe import Observer
from chmlfrp.selfhost.store.models import Node, Tunnel, User
from support.selfhost import InMemory

MACHINE = Machine(
    cpu_info="x",
    num_cores=2,
    cpu_usage=1.5,
    load1=0,
    load5=0,
    load15=0,
    memory_total=1,
    storage_total=1,
    storage_used=1,
    uptime_seconds=1,
)


class Scene:
    """A node with one tunnel, and its observer."""

    def __init__(
        self, service: InMemory, owner: User, node: Node, tunnel: Tunnel
    ) -> None:
        self.service, self.owner, self.node, self._tunnel = service, owner, node, tunnel
        self.observer = Observer(node.id)

    async def sees(self, *, fresh: bool = True, **proxy: Any) -> None:
        seen = ProxyInfo(name=f"{self.owner.token}.web", **proxy)
        server = ServerInfo(
            version="0.65.0",
            client_counts=1,
            cur_conns=seen.cur_conns,
            total_traffic_in=seen.today_traffic_in,
        )
        reading = Reading(server=server, proxies={seen.name: seen} if proxy else {})
        async with self.service.context.database.write() as session:
            await self.observer.online(session, reading, MACHINE, fresh=fresh)

    async def hears(self, *changes: Opened | Closed) -> None:
        async with self.service.context.database.write() as session:
            await self.observer.changes(session, changes)

    async def tunnel(self) -> Tunnel:
        return await self.service.fresh(self._tunnel)


@pytest.fixture
async def scene(service: InMemory) -> Scene:
    owner, node = await service.user(), await service.node(is_online=False)
    return Scene(service, owner, node, await service.tunnel(owner, node))


def opened(run_id: str = "r1") -> Opened:
    return Opened(tunnel_id=1, run_id=run_id, started_ms=5, version="0.65.0")


async def test_a_reading_puts_node_and_tunnel_online(scene: Scene) -> None:
    await scene.sees(status="online", cur_conns=2, client_version="0.65.0")
    tunnel = await scene.tunnel()
    assert (tunnel.is_online, tunnel.connections) == (True, 2)
    assert tunnel.client_version == "0.65.0"
    stats = (await scene.service.call("/node_stats"))["data"][0]
    assert (stats["state"], stats["client_counts"], stats["tunnel_counts"]) == (
        *("online", 1, 1),
    )
    assert (stats["cur_counts"], stats["cpu_usage"]) == (2, 1.5)


async def test_a_stale_reading_leaves_the_tunnels_state(scene: Scene) -> None:
    await scene.hears(opened())
    await scene.sees(status="offline", fresh=False)
    assert (await scene.tunnel()).is_online
    await scene.sees(fresh=True)
    assert not (await scene.tunnel()).is_online


async def test_a_late_close_of_an_older_session_is_not_believed(scene: Scene) -> None:
    await scene.hears(opened("r1"), opened("r2"), Closed(name="web", run_id="r1"))
    assert (await scene.tunnel()).is_online
    await scene.hears(Closed(name="web", run_id="r2"), Closed(name="no", run_id="r2"))
    assert not (await scene.tunnel()).is_online


async def test_traffic_adds_up_over_a_new_frps(scene: Scene) -> None:
    await scene.sees(status="online", today_traffic_in=100, today_traffic_out=10)
    await scene.sees(status="online", today_traffic_in=150, today_traffic_out=10)
    scene.observer = Observer(scene.node.id)
    await scene.sees(status="online", today_traffic_in=5, today_traffic_out=1)
    tunnel = await scene.tunnel()
    assert (tunnel.traffic_in, tunnel.traffic_out) == (155, 11)
    account = await scene.service.call("/userinfo", token=scene.owner.token)
    assert account["data"]["total_upload"] == 155
    assert account["data"]["total_download"] == 11


async def test_without_frps_nothing_is_open(scene: Scene) -> None:
    await scene.sees(status="online", cur_conns=2)
    async with scene.service.context.database.write() as session:
        await scene.observer.offline(session)
    tunnel = await scene.tunnel()
    assert (tunnel.is_online, tunnel.connections) == (False, 0)
    assert (await scene.service.call("/node"))["data"] == []
