"""The service writes what was captured from the original: keys, types, oddities."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chmlfrp.selfhost.settings import parse
from support.people import Postman
from support.selfhost import PASSWORD, InMemory, in_memory

SAMPLES = Path(__file__).parent.parent / "samples" / "seed"
SETTINGS = parse("""
[accounts]
daily_points_least = 9
daily_points_most = 9
[pictures]
check = false
""")
AVATAR = "https://www.example.com/face.png"
NEWCOMER = {
    "username": "ada",
    "password": PASSWORD,
    "mail": "ada@example.com",
    "qq": "10001",
}
FRACTIONS = {"cpu_usage", "load1", "load5", "load15"}
"""Numbers that are written without a fraction when they have none."""


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def shape(value: Any, name: str = "") -> Any:
    """Return keys and types; of a list, the types that any of its items has."""
    if isinstance(value, dict):
        return {key: shape(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [merged([shape(item) for item in value])]
    if name in FRACTIONS:
        return "number"
    return type(value).__name__


def merged(shapes: list[Any]) -> dict[str, set[str]]:
    keys = {tuple(one) for one in shapes}
    assert len(keys) == 1, "items of one list differ in their keys"
    return {key: {one[key] for one in shapes} for key in shapes[0]}


async def filled(service: InMemory) -> str:
    """Make what the captured account has, and return its token."""
    owner = await service.user("boring_student")
    hong_kong = await service.node("中国香港CN2-4", is_vip=True, is_online=False)
    tokyo = await service.node("日本东京直连-2")
    await service.tunnel(
        owner, hong_kong, name="a3I40Au4X", encryption=True, compression=True
    )
    await service.tunnel(
        owner, tokyo, name="b230vZqUp", is_online=True, started_ms=1734745099000
    )
    return owner.token


def form(**changes: Any) -> dict[str, Any]:
    return {
        "tunnelname": "12424",
        "node": "日本东京直连-2",
        "localip": "127.0.0.1",
        "porttype": "tcp",
        "localport": 51,
        "remoteport": 26981,
        "encryption": "false",
        "compression": "false",
        **changes,
    }


async def ask(service: InMemory, name: str, token: str) -> Any:
    """Send what the captured reply `name` is the answer to."""
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        "login_ok": (
            "/login",
            {"username": "boring_student", "password": PASSWORD},
        ),
        "login_no_user": ("/login", {"username": "nobody", "password": PASSWORD}),
        "login_wrong_password": (
            "/login",
            {"username": "boring_student", "password": "wrong-1"},
        ),
        "login_password_rule": (
            "/login",
            {"username": "boring_student", "password": "short"},
        ),
        "sendmailcode_ok": (
            "/sendmailcode",
            {"type": "register", "mail": NEWCOMER["mail"]},
        ),
        "sendmailcode_bad_mail": ("/sendmailcode", {"type": "register", "mail": "a@"}),
        "register_wrong_code": ("/register", {**NEWCOMER, "code": "0"}),
        "retoken_ok": ("/retoken", {"token": token}),
        "qiandao_ok": ("/qiandao", {"token": token}),
        "qiandao_again": ("/qiandao", {"token": token}),
        "update_userimg_ok": (
            "/update_userimg",
            {"token": token, "new_userimg": AVATAR},
        ),
        "update_userimg_same": (
            "/update_userimg",
            {"token": token, "new_userimg": AVATAR},
        ),
        "update_userimg_bad_link": (
            "/update_userimg",
            {"token": token, "new_userimg": "nothing"},
        ),
        "userinfo_ok": ("/userinfo", {"token": token}),
        "tunnel_list_ok": ("/tunnel", {"token": token}),
        "create_tunnel_ok": ("/create_tunnel", form(token=token)),
        "update_tunnel_ok": ("/update_tunnel", form(token=token, tunnelid=2)),
        "tunnel_config_ok": (
            "/tunnel_config",
            {"token": token, "node": "日本东京直连-2"},
        ),
        "node_list_ok": ("/node", {}),
        "nodeinfo_ok": ("/nodeinfo", {"token": token, "node": "日本东京直连-2"}),
        "node_stats_ok": ("/node_stats", {}),
        **{
            f"{route}_bad_token": (f"/{route}", {"token": "x"})
            for route in (
                *("userinfo", "create_tunnel", "update_tunnel", "deletetunnel"),
                *("tunnel_config", "nodeinfo", "reset_password"),
                *("update_username", "update_qq"),
            )
        },
        "tunnel_list_bad_token": ("/tunnel", {"token": "x"}),
    }
    if name == "register_ok":
        return await registered(service)
    path, params = calls[name]
    if name in AT_THE_SECOND_TIME:
        await service.call(path, **params)
    return await service.call(path, **params)


AT_THE_SECOND_TIME = {"qiandao_again", "update_userimg_same"}


async def registered(service: InMemory) -> Any:
    post = service.context.mailer
    assert isinstance(post, Postman)
    await service.call("/sendmailcode", type="register", mail=NEWCOMER["mail"])
    return await service.call("/register", **NEWCOMER, code=post.code())


@pytest.fixture
async def original(tmp_path: Path) -> AsyncIterator[InMemory]:
    """A service that is set up as the captured one was."""
    async with in_memory(
        tmp_path / "d", settings=SETTINGS, mailer=Postman()
    ) as service:
        yield service


NOT_OURS = {"node_list_unreachable", "node_stats_unreachable"}
"""What a gateway answers when the service behind it is gone."""

NAMES = sorted({path.stem for path in SAMPLES.glob("*.json")} - NOT_OURS)
OK = [name for name in NAMES if name.endswith("_ok")]
NO = [name for name in NAMES if name not in OK]


@pytest.mark.parametrize("name", OK)
async def test_an_answer_has_the_captured_keys_and_types(
    name: str, original: InMemory
) -> None:
    reply = await ask(original, name, await filled(original))
    captured = sample(name)
    assert shape(reply) == shape(captured)
    assert list(reply) == list(captured)
    assert [reply[k] for k in ("msg", "code", "state")] == [
        captured[k] for k in ("msg", "code", "state")
    ]


@pytest.mark.parametrize("name", NO)
async def test_a_refusal_is_the_captured_one_word_for_word(
    name: str, original: InMemory
) -> None:
    assert await ask(original, name, await filled(original)) == sample(name)


async def test_a_created_tunnel_is_the_captured_one_but_for_port_and_owner(
    tmp_path: Path,
) -> None:
    async with in_memory(tmp_path / "d") as service:
        reply = await ask(service, "create_tunnel_ok", await filled(service))
    captured = sample("create_tunnel_ok")
    captured["data"] |= {"dorp": "26981", "userid": 1}
    assert reply == captured


async def test_texts_for_booleans_are_those_that_were_captured(tmp_path: Path) -> None:
    async with in_memory(tmp_path / "d") as service:
        token = await filled(service)
        tunnels = (await ask(service, "tunnel_list_ok", token))["data"]
        nodes = (await ask(service, "node_list_ok", token))["data"]
    captured = sample("tunnel_list_ok")["data"]
    for mine, theirs in zip(tunnels, captured, strict=True):
        same = ("state", "encryption", "compression", "nodestate", "uptime")
        assert [mine[k] for k in same] == [theirs[k] for k in same]
    assert nodes[0]["web"] in {"yes", "no"}
    assert nodes[0]["udp"] in {"true", "false"}


async def test_the_ini_is_the_captured_one_line_by_line(tmp_path: Path) -> None:
    async with in_memory(tmp_path / "d") as service:
        token = await filled(service)
        mine = (await ask(service, "tunnel_config_ok", token))["data"]
    theirs = sample("tunnel_config_ok")["data"]

    def keys(ini: str) -> list[str]:
        return [line.split(" = ")[0] for line in ini.split("\n")]

    assert [k for k in keys(mine) if not k.startswith("[b")] == [
        k for k in keys(theirs) if not k.startswith("[web")
    ]


async def test_only_a_node_with_other_web_ports_says_so(tmp_path: Path) -> None:
    async with in_memory(tmp_path / "d") as service:
        token = (await service.user()).token
        await service.node("standard")
        await service.node("own", http_port=8080, https_port=8443)
        await service.node("none", http_port=8081, allows_web=False)
        plain = await service.call("/nodeinfo", token=token, node="standard")
        own = await service.call("/nodeinfo", token=token, node="own")
        none = await service.call("/nodeinfo", token=token, node="none")
    assert set(own["data"]) - set(plain["data"]) == {"http_port", "https_port"}
    assert (own["data"]["http_port"], own["data"]["https_port"]) == (8080, 8443)
    assert set(none["data"]) == set(plain["data"])


async def test_an_unknown_route_is_answered_as_spring_does(tmp_path: Path) -> None:
    async with in_memory(tmp_path / "d") as service:
        reply = await service.http.get("/app_version?token=canary")
    assert reply.status_code == 404
    body = reply.json()
    assert set(body) == {"timestamp", "status", "error", "path"}
    assert (body["status"], body["error"]) == (404, "Not Found")
    assert body["path"] == "/app_version"
