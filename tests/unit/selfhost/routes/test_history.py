from datetime import datetime, timedelta
from pathlib import Path

from chmlfrp.selfhost import keeper
from chmlfrp.selfhost.store import history
from chmlfrp.selfhost.store.models import Node, Tunnel
from chmlfrp.selfhost.store.nodemodels import TunnelDay
from support.guards import LogWatch
from support.selfhost import InMemory, in_memory

NOW_S = 1_795_400_000
DAY_S = 86400


async def is_seen(service: InMemory, node: Node, at_s: float) -> None:
    async with service.context.database.write() as session:
        row = await session.get_one(Node, node.id)
        row.seen_ms, row.is_online = int(at_s * 1000), True
        row.machine = {"cpu_usage": 12.5, "memory_used": 7}
        row.open_by_type = {"tcp": 2, "https": 1}


async def test_a_silent_node_goes_offline_with_its_tunnels(
    service: InMemory, expected_logs: LogWatch
) -> None:
    expected_logs("node home has fallen silent")
    node = await service.node()
    tunnel = await service.tunnel(await service.user(), node, is_online=True)
    await is_seen(service, node, NOW_S)
    await keeper.look(service.context, now_s=NOW_S + 29)
    assert (await service.fresh(tunnel)).is_online
    await keeper.look(service.context, now_s=NOW_S + 31)
    assert not (await service.fresh(tunnel)).is_online
    assert (await service.call("/node"))["data"] == []


async def test_availability_is_what_polls_found_each_counted_once(
    service: InMemory, expected_logs: LogWatch
) -> None:
    expected_logs("fallen silent")
    node = await service.node()
    await is_seen(service, node, NOW_S)
    for after in (0, 1, 20, 40, 60):
        await keeper.look(service.context, now_s=NOW_S + after)
        await keeper.look(service.context, now_s=NOW_S + after)
    async with service.context.database.read() as session:
        day = datetime.fromtimestamp(NOW_S).astimezone().date().isoformat()
        found = await history.days(session, since=day, node_ids=[node.id])
        samples = await history.samples(session, node.id, since_s=0)
    (row,) = found[node.id]
    assert (row.polls, row.found_online) == (4, 2)
    assert [one.taken_s for one in samples] == [NOW_S, NOW_S + 20]


async def test_uptime_is_shown_by_day_in_percent(service: InMemory) -> None:
    node = await service.node()
    await service.node("other", is_online=False, is_vip=True)
    now = datetime.now().timestamp()
    await is_seen(service, node, now)
    await keeper.look(service.context, now_s=now)
    reply = await service.call("/node_uptime", time=90)
    assert reply["msg"] == "获取节点uptime信息成功"
    today = service.context.today()
    assert reply["data"] == [
        {
            "node_name": "home",
            "state": "online",
            "id": 1,
            "group": "user",
            "history_uptime": [{"recorded_at": today, "uptime": 100.0}],
        },
        {
            "node_name": "other",
            "state": "offline",
            "id": 2,
            "group": "vip",
            "history_uptime": [{"recorded_at": today, "uptime": 0.0}],
        },
    ]
    one = await service.call("/node_uptime", time="1", node="other")
    assert [row["node_name"] for row in one["data"]] == ["other"]
    for days in (0, 91):
        code, _ = await service.refused("/node_uptime", time=days)
        assert code == 400
    assert await service.refused("/node_uptime", time=1, node="none") == (
        *(404, "节点不存在"),
    )


async def test_the_last_day_of_a_node_has_its_load(service: InMemory) -> None:
    node = await service.node()
    now = datetime.now().timestamp()
    await is_seen(service, node, now)
    await keeper.look(service.context, now_s=now)
    reply = await service.call("/node_status_info", nodename="home")
    assert reply["msg"] == "节点状态信息获取成功"
    (status,) = reply["data"]["status_list"]
    assert (status["cpu_usage"], status["memory_used"]) == (12.5, 7)
    assert (status["proxy_tcp"], status["proxy_https"], status["proxy_udp"]) == (
        2,
        1,
        0,
    )
    assert "uptime_seconds" in reply["data"]["node_details"]
    assert await service.refused("/node_status_info", nodename="x") == (
        *(404, "节点不存在"),
    )


async def test_old_polls_are_forgotten_days_stay_longer(service: InMemory) -> None:
    node = await service.node()
    await is_seen(service, node, NOW_S)
    await keeper.look(service.context, now_s=NOW_S)
    await keeper.clean(service.context, now_s=NOW_S + 2 * DAY_S)
    async with service.context.database.read() as session:
        assert await history.samples(session, node.id, since_s=0) == []
        assert await history.days(session, since="", node_ids=[node.id])
    await keeper.clean(service.context, now_s=NOW_S + 92 * DAY_S)
    async with service.context.database.read() as session:
        assert not await history.days(session, since="", node_ids=[node.id])


async def test_flow_is_shown_for_seven_days_and_outlives_a_tunnel(
    service: InMemory,
) -> None:
    owner, node = await service.user(), await service.node()
    tunnel = await service.tunnel(owner, node)
    today = datetime.now().astimezone().date()
    async with service.context.database.write() as session:
        row = await session.get_one(Tunnel, tunnel.id)
        for back, came in ((0, 5), (2, 7), (7, 1000)):
            day = (today - timedelta(days=back)).isoformat()
            await history.add_traffic(session, row, day=day, came=came, left=1)
            await history.add_traffic(session, row, day=day, came=came, left=1)
    reply = await service.call("/tunnel/last7days", token=owner.token, tunnel_id=1)
    assert reply["data"]["traffic_in"] == [0, 0, 0, 0, 14, 0, 10]
    assert reply["data"]["traffic_out"] == [0, 0, 0, 0, 2, 0, 2]
    await service.call("/delete_tunnel", token=owner.token, tunnelid=tunnel.id)
    flow = (await service.call("/flow_last_7_days", token=owner.token))["data"]
    assert flow[-1] == {"time": f"{today:%m-%d}", "traffic_in": 10, "traffic_out": 2}
    assert [row["traffic_in"] for row in flow] == [0, 0, 0, 0, 14, 0, 10]
    bob = await service.user("bob")
    assert {r["traffic_in"] for r in await week(service, bob.token)} == {0}


async def week(service: InMemory, token: str) -> list[dict[str, int]]:
    rows: list[dict[str, int]] = (await service.call("/flow_last_7_days", token=token))[
        "data"
    ]
    return rows


async def test_another_account_does_not_see_a_tunnels_week(service: InMemory) -> None:
    owner, bob = await service.user(), await service.user("bob")
    await service.tunnel(owner, await service.node())
    refused = await service.refused("/tunnel/last7days", token=bob.token, tunnel_id=1)
    assert refused == (400, "此隧道不属于你")


async def test_a_days_row_is_one_whoever_writes(tmp_path: Path) -> None:
    async with in_memory(tmp_path / "d") as service:
        owner, node = await service.user(), await service.node()
        tunnel = await service.tunnel(owner, node)
        async with service.context.database.write() as session:
            session.add(
                TunnelDay(tunnel_id=tunnel.id, user_id=owner.id, day="2026-01-01")
            )
        async with service.context.database.write() as session:
            await history.add_traffic(session, tunnel, day="2026-01-01", came=3, left=4)
        async with service.context.database.read() as session:
            found = await session.get_one(TunnelDay, 1)
    assert (found.traffic_in, found.traffic_out) == (3, 4)
