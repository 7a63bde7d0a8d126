from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chmlfrp.selfhost.settings import parse
from chmlfrp.selfhost.store import order
from chmlfrp.selfhost.store.models import User
from support.people import Postman
from support.selfhost import PASSWORD, InMemory, in_memory


@pytest.fixture
async def posted(tmp_path: Path) -> AsyncIterator[tuple[InMemory, Postman]]:
    post = Postman()
    async with in_memory(tmp_path / "data", mailer=post) as service:
        yield service, post


async def set_user(service: InMemory, user: User, **values: object) -> None:
    async with service.context.database.write() as session:
        found = await session.get_one(User, user.id)
        for name, value in values.items():
            setattr(found, name, value)


async def test_a_new_token_shuts_the_door_for_the_old_one(service: InMemory) -> None:
    user, place = await service.user("ada"), await service.node()
    login = {"user": user.token, "version": "0.65.0"}
    assert not (await service.plugin(place.plugin_key, "Login", **login))["reject"]
    reply = await service.http.get("/retoken", params={"token": user.token})
    assert reply.json() == {"msg": "重置成功", "code": 200, "state": "success"}
    assert (await service.plugin(place.plugin_key, "Login", **login))["reject"]
    ping = {"user": {"user": user.token}}
    assert (await service.plugin(place.plugin_key, "Ping", **ping))["reject"]
    assert await service.refused("/userinfo", token=user.token) == (401, "无效的Token")
    again = await service.call("/login", username="ada", password=PASSWORD)
    new = again["data"]["usertoken"]
    assert new != user.token
    answer = await service.plugin(place.plugin_key, "Login", user=new, version="0")
    assert not answer["reject"]


async def test_nodes_are_told_to_end_what_shows_the_old_token(
    service: InMemory,
) -> None:
    user, other = await service.user("ada"), await service.user("bert")
    here, there = await service.node("here"), await service.node("there")
    empty = await service.node("empty")
    await service.tunnel(user, here)
    await service.tunnel(user, here, name="more", remote_port=20002)
    await service.tunnel(user, there, name="far")
    await service.tunnel(other, empty, name="others")
    await service.call("/retoken", token=user.token)
    async with service.context.database.read() as session:
        given = [await order.due(session, one.id) for one in (here, there, empty)]
    told = [[(one.user_token, one.tunnel_name) for one in some] for some in given]
    assert told == [[(user.token, "")], [(user.token, "")], []]


async def test_a_code_that_is_given_with_retoken_must_be_right(
    posted: tuple[InMemory, Postman],
) -> None:
    service, post = posted
    user = await service.user("ada")
    await set_user(service, user, email="ada@example.com")
    await service.call("/sendmailcode", type="retoken", mail="ada@example.com")
    code = post.code()
    wrong = "000000" if code != "000000" else "111111"
    refused = await service.refused("/retoken", token=user.token, code=wrong)
    assert refused == (400, "验证码错误")
    reply = await service.call("/retoken", token=user.token, code=code)
    assert reply["msg"] == "重置成功"


async def test_the_owner_may_demand_a_code_for_retoken(tmp_path: Path) -> None:
    settings = parse("[accounts]\nretoken_needs_code = true")
    async with in_memory(tmp_path / "data", settings=settings) as service:
        user = await service.user("ada")
        assert (await service.refused("/retoken", token=user.token))[1] == "验证码错误"


async def test_a_password_is_changed_by_whoever_knows_the_old_one(
    service: InMemory,
) -> None:
    user = await service.user("ada")
    ask = {"token": user.token, "new_password": "another-1"}
    refused = await service.refused("/reset_password", **ask, original_password="no-1")
    assert refused == (400, "原密码错误")
    weak = {**ask, "new_password": "aaaaaa", "original_password": PASSWORD}
    assert (await service.refused("/reset_password", **weak))[1].startswith(
        "密码不符合"
    )
    await service.call("/reset_password", **ask, original_password=PASSWORD)
    reply = await service.call("/login", username="ada", password="another-1")
    assert reply["data"]["usertoken"] == user.token


