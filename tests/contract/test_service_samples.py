"""The service writes every sample: what was captured, and what is known beside.

Each file has a way to bring the service to that answer, and agrees with it in keys and
types but for what is declared here.
"""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from litestar import Litestar

from chmlfrp.selfhost.app import create_app
from chmlfrp.selfhost.settings import parse
from support.endpoints import sample_files, samples
from support.guards import LogWatch
from support.oauth import add_client
from support.people import Postman
from support.scene import SETTINGS, Scene, scene
from support.scenes import REFERENCE, SEED
from support.selfhost import InMemory, in_memory
from support.shape import differences, order

on_one_loop = pytest.mark.asyncio(loop_scope="module")

BY_NAME = {one.name: one for one in samples()}
WAYS = SEED | REFERENCE

OTHER_ERAS: dict[str, set[str]] = {
    "create_tunnel_no_data": {"data: added"},
    "flow_last_7_days_null": {"data: list for null"},
    "list_available_domains_newer": {
        *("data[].id: int for text", "data[].icpFiling: bool for text"),
        *("data[].remarks: null for text", "data[].state: missing"),
    },
    "log_query_empty": {"data.logs: list for null"},
    "messages_null": {"data: list for null"},
    "node_list_newer": {"data[].ipv6: missing", "state: added"},
    "node_stats_newer": {"data[].current_upload_usage_percent: missing"},
    "nodeinfo_newer": {
        *(f"data.{name}: missing" for name in ("auth", "real_IP")),
        *(f"data.totalTraffic{way}: missing" for way in ("In", "Out")),
        *(f"data.total_traffic_{way}: added" for way in ("in", "out")),
        *("data.realIp: added", "data.ipv6: null for text"),
        "data.cpu_info: text for null",
        *(f"data.load{n}: int for null" for n in (1, 5, 15)),
        *(f"data.storage_{what}: int for null" for what in ("total", "used")),
        *("data.memory_total: int for null", "data.num_cores: int for null"),
    },
    "panelinfo_no_state": {"state: added"},
    "qiandao_2026": {"msg"},
    "qiandao_again_2026": {"code", "msg"},
    "qiandao_info_v1_types": {
        *(f"data.total_{what}: int for text" for what in ("points", "sign_ins")),
        "data.is_signed_in_today: bool for text",
    },
    "retoken_new_token": {"data: missing"},
    "tunnel_list_null": {"data: list for null"},
    "update_tunnel_null_data": {"data: object for null"},
    "userinfo_oauth": {
        "data.sso_user_uuid: missing",
        "data.realname_count: int for null",
        *(f"data.total_{way}load: int for null" for way in ("down", "up")),
    },
    "userinfo_reversed_counts": {
        *("data.tunnelCount: added", "data.tunnnelCount: missing"),
        "data.realname: text for bool",
    },
    "userinfo_state_missing": {"code", "msg"},
}
"""The original has answered these in several ways, and a service can have one.

It has that of the captured replies, which other samples of the same endpoint hold.
"""
BOTH_WAYS = {"refresh_tunnel": {"data.today_traffic_out: int for text"}}
"""One sample with numbers as such and as texts."""
OWN_WORDS = {
    *("create_tunnel_domain_taken", "delete_tunnel_not_found", "login_form_unknown"),
    "nodeinfo_vip",
}
"""Refusals that no capture has word for word."""
LOGS = {
    "sendmailcode_captcha": "the captcha's verifier gave no usable answer",
    **dict.fromkeys(
        ("node_list_unreachable", "node_stats_unreachable", "node_uptime_unreachable"),
        "no answer from the store",
    ),
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(
    store_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[InMemory]:
    folder = tmp_path_factory.mktemp("samples")
    programs = folder / "programs"
    programs.mkdir()
    for name in ("windows_amd64.exe", "linux_amd64", "darwin_arm64"):
        (programs / f"frpc_{name}").write_bytes(b"program")
    settings = parse(SETTINGS.format(folder=programs.as_posix()))
    async with in_memory(
        folder / "data", database_url=store_url, settings=settings, mailer=Postman()
    ) as made:
        await add_client(made)
        yield made


@pytest.fixture(scope="module")
def app(service: InMemory) -> Litestar:
    return create_app(service.context)


numbers = itertools.count(1)


@pytest_asyncio.fixture(loop_scope="module")
async def here(
    service: InMemory, app: Litestar, tmp_path: Path
) -> AsyncIterator[Scene]:
    number = next(numbers) % 250 + 1
    async with scene(service, app, number=number, folder=tmp_path) as found:
        yield found


def told(reply: Any) -> dict[str, Any]:
    """Return code, state and words, up to where times and numbers follow."""
    keys = [key for key in ("code", "state", "status") if key in reply]
    said = {key: reply[key] for key in keys}
    return said | {"msg": reply.get("msg", "").partition("，")[0]}


def found_otherwise(reply: Any, known: Any) -> set[str]:
    """Return what differs in keys, types, code, state and words."""
    ours, theirs = told(reply), told(known)
    said = {key for key in theirs if ours.get(key) != theirs[key]}
    return differences(reply, known) | (said - {"state"} if "code" in said else said)


@on_one_loop
@pytest.mark.parametrize("name", sorted(WAYS))
async def test_an_answer_has_the_keys_and_types_of_the_sample(
    name: str, here: Scene, expected_logs: LogWatch
) -> None:
    if name in LOGS:
        expected_logs(LOGS[name])
    sample = BY_NAME[name]
    reply = await WAYS[name](here)
    words = {"msg"} if name in OWN_WORDS else set()
    declared = (OTHER_ERAS | BOTH_WAYS).get(name, words)
    assert found_otherwise(reply, sample.reply) == declared
    if name != "messages_gone":
        assert here.asked == (sample.method, sample.endpoint)
    if name in SEED:
        assert order(reply) == order(sample.reply)
        assert differences(sample.reply, reply) == set()
        assert "data" in reply or reply == sample.reply


def test_every_sample_has_a_way_to_it_and_one_that_agrees() -> None:
    files = {path.stem for path in sample_files()}
    assert files == set(BY_NAME)
    assert files == set(WAYS)
    assert not SEED.keys() & (OTHER_ERAS.keys() | OWN_WORDS)
    agreed = {BY_NAME[name].endpoint for name in files - OTHER_ERAS.keys()}
    assert agreed == {one.endpoint for one in BY_NAME.values()}


@on_one_loop
async def test_a_created_tunnel_is_the_captured_one_but_for_names_and_owner(
    here: Scene,
) -> None:
    reply = await WAYS["create_tunnel_ok"](here)
    captured = BY_NAME["create_tunnel_ok"].reply
    own = {"dorp": "26981", "userid": here.user.id, "node": here.near.name}
    assert reply == captured | {
        "data": captured["data"] | own | {"name": f"new{here.number}"}
    }


@on_one_loop
async def test_texts_for_booleans_are_those_that_were_captured(here: Scene) -> None:
    tunnels = (await WAYS["tunnel_list_ok"](here))["data"]
    nodes = (await WAYS["node_list_ok"](here))["data"]
    captured = BY_NAME["tunnel_list_ok"].reply["data"]
    for mine, theirs in zip(tunnels, captured, strict=True):
        same = ("state", "encryption", "compression", "nodestate", "uptime")
        assert [mine[k] for k in same] == [theirs[k] for k in same]
    assert nodes[0]["web"] in {"yes", "no"}
    assert nodes[0]["udp"] in {"true", "false"}


@on_one_loop
@pytest.mark.parametrize("name", ["tunnel_config_ok", "tunnel_config_web"])
async def test_the_ini_is_the_captured_one_line_by_line(name: str, here: Scene) -> None:
    def keys(ini: str) -> list[str]:
        lines = ini.split("\n")
        return ["[name]" if a[:1] == "[" else a.split(" = ")[0] for a in lines]

    reply = await WAYS[name](here)
    assert keys(reply["data"]) == keys(BY_NAME[name].reply["data"])


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
