from typing import Any

import pytest

from chmlfrp.selfhost.rules.domain import NO_DOMAIN, NO_RECORD, NOT_YOURS, RECORD_TAKEN
from chmlfrp.selfhost.store import domain
from chmlfrp.selfhost.store.models import User
from chmlfrp.selfhost.store.nodemodels import FreeDomain
from support.selfhost import InMemory


@pytest.fixture
async def ada(service: InMemory) -> User:
    async with service.context.database.write() as session:
        for one in (
            FreeDomain(domain="映射.中国", has_filing=True, remarks="好记"),
            FreeDomain(domain="example.cn", least_ttl_s=600),
        ):
            await domain.offer(session, one)
    return await service.user("ada", group="免费用户")


def wish(user: User, **changes: Any) -> dict[str, Any]:
    return {
        "token": user.token,
        "domain": "example.cn",
        "record": "mc",
        "type": "CNAME",
        "target": "Node.Example.com",
        "ttl": "10分钟",
        "remarks": "解析隧道：mc",
        **changes,
    }


async def test_the_domains_are_listed_for_everybody(
    service: InMemory, ada: User
) -> None:
    reply = await service.call("/list_available_domains")
    assert reply["msg"] == "获取可用域名列表成功"
    assert reply["data"] == [
        {"id": 1, "domain": "映射.中国", "remarks": "好记", "icpFiling": True},
        {"id": 2, "domain": "example.cn", "remarks": None, "icpFiling": False},
    ]


async def test_a_name_is_taken_changed_listed_and_given_back(
    service: InMemory, ada: User
) -> None:
    made = await service.call("/create_free_subdomain", **wish(ada))
    assert made == {"msg": "免费二级域名创建成功", "code": 200, "state": "success"}
    change = wish(ada, target="other.example", ttl="1天", type="A", remarks="-")
    changed = await service.call("/update_free_subdomain", **change)
    assert changed["msg"] == "免费二级域名修改成功"
    listed = await service.call("/get_user_free_subdomains", token=ada.token)
    assert listed["msg"] == "用户所有已创建的免费二级域名获取成功"
    assert listed["data"] == [
        {
            "id": 1,
            "userid": ada.id,
            "domain": "example.cn",
            "record": "mc",
            "type": "CNAME",
            "target": "other.example",
            "remarks": "解析隧道：mc",
            "ttl": "1天",
        }
    ]
    gone = await service.call("/delete_free_subdomain", **wish(ada))
    assert gone["msg"] == "免费二级域名删除成功"
    assert await service.refused("/delete_free_subdomain", **wish(ada)) == (
        *(400, NO_RECORD),
    )


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"ttl": "5分钟"}, "此域名的TTL最少为10分钟"),
        ({"ttl": "600"}, "TTL错误"),
        ({"type": "MX"}, "解析类型错误"),
        ({"domain": "frp.one"}, NO_DOMAIN),
        ({"record": "-mc"}, "二级域名不符合规范"),
        ({"record": "*"}, "二级域名不符合规范"),
        ({"target": "1.2.3.4"}, "解析目标不符合CNAME记录的格式"),
        ({"type": "A"}, "解析目标不符合A记录的格式"),
        ({"type": "AAAA", "target": "fe80::1%0"}, "解析目标不符合AAAA记录的格式"),
        ({"type": "SRV"}, "SRV记录须以"),
        (
            {"type": "SRV", "record": "_minecraft._tcp.mc", "target": "5 0 host"},
            "解析目标不符合SRV记录的格式",
        ),
        ({"ttl": None}, "TTL缺失"),
    ],
)
async def test_what_cannot_be_a_record_is_refused(
    service: InMemory, ada: User, changes: dict[str, Any], text: str
) -> None:
    code, msg = await service.refused("/create_free_subdomain", **wish(ada, **changes))
    assert (code, msg[: len(text)]) == (400, text)


@pytest.mark.parametrize(
    ("kind", "record", "target"),
    [
        ("A", "a", "192.0.2.1"),
        ("AAAA", "a", "2001:db8::1"),
        ("SRV", "_minecraft._tcp.mc", "5 0 20001 node.example.com"),
        ("CNAME", "a.b", "映射.中国"),
    ],
)
async def test_each_type_has_its_kind_of_target(
    service: InMemory, ada: User, kind: str, record: str, target: str
) -> None:
    reply = await service.call(
        "/create_free_subdomain", **wish(ada, type=kind, record=record, target=target)
    )
    assert reply["code"] == 200, reply


async def test_a_name_is_one_accounts_alone(service: InMemory, ada: User) -> None:
    bob = await service.user("bob")
    await service.call("/create_free_subdomain", **wish(ada))
    assert await service.refused("/create_free_subdomain", **wish(bob)) == (
        *(400, RECORD_TAKEN),
    )
    for path in ("/update_free_subdomain", "/delete_free_subdomain"):
        assert await service.refused(path, **wish(bob)) == (400, NOT_YOURS)
    elsewhere = wish(bob, domain="映射.中国")
    assert (await service.call("/create_free_subdomain", **elsewhere))["code"] == 200


async def test_a_free_account_has_two_names(service: InMemory, ada: User) -> None:
    for record in ("a", "b"):
        await service.call("/create_free_subdomain", **wish(ada, record=record))
    code, msg = await service.refused("/create_free_subdomain", **wish(ada, record="c"))
    assert (code, msg) == (400, "免费二级域名数量超过限制，您最多可以创建2个")
