from pathlib import Path

import pytest

from chmlfrp.selfhost.store import account
from chmlfrp.selfhost.store.database import open_database
from chmlfrp.selfhost.store.models import User
from support.clock import FakeClock
from support.selfhost import CHEAP, PASSWORD, InMemory, in_memory


async def test_name_mail_and_qq_all_sign_in(service: InMemory) -> None:
    async with service.context.database.write() as session:
        session.add(
            User(
                name="ada",
                email="ada@example.com",
                qq="10001",
                password_hash=CHEAP.hash(PASSWORD),
                token="t",
                group="免费用户",
                registered_on="2026-11-22",
            )
        )
    for name in ("ada", "ada@example.com", "10001", 10001):
        reply = await service.call("/login", username=name, password=PASSWORD)
        assert reply["data"]["usertoken"] == "t"
        assert reply["data"]["userimg"].endswith("nk=10001&s=100")


@pytest.mark.parametrize("route", ["/login", "/userinfo"])
async def test_query_form_and_json_all_do(service: InMemory, route: str) -> None:
    user = await service.user("ada")
    params = {"username": "ada", "password": PASSWORD, "token": user.token}
    replies = [
        await service.http.get(route, params=params),
        await service.http.post(route, params=params),
        await service.http.post(route, data=params),
        await service.http.post(route, json=params),
        await service.http.post(route, files={k: (None, v) for k, v in params.items()}),
    ]
    assert [reply.json()["code"] for reply in replies] == [200] * len(replies)


@pytest.mark.parametrize("header", ["{}", "Bearer {}", "bearer {}"])
async def test_a_token_in_the_header_does(service: InMemory, header: str) -> None:
    user = await service.user("ada")
    reply = await service.http.get(
        "/userinfo", headers={"authorization": header.format(user.token)}
    )
    assert reply.json()["data"]["username"] == "ada"


async def test_wrong_passwords_are_counted_until_the_right_one(
    service: InMemory,
) -> None:
    user = await service.user("ada")
    for _ in range(2):
        assert await service.refused("/login", username="ada", password="wrong-1") == (
            401,
            "密码错误",
        )
    async with service.context.database.read() as session:
        found = await account.by_token(session, user.token)
    assert found.login_attempts == 2
    reply = await service.call("/login", username="ada", password=PASSWORD)
    assert reply["data"]["login_attempts"] == 0


async def test_a_missing_name_is_refused(service: InMemory) -> None:
    assert await service.refused("/login", password="x") == (400, "用户名缺失")


async def test_the_account_shows_limit_and_use(service: InMemory) -> None:
    user = await service.user("ada", "高级会员")
    place = await service.node()
    await service.tunnel(user, place, connections=3)
    data = (await service.call("/userinfo", token=user.token))["data"]
    assert (data["tunnel"], data["tunnelCount"], data["totalCurConns"]) == (12, 1, 3)
    assert (data["bandwidth"], data["password"]) == (24, None)


async def test_a_limit_of_its_own_stands_in_place_of_the_group_s(
    service: InMemory,
) -> None:
    user, place = await service.user("ada", tunnel_limit=1), await service.node()
    for reply in (
        await service.call("/login", username="ada", password=PASSWORD),
        await service.call("/userinfo", token=user.token),
    ):
        assert reply["data"]["tunnel"] == 1
        assert reply["data"]["bandwidth"] == 32
    await service.tunnel(user, place)
    code, text = await service.refused(
        "/create_tunnel",
        token=user.token,
        tunnelname="second",
        node=place.name,
        porttype="tcp",
        localip="127.0.0.1",
        localport=80,
        remoteport=20002,
        encryption=False,
        compression=False,
    )
    assert (code, text.endswith("最多可以创建1条隧道")) == (400, True)


async def test_after_five_wrong_passwords_the_account_rests_for_ten_minutes(
    service: InMemory,
) -> None:
    clock = service.context.clock = FakeClock(1_800_000_000.0)
    await service.user("ada")
    wrong = {"username": "ada", "password": "wrong-1"}
    for _ in range(5):
        assert await service.refused("/login", **wrong) == (401, "密码错误")
    clock.now += 29.5
    right = {"username": "ada", "password": PASSWORD}
    assert await service.refused("/login", **right) == (
        403,
        "该账户已被临时封禁，剩余时间：9分钟31秒",
    )
    clock.now += 571
    assert (await service.call("/login", **right))["msg"] == "登录成功"


async def test_a_name_that_nobody_has_is_closed_like_one_that_somebody_has(
    service: InMemory,
) -> None:
    nobody = {"username": "nobody", "password": "wrong-1"}
    for _ in range(5):
        assert await service.refused("/login", **nobody) == (401, "用户不存在")
    code, text = await service.refused("/login", **nobody)
    assert (code, text.startswith("该账户已被临时封禁")) == (403, True)


async def test_one_address_cannot_try_account_after_account(service: InMemory) -> None:
    for number in range(20):
        name = f"user{number}"
        await service.refused("/login", username=name, password="wrong-1")
    await service.user("ada")
    code, text = await service.refused("/login", username="ada", password=PASSWORD)
    assert (code, text.startswith("IP地址已被临时封禁")) == (403, True)


async def test_another_worker_on_the_same_store_knows_the_ban(tmp_path: Path) -> None:
    async with in_memory(tmp_path) as first:
        await first.user("ada")
        for _ in range(5):
            await first.refused("/login", username="ada", password="wrong-1")
        async with open_database(tmp_path), in_memory(tmp_path) as second:
            code, _ = await second.refused("/login", username="ada", password=PASSWORD)
            assert code == 403


async def test_the_right_password_forgets_the_wrong_ones(service: InMemory) -> None:
    await service.user("ada")
    for _ in range(3):
        for _ in range(4):
            await service.refused("/login", username="ada", password="wrong-1")
        await service.call("/login", username="ada", password=PASSWORD)
