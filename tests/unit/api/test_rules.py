from typing import Any

import httpx2
import msgspec
import pytest

from chmlfrp.api.client import ServiceClient
from chmlfrp.errors import InvalidInput, NotFound, ServiceUnreachable
from chmlfrp.model.tunnel import TunnelId, TunnelSpec, TunnelType
from support.replies import SPRING_404, Answer, ScriptedService, gives, says

LISTED = {
    "id": 7,
    "name": "web",
    "node": "home",
    "type": "tcp",
    "localip": "10.0.0.2",
    "nport": 80,
    "dorp": "20001",
}
NODE = {"id": 1, "name": "home", "rport": "10000-30000", "udp": "false", "web": "no"}
VIP = {"id": 2, "name": "vip", "rport": "10000-30000", "nodegroup": "vip"}
SPEC = TunnelSpec(
    name="web",
    node="home",
    type=TunnelType.TCP,
    local_host="10.0.0.2",
    local_port=80,
    remote_port=20001,
)
BROKEN: dict[str, dict[str, Any]] = {
    "remote_port": {"remote_port": 40000},
    "node, for udp": {"type": TunnelType.UDP},
    "node, for web": {
        "type": TunnelType.HTTP,
        "domain": "a.example",
        "remote_port": None,
    },
    "node, for members": {"node": "vip"},
}
CHANGES = [
    ("POST /create_tunnel", "create"),
    ("POST /update_tunnel", "replace"),
    ("POST /update_tunnel", "change"),
]


def service(node: Answer | None = None) -> ScriptedService:
    """Return a service with two nodes and an account that is no member."""
    nodes = {"home": gives(NODE), "vip": says(403, "此节点为会员节点")}
    scripted = ScriptedService().on("GET /tunnel", gives([LISTED]))
    scripted.on(
        "GET /nodeinfo",
        node or (lambda r: nodes.get(r.url.params["node"], says(404, "节点不存在"))),
    )
    scripted.on("GET /node", gives([NODE, VIP]))
    user = {"id": 1, "username": "a", "usergroup": "免费用户"}
    scripted.on("GET /userinfo", gives(user))
    scripted.on("POST /create_tunnel", gives(None))
    return scripted.on("POST /update_tunnel", gives(None))


async def do(client: ServiceClient, way: str, fields: dict[str, Any]) -> object:
    if way == "change":
        return await client.tunnels.update(TunnelId(7), **fields)
    spec = msgspec.structs.replace(SPEC, **fields)
    if way == "create":
        return await client.tunnels.create(spec)
    return await client.tunnels.update(TunnelId(7), spec)


@pytest.mark.parametrize(("route", "way"), CHANGES)
@pytest.mark.parametrize("what", BROKEN)
async def test_what_the_node_does_not_carry_is_refused_before_it_is_sent(
    what: str, route: str, way: str
) -> None:
    scripted = service()
    async with scripted.client() as client:
        with pytest.raises(InvalidInput) as caught:
            await do(client, way, BROKEN[what])

    assert caught.value.field == what.partition(",")[0]
    assert caught.value.hint, "there is a way out"
    assert route not in scripted.asked


async def test_no_tunnel_has_a_field_of_another_name() -> None:
    async with service().client() as client:
        with pytest.raises(InvalidInput) as caught:
            await do(client, "change", {"colour": "red"})
    assert caught.value.field == "colour"


@pytest.mark.parametrize(
    "node",
    [httpx2.Response(502), says(401, "无效的Token"), SPRING_404, gives("?")],
    ids=["unreachable", "signed out", "an unknown route", "garbled"],
)
@pytest.mark.parametrize(("route", "way"), CHANGES)
async def test_rules_that_cannot_be_known_are_no_obstacle(
    node: httpx2.Response, route: str, way: str
) -> None:
    scripted = service(node)
    scripted.on("GET /node", httpx2.Response(502))
    async with scripted.client() as client:
        await do(client, way, {"remote_port": 40000} if way != "create" else {})
    assert scripted.asked.count(route) == 1


async def test_a_node_that_nobody_knows_is_refused_in_the_services_words() -> None:
    scripted = service().on("POST /create_tunnel", says(404, "节点不存在"))
    spec = msgspec.structs.replace(SPEC, node="moon")
    async with scripted.client() as client:
        with pytest.raises(NotFound) as caught:
            await client.tunnels.create(spec)
    assert caught.value.service_message == "节点不存在"


async def test_without_check_only_the_service_judges() -> None:
    scripted = service()
    spec = msgspec.structs.replace(SPEC, remote_port=40000)
    async with scripted.client() as client:
        await client.tunnels.update(TunnelId(7), spec, check=False)
        await client.tunnels.update(TunnelId(7), remote_port=50000, check=False)
    assert scripted.asked.count("POST /update_tunnel") == 2
    assert "GET /nodeinfo" not in scripted.asked


async def test_a_change_of_which_no_rule_speaks_asks_for_no_node() -> None:
    scripted = service()
    async with scripted.client() as client:
        await client.tunnels.update(TunnelId(7), local_port=8080)
    assert scripted.asked == ["GET /tunnel", "POST /update_tunnel"]


async def test_a_node_is_asked_for_its_rules_once() -> None:
    scripted = service()
    async with scripted.client() as client:
        for port in (20001, 20002, 20003):
            await do(client, "replace", {"remote_port": port})
        with pytest.raises(InvalidInput):
            await do(client, "replace", {"remote_port": 1})
        assert scripted.asked.count("GET /nodeinfo") == 1
        await client.nodes.get("home")
        assert scripted.asked.count("GET /nodeinfo") == 2


async def test_asked_for_its_own_sake_a_check_tells_what_it_could_not_read() -> None:
    scripted = service(httpx2.Response(502))
    async with scripted.client() as client:
        with pytest.raises(ServiceUnreachable):
            await client.tunnels.check(SPEC)
