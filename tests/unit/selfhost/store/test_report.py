from datetime import datetime
from typing import Any

import pytest

from chmlfrp.selfhost.node.dashboard import ProxyInfo, Reading, ServerInfo
from chmlfrp.selfhost.node.machine import Machine
from chmlfrp.selfhost.node.observe import Observer
from chmlfrp.selfhost.store import history, report
from chmlfrp.selfhost.store.models import Node, Tunnel, User
from chmlfrp.selfhost.talk import Closed, Opened, Report
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
    """A node with one tunnel, its observer, and what reports of it become."""

    def __init__(
        self, service: InMemory, owner: User, node: Node, tunnel: Tunnel
    ) -> None:
        self.service, self.owner, self.node, self._tunnel = service, owner, node, tunnel
        self.observer, self.number = Observer(), 0

    async def sees(self, *, fresh: bool = True, **proxy: Any) -> None:
        seen = ProxyInfo(name=f"{self.owner.token}.web", **proxy)
        server = ServerInfo(
            version="0.65.0",
            client_counts=1,
            cur_conns=seen.cur_conns,
            total_traffic_in=seen.today_traffic_in,
        )
        proxies, types = ({seen.name: seen}, {seen.name: "tcp"}) if proxy else ({}, {})
        reading = Reading(server=server, proxies=proxies, types=types)
        look = self.observer.look(reading, MACHINE, {seen.name: 1}, fresh=fresh)
        await self.reports(look=look)

    async def hears(self, *changes: Opened | Closed) -> None:
        await self.reports(changes=changes)

    async def reports(self, *, again: bool = False, **news: Any) -> None:
        self.number += not again
        told = Report(boot="b", number=self.number, **news)
        async with self.service.context.database.write() as session:
            await report.take(session, self.node.id, told)

    async def tunnel(self) -> Tunnel:
        return await self.service.fresh(self._tunnel)


@pytest.fixture
async def scene(service: InMemory) -> Scene:
    owner, node = await service.user(), await service.node(is_online=False)
    return Scene(service, owner, node, await service.tunnel(owner, node))


def opened(run_id: str = "r1") -> Opened:
    return Opened(tunnel_id=1, run_id=run_id, started_ms=5, version="0.65.0")


def closed(run_id: str, tunnel_id: int = 1) -> Closed:
    return Closed(tunnel_id=tunnel_id, run_id=run_id, closed_ms=9)


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
    await scene.hears(opened("r1"), opened("r2"), closed("r1"))
    assert (await scene.tunnel()).is_online
    await scene.hears(closed("r2"), closed("r2", 99))
    assert not (await scene.tunnel()).is_online


async def test_traffic_adds_up_over_a_new_frps(scene: Scene) -> None:
    await scene.sees(status="online", today_traffic_in=100, today_traffic_out=10)
    await scene.sees(status="online", today_traffic_in=150, today_traffic_out=10)
    scene.observer = Observer()
    await scene.sees(status="online", today_traffic_in=5, today_traffic_out=1)
    tunnel = await scene.tunnel()
    assert (tunnel.traffic_in, tunnel.traffic_out) == (155, 11)
    account = await scene.service.call("/userinfo", token=scene.owner.token)
    assert account["data"]["total_upload"] == 155
    assert account["data"]["total_download"] == 11


async def test_without_frps_nothing_is_open(scene: Scene) -> None:
    await scene.sees(status="online", cur_conns=2)
    await scene.reports(is_leaving=True)
    tunnel = await scene.tunnel()
    assert (tunnel.is_online, tunnel.connections) == (False, 0)
    assert (await scene.service.call("/node"))["data"] == []


async def test_a_report_that_arrives_twice_counts_once(scene: Scene) -> None:
    seen = {"today_traffic_in": 100, "today_traffic_out": 10}
    look = scene.observer.look(
        reading(scene, **seen), MACHINE, names(scene), fresh=True
    )
    await scene.reports(look=look)
    await scene.reports(look=look, again=True)
    assert (await scene.tunnel()).traffic_in == 100


async def test_what_could_not_be_told_is_told_with_the_next(scene: Scene) -> None:
    observer, known = scene.observer, names(scene)
    lost = observer.look(
        reading(scene, today_traffic_in=70), MACHINE, known, fresh=True
    )
    observer.keep(lost)
    then = reading(scene, today_traffic_in=100)
    await scene.reports(look=observer.look(then, MACHINE, known, fresh=True))
    tunnel = await scene.tunnel()
    assert tunnel.traffic_in == 100
    (node,) = (await scene.service.call("/node_stats"))["data"]
    assert node["total_traffic_in"] == 100


async def test_a_days_traffic_is_kept_by_tunnel_and_by_account(scene: Scene) -> None:
    await scene.sees(status="online", today_traffic_in=100, today_traffic_out=10)
    await scene.sees(status="online", today_traffic_in=150, today_traffic_out=10)
    today = datetime.now().astimezone().date()
    async with scene.service.context.database.read() as session:
        mine = await history.week_of_user(session, scene.owner.id, today=today)
        one = await history.week_of_tunnel(session, 1, today=today)
    assert mine == one
    assert len(mine) == 7
    assert mine[-1] == history.Traffic(day=today, came=150, left=10)
    assert {(day.came, day.left) for day in mine[:-1]} == {(0, 0)}


def names(scene: Scene) -> dict[str, int]:
    return {f"{scene.owner.token}.web": 1}


def reading(scene: Scene, **proxy: Any) -> Reading:
    (name,) = names(scene)
    seen = ProxyInfo(name=name, status="online", **proxy)
    server = ServerInfo(total_traffic_in=seen.today_traffic_in)
    return Reading(server=server, proxies={name: seen}, types={name: "tcp"})
