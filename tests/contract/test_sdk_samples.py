"""The SDK reads every captured reply and every shape of the reference."""

from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from chmlfrp.api.client import ServiceClient
from chmlfrp.api.wire_table import ENDPOINTS, Endpoint
from chmlfrp.errors import (
    ApiError,
    BannedForNow,
    DomainTaken,
    MembershipNeeded,
    NameTaken,
    NotFound,
    PortTaken,
    QuotaExceeded,
    RateLimited,
    RightsMissing,
    ServiceGarbled,
    ServiceRefused,
    ServiceUnreachable,
    SignInRequired,
)
from chmlfrp.model.tunnel import TunnelId
from support.endpoints import ASK, SAMPLES, Sample, sample_files, samples
from support.replies import ScriptedService

ALL = samples()
UNASKED = {"/app_version"}
"""It never worked."""

REFUSALS: dict[str, type[ApiError]] = {
    "login_no_user": SignInRequired,
    "login_wrong_password": SignInRequired,
    "login_password_rule": ServiceRefused,
    "login_banned_account": BannedForNow,
    "login_banned_address": BannedForNow,
    "create_tunnel_name_rule": ServiceRefused,
    "create_tunnel_name_taken": NameTaken,
    "create_tunnel_port_taken": PortTaken,
    "create_tunnel_domain_taken": DomainTaken,
    "create_tunnel_quota": QuotaExceeded,
    "create_tunnel_type_missing": ServiceRefused,
    "create_tunnel_vip_node": MembershipNeeded,
    "tunnel_config_no_tunnel": NotFound,
    "offline_tunnel_gone": NotFound,
    "nodeinfo_vip": RightsMissing,
    "nodeinfo_missing": NotFound,
    "node_status_info_missing": NotFound,
    "message_detail_missing": NotFound,
    "giftcard_redeem_wrong": NotFound,
    "giftcard_redeem_banned": RateLimited,
    "userinfo_signed_out": SignInRequired,
    "userinfo_state_missing": SignInRequired,
}
SURVIVED = {
    "qiandao_again",
    "qiandao_again_2026",
}
"""Refusals that only say: it is as you want it."""
TURNED_INTO = {"/deletetunnel": "/delete_tunnel"}


def told(name: str) -> type[ApiError]:
    if name.endswith("_bad_token"):
        return SignInRequired
    if name.endswith("_unreachable"):
        return ServiceUnreachable
    return REFUSALS.get(name, ServiceRefused)


def scripted(sample: Sample) -> ScriptedService:
    """Answer each method of the endpoint so, and the list of tunnels as captured."""
    service = ScriptedService()
    one = msgspec.json.decode((SAMPLES / "seed/tunnel_list_ok.json").read_bytes())
    one["data"][0]["name"] = "12424"
    service.on("GET /tunnel", httpx2.Response(200, json=one))
    for method in ("GET", "POST"):
        answer = httpx2.Response(sample.status, json=sample.reply)
        service.on(f"{method} {sample.endpoint}", answer)
    return service


async def ask(sample: Sample) -> Any:
    async with scripted(sample).client() as client:
        return await ASK[sample.endpoint](client)


READ_APART = {
    "app_version",
    "messages_gone",
    *(f"delete_tunnel_{why}" for why in ("gone", "not_found", "not_yours")),
}
"""Answers that are no plain yes or no; each has a test of its own below."""


def picked(*, is_yes: bool) -> list[Any]:
    return [
        pytest.param(one, id=one.name)
        for one in ALL
        if one.name not in READ_APART and (one.is_yes or one.name in SURVIVED) is is_yes
    ]


@pytest.mark.parametrize("sample", picked(is_yes=True))
async def test_an_answer_that_says_yes_is_read(sample: Sample) -> None:
    assert not isinstance(await ask(sample), dict)


@pytest.mark.parametrize("sample", picked(is_yes=False))
async def test_a_refusal_is_the_error_that_it_means(sample: Sample) -> None:
    with pytest.raises(ApiError) as caught:
        await ask(sample)
    assert type(caught.value) is told(sample.name)
    if isinstance(caught.value, ServiceRefused):
        assert caught.value.service_message == sample.reply["msg"]
        assert caught.value.service_code == sample.reply["code"]


@pytest.mark.parametrize("row", ENDPOINTS, ids=[row.path for row in ENDPOINTS])
async def test_each_endpoint_of_the_table_is_asked_by_the_call_it_names(
    row: Endpoint,
) -> None:
    service = ScriptedService()
    async with service.client() as client:
        with pytest.raises(ApiError):
            await ASK[row.path](client)
        space, _, verb = row.call.partition(".")
        assert callable(getattr(getattr(client, space), verb))
    asked = [each.split(" ") for each in service.asked]
    methods = [method for method, path in asked if path == row.path]
    assert list(dict.fromkeys(methods)) == row.methods.split(" ")


def test_every_endpoint_has_a_sample_and_a_way_to_ask_it() -> None:
    paths = {row.path for row in ENDPOINTS}
    assert {one.endpoint for one in ALL} == paths | UNASKED
    assert set(ASK) == paths


def test_every_file_is_read() -> None:
    files = {path.stem for path in sample_files()}
    asked = {one.id for is_yes in (True, False) for one in picked(is_yes=is_yes)}
    assert asked | READ_APART == files


def named(name: str) -> Sample:
    return next(one for one in ALL if one.name == name)


@pytest.mark.parametrize("why", ["gone", "not_found", "not_yours"])
async def test_a_tunnel_that_is_gone_is_not_found_and_may_be_deleted_again(
    why: str,
) -> None:
    async with scripted(named(f"delete_tunnel_{why}")).client() as client:
        with pytest.raises(NotFound):
            await client.tunnels.delete(TunnelId(1))
        await client.tunnels.delete(TunnelId(1), missing_ok=True)


@pytest.mark.parametrize("name", ["app_version", "messages_gone"])
async def test_an_unknown_route_is_garbled_in_no_call(name: str) -> None:
    sample = named(name)
    service = ScriptedService()
    for path in ("/message/list", "/messages", "/tunnel"):
        service.on(f"GET {path}", httpx2.Response(sample.status, json=sample.reply))
    async with service.client() as client:
        with pytest.raises(ServiceGarbled):
            await client.messages.page()
        assert service.asked == ["GET /message/list", "GET /messages"]
        with pytest.raises(ServiceGarbled):
            await client.tunnels.list()


async def test_old_messages_are_read_where_the_new_route_is_unknown() -> None:
    async with scripted(named("messages")).client() as client:
        page = await client.messages.page()
    assert [one.is_for_everyone for one in page.messages] == [True, False]


def test_the_documented_table_is_the_one_in_the_wire() -> None:
    page = Path(__file__).parents[2] / "docs" / "sdk" / "endpoints.md"
    rows = [
        tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))
        for line in page.read_text("utf-8").splitlines()
        if line.startswith("| `/")
    ]
    assert rows == [
        (row.path, row.methods.replace(" ", ", then "), *row[2:]) for row in ENDPOINTS
    ]


def test_a_client_has_a_namespace_for_each_noun_of_the_table() -> None:
    nouns = {row.call.partition(".")[0] for row in ENDPOINTS}
    assert nouns <= set(ServiceClient.__annotations__)
