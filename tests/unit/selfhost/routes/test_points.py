import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chmlfrp.selfhost.settings import parse
from support.clock import FakeClock
from support.selfhost import InMemory, in_memory

DAY_S = 24 * 3600
SETTINGS = parse(
    'time_zone = "Asia/Shanghai"\n'
    "[accounts]\ndaily_points_least = 9\ndaily_points_most = 9\n"
)


@pytest.fixture
async def shanghai(tmp_path: Path) -> AsyncIterator[InMemory]:
    clock = FakeClock(1_800_028_800.0)  # 2027-01-15 16:00 UTC, midnight in Shanghai
    async with in_memory(tmp_path, settings=SETTINGS, clock=clock) as service:
        yield service


async def test_points_come_once_a_day_where_the_service_is(shanghai: InMemory) -> None:
    token = (await shanghai.user("ada")).token
    clock = shanghai.context.clock
    assert isinstance(clock, FakeClock)
    clock.now -= 1
    reply = await shanghai.call("/qiandao", token=token)
    assert reply == {"msg": "签到成功, 获得9积分", "code": 200, "state": "success"}
    assert await shanghai.refused("/qiandao", token=token) == (400, "请勿重复签到")
    clock.now += 1
    assert (await shanghai.call("/qiandao", token=token))["code"] == 200
    assert (await shanghai.call("/userinfo", token=token))["data"]["integral"] == 18


async def test_the_statistics_count_days_points_and_people(shanghai: InMemory) -> None:
    ada, bob = await shanghai.user("ada"), await shanghai.user("bob")
    data = (await shanghai.call("/qiandao_info", token=ada.token))["data"]
    assert data == {
        "last_sign_in_time": None,
        "total_points": 0,
        "total_sign_ins": 0,
        "count_of_matching_records": 0,
        "is_signed_in_today": False,
    }
    for user in (ada, bob):
        await shanghai.call("/qiandao", token=user.token)
    data = (await shanghai.call("/qiandao_info", token=ada.token))["data"]
    assert data == {
        "last_sign_in_time": "2027-01-15T16:00:00.000+00:00",
        "total_points": 9,
        "total_sign_ins": 1,
        "count_of_matching_records": 2,
        "is_signed_in_today": True,
    }
    clock = shanghai.context.clock
    assert isinstance(clock, FakeClock)
    clock.now += DAY_S
    data = (await shanghai.call("/qiandao_info", token=ada.token))["data"]
    assert (data["is_signed_in_today"], data["count_of_matching_records"]) == (False, 0)


async def test_who_asks_many_times_at_once_gets_points_once(shanghai: InMemory) -> None:
    token = (await shanghai.user("ada")).token
    replies = await asyncio.gather(
        *(shanghai.call("/qiandao", token=token) for _ in range(8))
    )
    assert sorted(reply["code"] for reply in replies) == [200] + [400] * 7
    assert (await shanghai.call("/userinfo", token=token))["data"]["integral"] == 9


@pytest.mark.parametrize("route", ["/qiandao", "/qiandao_info"])
async def test_a_bad_token_gets_nothing(service: InMemory, route: str) -> None:
    assert await service.refused(route, token="nobody") == (401, "无效的Token")
