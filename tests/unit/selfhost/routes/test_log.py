from support.clock import FakeClock
from support.selfhost import PASSWORD, InMemory


async def test_the_log_tells_what_was_done_and_never_a_secret(
    service: InMemory,
) -> None:
    user = await service.user("ada")
    await service.http.post(
        "/login",
        json={"username": "ada", "password": PASSWORD},
        headers={"user-agent": "test/1"},
    )
    await service.refused("/login", username="ada", password="wrong-1")
    await service.call("/qiandao", token=user.token)
    reply = await service.call("/log/query", token=user.token)
    data = reply["data"]
    assert [(one["action"], one["status"]) for one in data["logs"]] == [
        ("qiandao", "success"),
        ("login", "failed"),
        ("login", "success"),
    ]
    assert (data["total"], data["totalPages"], data["size"]) == (3, 1, 10)
    assert data["logs"][2]["user_agent"] == "test/1"
    assert user.token not in str(reply)
    assert PASSWORD not in str(reply)


async def test_lines_are_chosen_by_action_category_time_and_page(
    service: InMemory,
) -> None:
    service.context.clock = clock = FakeClock(1_800_000_000.0)
    user = await service.user("ada")
    for _ in range(3):
        await service.call("/login", username="ada", password=PASSWORD)
        clock.now += 24 * 3600
    await service.call("/qiandao", token=user.token)

    async def total(**params: object) -> int:
        reply = await service.call("/log/query", token=user.token, **params)
        number: int = reply["data"]["total"]
        return number

    assert await total(action="login") == 3
    assert await total(category="points") == 1
    assert await total(start_time="2027-01-16T00:00:00+00:00") == 3
    assert await total(end_time=1_800_000_000_000) == 1
    assert await total(start_time="2027-01-16", end_time="2027-01-18") == 2
    clock.now += 180 * 24 * 3600
    assert await total() == 1


async def test_a_time_that_is_none_is_refused(service: InMemory) -> None:
    token = (await service.user("ada")).token
    refused = await service.refused("/log/query", token=token, start_time="yesterday")
    assert refused == (400, "开始时间格式错误")
