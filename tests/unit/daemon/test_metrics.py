import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from chmlfrp.control.protocol import DaemonView, SessionView, Snapshot, TunnelView
from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.metrics import Metrics
from chmlfrp.guard.door import Door
from chmlfrp.model.guard import Guard, Rule, parse_address
from support.doorway import a_door
from support.frps import free_port

SNAPSHOT = Snapshot(
    epoch="e",
    seq=0,
    now=0.0,
    daemon=DaemonView(version="1.2", protocol=1, pid=1, home="/home"),
    session=SessionView(service_url="http://127.0.0.1"),
    tunnels={1: TunnelView(id=1, name='a "game"', wanted=True, restarts=2)},
)


class OneDoor(Doors):
    """Doors of which there is one."""

    def __init__(self, folder: Path, door: Door) -> None:
        super().__init__(folder, lambda _: Guard(), tell=lambda _: None)
        self._door = door

    def all(self):
        return {1: self._door}

    def name(self, tunnel_id):
        return 'a "game"'


@pytest_asyncio.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with a_door(tmp_path, Guard(is_on=True)) as scene:
        meter = scene.door.meter
        visitor = meter.visitor(parse_address("203.0.113.7"), 1.0)
        meter.sums.connections, meter.sums.bytes_in = 3, 2048
        meter.turned_away(Rule.DENY, visitor)
        yield scene.door


def metrics(tmp_path: Path, door: Door, port: int = 0) -> Metrics:
    return Metrics(OneDoor(tmp_path, door), snapshot=lambda: SNAPSHOT, port=port)


async def test_a_reader_of_prometheus_finds_every_number(
    tmp_path: Path, door: Door
) -> None:
    text = metrics(tmp_path, door).text()

    found = {
        (sample.name, sample.labels.get("direction") or sample.labels.get("rule")): (
            sample.labels.get("name"),
            sample.value,
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    game = 'a "game"'
    assert found["chmlfrp_tunnel_wanted", None] == (game, 1.0)
    assert found["chmlfrp_tunnel_up", None] == (game, 0.0)
    assert found["chmlfrp_tunnel_restarts", None] == (game, 2.0)
    assert found["chmlfrp_connections_total", None] == (game, 3.0)
    assert found["chmlfrp_bytes_total", "in"] == (game, 2048.0)
    assert found["chmlfrp_refused_total", "deny"] == (game, 1.0)
    assert "203.0.113.7" not in text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "evil.example"}, 403),
        ({"origin": "http://evil.example"}, 403),
    ],
)
async def test_they_are_served_at_a_port_but_to_no_web_page(
    tmp_path: Path, door: Door, headers: dict[str, str], status: int
) -> None:
    port = free_port()
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(metrics(tmp_path, door, port).run())
        async with httpx2.AsyncClient(
            transport=httpx2.AsyncHTTPTransport(retries=20), trust_env=False
        ) as client:
            url = f"http://127.0.0.1:{port}/metrics"
            answer = await client.get(url, headers=headers)
        assert answer.status_code == status
        assert ("chmlfrp_tunnel_up" in answer.text) is (status == 200)
        serving.cancel()
