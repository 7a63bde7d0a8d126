from typing import Any

import httpx2
import pytest

from chmlfrp.selfhost.node.door import MAX_BODY_BYTES, answering
from chmlfrp.selfhost.rules.proxy import (
    MISMATCH,
    NO_TUNNEL,
    NOT_YOURS,
    PUT_OFFLINE,
    UNKNOWN_USER,
)
from chmlfrp.selfhost.store import order
from chmlfrp.selfhost.store.models import Node, Tunnel, User
from chmlfrp.selfhost.talk import Closed, Opened
from support.selfhost import AtDoor, InMemory

YES = {"reject": False, "unchange": True}


@pytest.fixture
async def ada(service: InMemory) -> User:
    return await service.user("ada")


@pytest.fixture
async def node(service: InMemory, ada: User) -> Node:
    made = await service.node()
    await service.tunnel(ada, made)
    return made


@pytest.fixture
def door(service: InMemory, node: Node) -> AtDoor:
    return service.door(node)


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
    door: AtDoor, ada: User
) -> None:
    content = {"version": "0.65.0", "user": ada.token, "pool_count": 1}
    assert await door.asks("Login", **content) == YES
    assert door.live.versions == {ada.token: "0.65.0"}


@pytest.mark.parametrize("op", ["Login", "Ping"])
async def test_an_unknown_user_is_refused(door: AtDoor, op: str) -> None:
    user: object = "x" if op == "Login" else {"user": "x"}
    answer = await door.asks(op, user=user)
    assert answer == {"reject": True, "reject_reason": UNKNOWN_USER}


async def test_a_ping_of_a_known_user_passes(door: AtDoor, ada: User) -> None:
    answer = await door.asks("Ping", user={"user": ada.token})
    assert answer == YES


async def test_an_opened_tunnel_is_noted_with_its_session(
    door: AtDoor, ada: User
) -> None:
    await door.asks("Login", user=ada.token, version="0.65.0")
    answer = await door.asks("NewProxy", **proxy(ada))
    assert answer == YES
    (change,) = door.live.unsent
    assert isinstance(change, Opened)
    assert (change.tunnel_id, change.run_id, change.version) == (1, "run-1", "0.65.0")


async def test_a_closed_tunnel_is_noted(door: AtDoor, ada: User) -> None:
    await door.asks("CloseProxy", **proxy(ada))
    assert door.live.unsent == [], "it was never open"
    await door.asks("NewProxy", **proxy(ada))
    await door.asks("CloseProxy", **proxy(ada))
    change = door.live.unsent[-1]
    assert isinstance(change, Closed)
    assert (change.tunnel_id, change.run_id) == (1, "run-1")


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
    door: AtDoor, ada: User, changes: dict[str, Any], reason: str
) -> None:
    content = proxy(ada, **changes)
    answer = await door.asks("NewProxy", **content)
    assert answer == {"reject": True, "reject_reason": reason}
    assert door.live.unsent == []


async def test_a_tunnel_of_nobody_of_somebody_or_elsewhere_is_refused(
    service: InMemory, door: AtDoor, ada: User
) -> None:
    bob = await service.user("bob")
    other = service.door(await service.node("other"))

    async def reason(door: AtDoor, content: dict[str, Any]) -> str:
        answer = await door.asks("NewProxy", **content)
        return str(answer["reject_reason"])

    gone = proxy(ada, proxy_name=f"{ada.token}.gone")
    assert await reason(door, gone) == NO_TUNNEL
    assert await reason(door, proxy(bob)) == NOT_YOURS
    assert await reason(other, proxy(ada)) == f"{MISMATCH}（node）"


async def test_a_session_that_was_put_offline_may_not_open_it_another_may(
    service: InMemory, door: AtDoor, ada: User
) -> None:
    async with service.context.database.write() as session:
        tunnel = await session.get_one(Tunnel, 1)
        tunnel.run_id = "run-1"
        await order.put_offline(session, tunnel, ada)
    answer = await door.asks("NewProxy", **proxy(ada))
    assert answer == {"reject": True, "reject_reason": PUT_OFFLINE}
    later = {**proxy(ada), "user": {"user": ada.token, "run_id": "run-2"}}
    assert await door.asks("NewProxy", **later) == YES


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"op":"NewProxy","content":1}'])
async def test_a_call_that_cannot_be_read_is_refused(door: AtDoor, body: bytes) -> None:
    assert (await door.door.decide(body)).reject is True


async def test_an_op_that_nobody_asked_for_passes(door: AtDoor) -> None:
    assert await door.asks("NewUserConn") == YES


async def test_only_the_right_path_is_answered_and_every_answer_hangs_up(
    door: AtDoor,
) -> None:
    async with (
        answering(door.door) as port,
        httpx2.AsyncClient(trust_env=False) as http,
    ):
        url = f"http://127.0.0.1:{port}/plugin"
        call = {"op": "Ping", "content": {}}
        right = await http.post(url, json=call)
        assert (right.status_code, right.headers["connection"]) == (200, "close")
        assert (await http.post(f"{url}x", json=call)).status_code == 404
        large = await http.post(url, content=b" " * (MAX_BODY_BYTES + 1))
        assert large.status_code == 404
