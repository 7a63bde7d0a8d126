import asyncio
from typing import Any

import pytest

from chmlfrp.selfhost.store.models import User
from support.selfhost import InMemory


@pytest.fixture
async def ada(service: InMemory) -> User:
    await service.node()
    return await service.user("ada")


def wish(user: User, **changes: Any) -> dict[str, Any]:
    return {
        "token": user.token,
        "tunnelname": "web",
        "node": "home",
        "porttype": "tcp",
        "localport": 80,
        "remoteport": 20001,
        "encryption": False,
        "compression": False,
        **changes,
    }


def site(user: User, **changes: Any) -> dict[str, Any]:
    values = {"porttype": "http", "remoteport": None, "banddomain": "a.example.com"}
    return wish(user, **{**values, **changes})


async def names(service: InMemory, user: User) -> list[str]:
    rows = (await service.call("/tunnel", token=user.token))["data"]
    return [row["name"] for row in rows]


async def test_a_created_tunnel_is_listed_with_its_number(
    service: InMemory, ada: User
) -> None:
    made = await service.call("/create_tunnel", **wish(ada))
    assert (made["data"]["id"], made["data"]["nodestate"]) == (None, None)
    (row,) = (await service.call("/tunnel", token=ada.token))["data"]
    assert (row["id"], row["dorp"], row["ip"]) == (1, "20001", "node.example")
    assert (row["state"], row["uptime"], row["client_version"]) == (
        *("false", None, "尚未启动"),
    )


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"node": "moon"}, (404, "节点不存在")),
        ({"remoteport": 19999}, (400, "外网端口超出范围，此节点允许20000-29999")),
        ({"tunnelname": "a-b"}, (400, "隧道名不符合规范，仅允许字母、数字和下划线")),
        ({"porttype": None}, (400, "端口类型缺失")),
        ({"token": "x"}, (401, "无效的Token")),
        ({"token": "x", "porttype": None}, (401, "无效的Token")),
    ],
)
async def test_what_cannot_be_is_refused(
    service: InMemory, ada: User, changes: dict[str, Any], answer: tuple[int, str]
) -> None:
    assert await service.refused("/create_tunnel", **wish(ada, **changes)) == answer
    assert await names(service, ada) == []


async def test_names_ports_and_domains_are_taken_once(
    service: InMemory, ada: User
) -> None:
    bob = await service.user("bob")
    await service.node("other")
    assert (await service.call("/create_tunnel", **wish(ada)))["code"] == 200
    assert (await service.call("/create_tunnel", **site(ada, tunnelname="s")))[
        "code"
    ] == 200
    taken = [
        (wish(bob, remoteport=20002), "隧道名称已被占用"),
        (wish(bob, tunnelname="b"), "该远程端口已被占用"),
        (wish(bob, tunnelname="b", porttype="udp"), "该远程端口已被占用"),
        (site(bob, tunnelname="b"), "该域名已被占用"),
        (site(bob, tunnelname="b", banddomain="A.Example.com"), "该域名已被占用"),
    ]
    for params, said in taken:
        assert await service.refused("/create_tunnel", **params) == (400, said)
    for params in (
        wish(bob, tunnelname="b1", node="other"),
        site(bob, tunnelname="b2", porttype="https"),
        site(bob, tunnelname="b3", node="other"),
    ):
        assert (await service.call("/create_tunnel", **params))["code"] == 200


async def test_of_many_at_once_one_gets_the_port_and_the_limit_holds(
    service: InMemory, ada: User
) -> None:
    eve = await service.user("eve", "免费用户")
    same = [wish(ada, tunnelname=f"a{n}") for n in range(8)]
    many = [wish(eve, tunnelname=f"e{n}", remoteport=21000 + n) for n in range(8)]
    replies = await asyncio.gather(
        *(service.call("/create_tunnel", **params) for params in (*same, *many))
    )
    assert sum(reply["code"] == 200 for reply in replies[:8]) == 1
    assert sum(reply["code"] == 200 for reply in replies[8:]) == 4
    said = {reply["msg"] for reply in replies[8:] if reply["code"] != 200}
    assert said == {"隧道数量超过限制，您最多可以创建4条隧道"}


