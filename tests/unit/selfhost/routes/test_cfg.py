import json
from typing import Any

import pytest

from chmlfrp.selfhost.rules.proxy import MISMATCH, NO_TUNNEL, NOT_YOURS, UNKNOWN_USER
from chmlfrp.selfhost.store.models import Node, User
from support.selfhost import InMemory


class Scene:
    """An account with a tunnel `web` on port 20001, and what frpc and frps ask."""

    def __init__(self, service: InMemory, user: User, node: Node) -> None:
        self.service, self.user, self.node = service, user, node
        self.secret = f"{node.api_key}|{node.id}"

    async def get(self, **query: str) -> dict[str, Any]:
        reply = await self.service.http.get("/cfg", params=query)
        assert reply.status_code == 200
        answer: dict[str, Any] = reply.json()
        return answer

    async def node_asks(self, action: str, **query: str) -> dict[str, Any]:
        said = {"user": self.user.token, "timestamp": "1", "apitoken": self.secret}
        return await self.get(action=action, **{**said, **query})

    async def proxy(self, **query: str) -> dict[str, Any]:
        said = {
            "proxy_name": f"{self.user.token}.web",
            "proxy_type": "tcp",
            "use_encryption": "false",
            "use_compression": "false",
            "domain": "null",
            "remote_port": "20001",
        }
        return await self.node_asks("checkproxy", **{**said, **query})


@pytest.fixture
async def scene(service: InMemory) -> Scene:
    user, node = await service.user(), await service.node()
    await service.tunnel(user, node)
    return Scene(service, user, node)


YES = {"success": True, "message": "", "status": 200}


async def test_frpc_gets_the_same_ini_as_tunnel_config_gives(scene: Scene) -> None:
    reply = await scene.get(action="getcfg", id="1", token=scene.user.token)
    config = await scene.service.call(
        "/tunnel_config", token=scene.user.token, node="home", tunnel_names="web"
    )
    assert reply == {**YES, "cfg": config["data"]}
    assert "remote_port = 20001" in reply["cfg"]


async def test_frpc_may_ask_for_several_of_one_node(scene: Scene) -> None:
    other = await scene.service.node("other")
    for port, node in ((20002, scene.node), (20003, other)):
        await scene.service.tunnel(scene.user, node, name=f"t{port}", remote_port=port)
    both = await scene.get(action="getcfg", id="1,2", token=scene.user.token)
    assert both["cfg"].count("type = tcp") == 2
    apart = await scene.get(action="getcfg", id="1,3", token=scene.user.token)
    assert (apart["success"], apart["message"]) == (False, "隧道不在同一个节点")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"id": "1"}, "缺少用户token或隧道id参数"),
        ({"token": "T"}, "缺少用户token或隧道id参数"),
        ({"token": "T", "id": "x"}, "缺少用户token或隧道id参数"),
        ({"token": "nobody", "id": "1"}, UNKNOWN_USER),
        ({"token": "T", "id": "9"}, NO_TUNNEL),
        ({"action": "other"}, "未知的action"),
    ],
)
async def test_frpc_is_told_why_not(
    scene: Scene, query: dict[str, str], message: str
) -> None:
    said = {k: scene.user.token if v == "T" else v for k, v in query.items()}
    reply = await scene.get(**{"action": "getcfg", **said})
    assert (reply["success"], reply["message"]) == (False, message)
    assert "cfg" not in reply


async def test_a_tunnel_of_somebody_else_is_not_given(scene: Scene) -> None:
    bob = await scene.service.user("bob")
    reply = await scene.get(action="getcfg", id="1", token=bob.token)
    assert (reply["success"], reply["message"]) == (False, NOT_YOURS)


async def test_frps_checks_tokens_with_its_own_secret(scene: Scene) -> None:
    assert await scene.node_asks("checktoken", token="privilege") == YES
    unknown = await scene.node_asks("checktoken", user="nobody")
    assert (unknown["success"], unknown["message"]) == (False, UNKNOWN_USER)
    for secret in ("", "x", f"x|{scene.node.id}", f"{scene.node.api_key}|99", "|"):
        reply = await scene.node_asks("checktoken", apitoken=secret)
        assert (reply["success"], reply["status"]) == (False, 401)


async def test_frps_learns_the_accounts_speed_in_kilobytes(scene: Scene) -> None:
    reply = await scene.node_asks("getlimit")
    limit = 32 * 128 * 4
    assert reply == {**YES, "max-in": limit, "max-out": limit}


async def test_frps_checks_a_proxy_against_the_record(scene: Scene) -> None:
    assert await scene.proxy() == YES
    for change, message in (
        ({"remote_port": "20002"}, f"{MISMATCH}（remote_port）"),
        ({"use_encryption": "true"}, f"{MISMATCH}（use_encryption）"),
        ({"domain": json.dumps(["a.example"])}, f"{MISMATCH}（custom_domains）"),
        ({"proxy_name": "web"}, NOT_YOURS),
        ({"proxy_name": f"{scene.user.token}.none"}, NO_TUNNEL),
    ):
        reply = await scene.proxy(**change)
        assert (reply["success"], reply["message"]) == (False, message)


async def test_frps_checks_a_site_by_its_domain(scene: Scene) -> None:
    await scene.service.tunnel(
        *(scene.user, scene.node),
        name="site",
        type="http",
        remote_port=None,
        domain="a.example",
    )
    said = {"proxy_name": f"{scene.user.token}.site", "proxy_type": "http"}
    domain = json.dumps(["a.example"])
    assert await scene.proxy(**said, domain=domain, remote_port="0") == YES


@pytest.mark.parametrize("number", ["2147483648", "9" * 40, "٣", "x"])
async def test_numbers_that_no_row_has_are_refused(scene: Scene, number: str) -> None:
    reply = await scene.node_asks(
        "checktoken", apitoken=f"{scene.node.api_key}|{number}"
    )
    assert (reply["success"], reply["status"]) == (False, 401)
    reply = await scene.service.call(
        "/cfg", action="getcfg", token=scene.user.token, id=number
    )
    assert reply["success"] is False
