from datetime import UTC, datetime, timedelta, timezone

import msgspec

from chmlfrp.selfhost import wire
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.store.models import Node, Tunnel
from support.selfhost import InMemory


def test_a_refusal_has_no_data_at_all() -> None:
    raw = msgspec.json.encode(wire.refused(Refusal("不", code=401)))
    assert raw == '{"msg":"不","code":401,"state":"fail"}'.encode()


def test_times_are_written_in_utc_with_milliseconds() -> None:
    moment = datetime(2024, 12, 21, 9, 38, 19, tzinfo=timezone(timedelta(hours=8)))
    assert wire.stamp(moment) == "2024-12-21T01:38:19.000+00:00"
    body = wire.no_route(404, "Not Found", "/x", datetime(2026, 1, 1, tzinfo=UTC))
    assert body.timestamp == "2026-01-01T00:00:00.000+00:00"


async def row(service: InMemory, **changes: object) -> wire.TunnelRow:
    owner, place = await service.user(), await service.node()
    tunnel: Tunnel = await service.tunnel(owner, place, **changes)
    return wire.tunnel_row(tunnel, place, today="2026-11-22")


async def test_traffic_of_another_day_is_not_todays(service: InMemory) -> None:
    shown = await row(service, traffic_day="2026-11-21", traffic_in=5, traffic_out=6)
    assert (shown.today_traffic_in, shown.today_traffic_out) == (0, 0)


async def test_a_start_is_shown_as_a_time(service: InMemory) -> None:
    shown = await row(service, started_ms=1734745099123)
    assert shown.uptime == "2024-12-21T01:38:19.123+00:00"


async def test_numbers_have_no_fraction_without_need(service: InMemory) -> None:
    node: Node = await service.node()
    node.machine = {"cpu_usage": 2.0, "load1": 0.0, "load5": 0.25}
    assert msgspec.json.encode(wire.node_stats(node).cpu_usage) == b"2"
    info = wire.node_info(node)
    assert [msgspec.json.encode(n) for n in (info.load1, info.load5)] == [b"0", b"0.25"]


async def test_an_offline_node_uses_no_processor(service: InMemory) -> None:
    node = await service.node(is_online=False)
    node.machine = {"cpu_usage": 2.5}
    assert wire.node_stats(node).cpu_usage == 0