async def test_a_vip_node_is_refused_with_403(service: InMemory) -> None:
    await service.node("vip", is_vip=True)
    eve = await service.user("eve", "免费用户")
    code, said = await service.refused("/create_tunnel", **wish(eve, node="vip"))
    assert (code, "会员节点" in said) == (403, True)
    code, _ = await service.refused("/nodeinfo", token=eve.token, node="vip")
    assert code == 403


async def test_update_changes_all_and_resets_what_is_left_out(
    service: InMemory, ada: User
) -> None:
    await service.call(
        "/create_tunnel",
        **wish(ada, encryption=True, extraparams="locations = /"),
    )
    params = site(ada, tunnelid="1", tunnelname="new")
    del params["encryption"], params["compression"]
    data = (await service.call("/update_tunnel", **params))["data"]
    assert (data["id"], data["name"], data["dorp"]) == (1, "new", "a.example.com")
    assert (data["encryption"], data["ap"], data["uptime"]) == ("false", "", None)
    assert await names(service, ada) == ["new"]


async def test_update_keeps_its_own_name_and_port(service: InMemory, ada: User) -> None:
    await service.call("/create_tunnel", **wish(ada))
    reply = await service.call("/update_tunnel", **wish(ada, tunnelid=1, localport=81))
    assert (reply["code"], reply["data"]["nport"]) == (200, 81)


@pytest.mark.parametrize("route", ["/update_tunnel", "/delete_tunnel", "/deletetunnel"])
async def test_another_ones_tunnel_and_a_missing_one_are_refused(
    service: InMemory, ada: User, route: str
) -> None:
    bob = await service.user("bob")
    await service.call("/create_tunnel", **wish(ada))
    mine = wish(bob, tunnelname="b", remoteport=20002)
    assert await service.refused(route, **mine, tunnelid=1) == (400, "此隧道不属于你")
    assert await service.refused(route, **mine, tunnelid=2) == (400, "隧道不存在")
    assert await service.refused(route, **mine) == (400, "隧道ID缺失")
    assert await names(service, ada) == ["web"]


async def test_a_deleted_tunnels_name_and_port_are_free_its_number_is_not(
    service: InMemory, ada: User
) -> None:
    await service.call("/create_tunnel", **wish(ada))
    reply = await service.http.get(
        "/delete_tunnel",
        params={"tunnelid": 1},
        headers={"authorization": f"Bearer {ada.token}"},
    )
    assert reply.json() == {"msg": "删除隧道成功", "code": 200, "state": "success"}
    await service.call("/create_tunnel", **wish(ada))
    (row,) = (await service.call("/tunnel", token=ada.token))["data"]
    assert row["id"] == 2


async def test_the_ini_holds_the_named_tunnels_or_all_of_the_node(
    service: InMemory, ada: User
) -> None:
    await service.node("other")
    await service.call("/create_tunnel", **wish(ada))
    await service.call("/create_tunnel", **site(ada, tunnelname="s"))
    await service.call("/create_tunnel", **wish(ada, tunnelname="o", node="other"))

    async def sections(text: str) -> list[str]:
        params = {"token": ada.token, "node": "home", "tunnel_names": text}
        ini = (await service.call("/tunnel_config", **params))["data"]
        return [line[1:-1] for line in ini.split("\n") if line.startswith("[")]

    assert await sections("") == ["common", "web", "s"]
    assert await sections("s, web,s") == ["common", "s", "web"]


async def test_an_ini_that_cannot_be_is_refused(service: InMemory, ada: User) -> None:
    bob = await service.user("bob")
    await service.node("other")
    ask = {"token": ada.token, "node": "home"}
    assert (await service.refused("/tunnel_config", **ask))[0] == 404
    await service.call("/create_tunnel", **wish(bob))
    await service.call("/create_tunnel", **wish(ada, tunnelname="o", node="other"))
    for names, answer in {
        "none": (404, "隧道不存在"),
        "web": (400, "此隧道不属于你"),
        "o": (400, "隧道o不在此节点"),
    }.items():
        got = await service.refused("/tunnel_config", **ask, tunnel_names=names)
        assert got == answer
    missing = {**ask, "node": "moon"}
    assert (await service.refused("/tunnel_config", **missing))[0] == 404
