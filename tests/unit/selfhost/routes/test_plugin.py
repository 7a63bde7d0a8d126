from typing import Any

import pytest

from chmlfrp.selfhost.node.live import Closed, LiveNode, Opened
from chmlfrp.selfhost.rules.proxy import MISMATCH, NO_TUNNEL, NOT_YOURS, UNKNOWN_USER
from chmlfrp.selfhost.store.models import Node, User
from support.selfhost import InMemory

YES = {"reject": False, "unchange": True}


@pytest.fixture
async def ada(service: InMemory) -> User:
    return await service.user("ada")


@pytest.fixture
async def node(service: InMemory, ada: User) -> Node:
    made = await service.node()
    await service.tunnel(ada, made)
    return made


def live(service: InMemory, node: Node) -> LiveNode:
    found = service.context.nodes.get(node.plugin_key)
    assert found is not None
    return found


def proxy(user: User, **changes: Any) -> dict[str, Any]:
    """What frps says of the tunnel `web`; empty and false fields are absent."""
    return {
        "user": {"user": user.token, "metas": {"ver": "9"}, "run_id": "run-1"},
        "proxy_name": f"{user.token}.web",
        "proxy_type": "tcp",
        "remote_port": 20001,
        **changes,
    }


async def test_a_known_user_logs_in_and_its_version_is_kept(
    service: InMemory, ada: User, node: Node
) -> None:
    content = {"version": "0.65.0", "user": ada.token, "pool_count": 1}
    assert await service.plugin(node.plugin_key, "Login", **content) == YES
    assert live(service, node).versions == {ada.token: "0.65.0"}


@pytest.mark.parametrize("op", ["Login", "Ping"])
async def test_an_unknown_user_is_refused(
    service: InMemory, node: Node, op: str
) -> None:
    user: object = "x" if op == "Login" else {"user": "x"}
    answer = await service.plugin(node.plugin_key, op, user=user)
    assert answer == {"reject": True, "reject_reason": UNKNOWN_USER}


async def test_a_ping_of_a_known_user_passes(
    service: InMemory, ada: User, node: Node
) -> None:
    answer = await service.plugin(node.plugin_key, "Ping", user={"user": ada.token})
    assert answer == YES


async def test_an_opened_tunnel_is_noted_with_its_session(
    service: InMemory, ada: User, node: Node
) -> None:
    await service.plugin(node.plugin_key, "Login", user=ada.token, version="0.65.0")
    answer = await service.plugin(node.plugin_key, "NewProxy", **proxy(ada))
    assert answer == YES
    (change,) = live(service, node).unwritten
    assert isinstance(change, Opened)
    assert (change.tunnel_id, change.run_id, change.version) == (1, "run-1", "0.65.0")


async def test_a_closed_tunnel_is_noted(
    service: InMemory, ada: User, node: Node
) -> None:
    await service.plugin(node.plugin_key, "CloseProxy", **proxy(ada))
    assert live(service, node).unwritten == [Closed(name="web", run_id="run-1")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"remote_port": 20002}, f"{MISMATCH}（remote_port）"),
        ({"use_encryption": True}, f"{MISMATCH}（use_encryption）"),
        ({"proxy_name": "web"}, NOT_YOURS),
        ({"proxy_name": "other.web"}, NOT_YOURS),
        ({"proxy_name": None}, "the service could not read the call"),
    ],
)
async def test_what_the_record_does_not_say_is_refused(
    service: InMemory, ada: User, node: Node, changes: dict[str, Any], reason: str
) -> None:
    content = proxy(ada, **changes)
    answer = await service.plugin(node.plugin_key, "NewProxy", **content)
    assert answer == {"reject": True, "reject_reason": reason}
    assert live(service, node).unwritten == []


async def test_a_tunnel_of_nobody_of_somebody_or_elsewhere_is_refused(
    service: InMemory, ada: User, node: Node
) -> None:
    bob, other = await service.user("bob"), await service.node("other")

    async def reason(key: str, content: dict[str, Any]) -> str:
        answer = await service.plugin(key, "NewProxy", **content)
        return str(answer["reject_reason"])

    gone = proxy(ada, proxy_name=f"{ada.token}.gone")
    assert await reason(node.plugin_key, gone) == NO_TUNNEL
    assert await reason(node.plugin_key, proxy(bob)) == NOT_YOURS
    assert await reason(other.plugin_key, proxy(ada)) == f"{MISMATCH}（node）"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"op":"NewProxy","content":1}'])
async def test_a_call_that_cannot_be_read_is_refused(
    service: InMemory, node: Node, body: bytes
) -> None:
    url = f"http://127.0.0.1:7/plugin/{node.plugin_key}"
    reply = await service.http.post(url, content=body)
    assert reply.json()["reject"] is True


async def test_an_op_that_nobody_asked_for_passes(
    service: InMemory, node: Node
) -> None:
    assert await service.plugin(node.plugin_key, "NewUserConn") == YES


async def test_only_the_right_key_at_the_right_port_is_answered(
    service: InMemory, node: Node
) -> None:
    for url in (
        f"http://127.0.0.1:8/plugin/{node.plugin_key}",
        f"http://127.0.0.1:7/plugin/{node.plugin_key}x",
    ):
        reply = await service.http.post(url, json={"op": "Ping", "content": {}})
        assert reply.status_code == 404


async def test_every_answer_closes_its_connection(
    service: InMemory, node: Node
) -> None:
    url = f"http://127.0.0.1:7/plugin/{node.plugin_key}"
    reply = await service.http.post(url, json={"op": "Ping", "content": {}})
    assert reply.headers["connection"] == "close"