async def test_name_and_qq_change_unless_they_are_taken(service: InMemory) -> None:
    ada, bob = await service.user("ada"), await service.user("bob")
    await set_user(service, bob, qq="10002")
    token = ada.token
    for route, key, taken, text in (
        ("/update_username", "new_username", "bob", "用户名已被占用"),
        ("/update_qq", "new_qq", "10002", "QQ号已被使用"),
    ):
        refused = await service.refused(route, token=token, **{key: taken})
        assert refused == (400, text)
    await service.call("/update_username", token=token, new_username="eve+1")
    await service.call("/update_qq", token=token, new_qq="10001")
    data = (await service.call("/userinfo", token=token))["data"]
    assert (data["username"], data["qq"]) == ("eve+1", "10001")
    assert data["userimg"] == "https://q.qlogo.cn/g?b=qq&nk=10001&s=100"


@pytest.mark.parametrize(
    ("route", "params"),
    [
        ("/update_username", {"new_username": "a b"}),
        ("/update_username", {"new_username": "10001"}),
        ("/update_username", {"new_username": "x" * 21}),
        ("/update_qq", {"new_qq": "1234"}),
        ("/update_qq", {"new_qq": "abc"}),
    ],
)
async def test_what_cannot_be_is_refused(
    service: InMemory, route: str, params: dict[str, str]
) -> None:
    user = await service.user("ada")
    assert (await service.refused(route, token=user.token, **params))[0] == 400


@pytest.mark.parametrize(
    "route",
    [
        "/retoken",
        "/reset_password",
        "/update_username",
        "/update_qq",
        "/update_userimg",
    ],
)
async def test_a_bad_token_changes_nothing(service: InMemory, route: str) -> None:
    refused = await service.refused(route, token="nobody", code="1")
    assert refused == (401, "无效的Token")


async def test_an_avatar_is_a_link_that_is_not_the_one_before(tmp_path: Path) -> None:
    settings = parse("[pictures]\ncheck = false")
    async with in_memory(tmp_path / "data", settings=settings) as service:
        token = (await service.user("ada")).token
        ask = {"token": token, "new_userimg": "https://a.example/p.png"}
        reply = await service.call("/update_userimg", **ask)
        assert reply["msg"] == "用户头像更新成功"
        refused = await service.refused("/update_userimg", **ask)
        assert refused == (400, "新头像不能与当前头像相同")
        bad = await service.call("/update_userimg", token=token, new_userimg="ftp://x")
        assert bad == {"msg": "无效的链接", "code": 400, "state": "error"}
        data = (await service.call("/userinfo", token=token))["data"]
        assert data["userimg"] == "https://a.example/p.png"


async def test_a_membership_ends_after_its_last_day(service: InMemory) -> None:
    user = await service.user("ada", "高级会员")
    await set_user(service, user, member_until="2020-01-01")
    data = (await service.call("/userinfo", token=user.token))["data"]
    assert (data["usergroup"], data["tunnel"], data["bandwidth"]) == ("免费用户", 4, 8)
    await set_user(service, user, member_until="2999-01-01", group="高级会员")
    data = (await service.call("/userinfo", token=user.token))["data"]
    assert (data["usergroup"], data["term"]) == ("高级会员", "2999-01-01")


async def test_who_is_shut_out_gets_in_nowhere(service: InMemory) -> None:
    user, place = await service.user("ada"), await service.node()
    await set_user(service, user, banned_until_ms=2**50)
    shut_out = (403, "该账户已被封禁")
    assert await service.refused("/userinfo", token=user.token) == shut_out
    login = {"username": "ada", "password": PASSWORD}
    assert await service.refused("/login", **login) == shut_out
    answer = await service.plugin(place.plugin_key, "Login", user=user.token)
    assert answer["reject"]
