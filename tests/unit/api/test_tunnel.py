from typing import Any

import httpx2
import msgspec
import pytest

from chmlfrp.errors import (
    InvalidInput,
    NotFound,
    PortTaken,
    ServiceGarbled,
    ServiceUnreachable,
)
from chmlfrp.model.tunnel import TunnelId, TunnelSpec, TunnelType
from support.replies import (
    SPRING_404,
    TOKEN,
    Answer,
    ScriptedService,
    gives,
    sample,
    sample_data,
    says,
)

SPEC = TunnelSpec(
    name="230vZqUp",
    node="日本东京直连-2",
    type=TunnelType.TCP,
    local_port=222,
    remote_port=56078,
)
CREATED = gives(sample_data("create_tunnel_ok"))
LIST = sample("tunnel_list_ok")
DELETE_WAYS = ["GET /delete_tunnel", "POST /delete_tunnel", "POST /deletetunnel"]


async def test_the_list_is_read() -> None:
    service = ScriptedService().on("GET /tunnel", LIST)
    async with service.client() as client:
        tunnels = await client.tunnels.list()
    assert [tunnel.id for tunnel in tunnels] == [76427, 81329]


async def test_a_new_tunnel_is_found_by_its_name() -> None:
    service = ScriptedService().on("POST /create_tunnel", CREATED)
    service.on("GET /tunnel", LIST)
    async with service.client() as client:
        tunnel = await client.tunnels.create(SPEC)
    assert (tunnel.id, tunnel.spec) == (81329, SPEC)
    assert service.asked == ["GET /nodeinfo", "POST /create_tunnel", "GET /tunnel"]


async def test_a_new_tunnel_that_came_with_its_id_is_not_looked_up() -> None:
    data = {**sample_data("create_tunnel_ok"), "id": 5}
    service = ScriptedService().on("POST /create_tunnel", gives(data))
    async with service.client() as client:
        assert (await client.tunnels.create(SPEC, check=False)).id == 5
    assert service.asked == ["POST /create_tunnel"]


LOST = {
    "502": httpx2.Response(502),
    "a web page": httpx2.Response(200, html="<html>"),
    "half a JSON": httpx2.Response(200, content=b'{"code": 2'),
}


def breaks_off(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ReadError("reset", request=request)


@pytest.mark.parametrize("answer", [*LOST.values(), breaks_off], ids=[*LOST, "reset"])
async def test_a_creation_whose_answer_is_lost_is_found_in_the_list(
    answer: Answer,
) -> None:
    service = ScriptedService().on("POST /create_tunnel", answer)
    service.on("GET /tunnel", LIST)
    async with service.client() as client:
        tunnel = await client.tunnels.create(SPEC, check=False)
    assert (tunnel.id, tunnel.spec) == (81329, SPEC)
    assert service.asked == ["POST /create_tunnel", "GET /tunnel"]


@pytest.mark.parametrize("field", [{"name": "other"}, {"remote_port": 1}])
async def test_another_tunnel_is_not_taken_for_the_one_whose_answer_is_lost(
    field: dict[str, Any],
) -> None:
    service = ScriptedService().on("POST /create_tunnel", httpx2.Response(502))
    service.on("GET /tunnel", LIST)
    spec = msgspec.structs.replace(SPEC, **field)
    async with service.client() as client:
        with pytest.raises(ServiceUnreachable) as caught:
            await client.tunnels.create(spec, check=False)
    assert "/create_tunnel" in caught.value.message
    assert service.asked.count("POST /create_tunnel") == 1


async def test_a_creation_of_which_nothing_can_be_known_keeps_its_error() -> None:
    service = ScriptedService().on("POST /create_tunnel", breaks_off)
    service.on("GET /tunnel", httpx2.Response(200, html="<html>"))
    async with service.client() as client:
        with pytest.raises(ServiceUnreachable) as caught:
            await client.tunnels.create(SPEC, check=False)
    assert "/create_tunnel" in caught.value.message
    assert "may exist all the same" in caught.value.hint


async def test_a_creation_that_never_left_is_not_looked_for() -> None:
    def refuses(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("nobody listens", request=request)

    service = ScriptedService().on("POST /create_tunnel", refuses)
    async with service.client() as client:
        with pytest.raises(ServiceUnreachable) as caught:
            await client.tunnels.create(SPEC, check=False)
    assert not caught.value.is_sent
    assert service.asked == ["POST /create_tunnel"]


async def test_a_creation_whose_list_fails_says_that_the_tunnel_exists() -> None:
    service = ScriptedService().on("POST /create_tunnel", CREATED)
    service.on("GET /tunnel", httpx2.Response(502))
    async with service.client() as client:
        with pytest.raises(ServiceUnreachable) as caught:
            await client.tunnels.create(SPEC)
        assert "was created all the same" in caught.value.hint
        service.on("GET /tunnel", gives([]))
        with pytest.raises(ServiceGarbled, match="does not list 230vZqUp yet"):
            await client.tunnels.create(SPEC)


async def test_a_spec_that_can_never_work_is_not_sent() -> None:
    service = ScriptedService()
    bad = msgspec.structs.replace(SPEC, name="a-b")
    async with service.client() as client:
        for doing in (
            client.tunnels.create(bad),
            client.tunnels.update(TunnelId(1), bad),
        ):
            with pytest.raises(InvalidInput):
                await doing
    assert not service.requests


async def test_a_port_that_is_taken_says_so() -> None:
    service = ScriptedService().on(
        "POST /create_tunnel", says(400, "该远程端口已被占用")
    )
    async with service.client() as client:
        with pytest.raises(PortTaken) as caught:
            await client.tunnels.create(SPEC)
    assert caught.value.field == "remote_port"


async def test_an_update_is_one_call_with_the_token_in_the_header_only() -> None:
    service = ScriptedService().on("POST /update_tunnel", sample("update_tunnel_ok"))
    async with service.client() as client:
        tunnel = await client.tunnels.update(TunnelId(76427), SPEC, check=False)
    (request,) = service.requests
    assert tunnel.id == 76427
    assert TOKEN.reveal().encode() not in request.content
    assert msgspec.json.decode(request.content)["tunnelid"] == 76427


async def test_a_tunnel_is_deleted_by_get() -> None:
    service = ScriptedService().on("GET /delete_tunnel", gives(None))
    async with service.client() as client:
        await client.tunnels.delete(TunnelId(7))
    assert [str(each.url.query, "ascii") for each in service.requests] == ["tunnelid=7"]


async def test_a_session_that_holds_a_tunnel_is_ended_by_its_name() -> None:
    service = ScriptedService().on("POST /offline_tunnel", gives(None))
    async with service.client() as client:
        await client.tunnels.offline("web")
    (request,) = service.requests
    assert b"tunnel_name=web" in request.content


async def test_an_old_server_is_asked_to_delete_in_its_own_way() -> None:
    service = ScriptedService().on("GET /delete_tunnel", httpx2.Response(405))
    service.on("POST /delete_tunnel", SPRING_404)
    service.on("POST /deletetunnel", gives(None))
    async with service.client() as client:
        await client.tunnels.delete(TunnelId(7))
    assert service.asked == DELETE_WAYS


@pytest.mark.parametrize("said", ["此隧道不属于你", "隧道不存在"])
async def test_deleting_what_is_gone_says_so_at_once(said: str) -> None:
    service = ScriptedService().on("GET /delete_tunnel", says(400, said))
    async with service.client() as client:
        with pytest.raises(NotFound):
            await client.tunnels.delete(TunnelId(7))
    assert service.asked == DELETE_WAYS[:1]


async def test_a_delete_whose_answer_is_lost_is_not_repeated() -> None:
    service = ScriptedService().on("GET /delete_tunnel", httpx2.Response(502))
    async with service.client() as client:
        with pytest.raises(ServiceUnreachable):
            await client.tunnels.delete(TunnelId(7))
    assert service.asked == DELETE_WAYS[:1]


async def test_the_config_of_several_tunnels_is_one_secret() -> None:
    service = ScriptedService().on("GET /tunnel_config", sample("tunnel_config_ok"))
    async with service.client() as client:
        text = await client.tunnels.config("月球CN2", ["a", "b"])
        await client.tunnels.config("月球CN2")
    assert text.reveal() == sample_data("tunnel_config_ok")
    asked = [dict(each.url.params) for each in service.requests]
    assert asked == [
        {"node": "月球CN2", "tunnel_names": "a,b"},
        {"node": "月球CN2", "tunnel_names": ""},
    ]


async def test_a_node_without_tunnels_has_no_config() -> None:
    service = ScriptedService().on("GET /tunnel_config", says(404, "没有隧道"))
    async with service.client() as client:
        with pytest.raises(NotFound):
            await client.tunnels.config("m")


LISTED = {
    "id": 7,
    "name": "web",
    "node": "home",
    "type": "tcp",
    "localip": "10.0.0.2",
    "nport": 80,
    "dorp": "20001",
    "encryption": "true",
    "compression": "false",
    "ap": "proxy_protocol_version = v2",
}


async def test_an_update_of_one_field_sends_all_the_others_as_they_were() -> None:
    service = ScriptedService().on("GET /tunnel", gives([LISTED]))
    service.on("POST /update_tunnel", gives(None))
    async with service.client() as client:
        done = await client.tunnels.update(TunnelId(7), local_port=8080)

    assert done.difference == {"local_port": (80, 8080)}
    assert msgspec.json.decode(service.requests[-1].content) == {
        "tunnelid": 7,
        "tunnelname": "web",
        "node": "home",
        "localip": "10.0.0.2",
        "porttype": "tcp",
        "localport": 8080,
        "remoteport": 20001,
        "encryption": True,
        "compression": False,
        "extraparams": "proxy_protocol_version = v2",
    }


async def test_an_update_that_changes_nothing_is_not_sent() -> None:
    service = ScriptedService().on("GET /tunnel", gives([LISTED]))
    async with service.client() as client:
        done = await client.tunnels.update(TunnelId(7), local_port=80)
        with pytest.raises(NotFound):
            await client.tunnels.update(TunnelId(8), local_port=80)

    assert (done.difference, done.tunnel.id) == ({}, 7)
    assert service.asked == ["GET /tunnel"] * 2


async def test_a_delete_may_be_repeated() -> None:
    service = ScriptedService().on("GET /delete_tunnel", says(400, "此隧道不属于你"))
    service.on("GET /tunnel", gives(None))
    async with service.client() as client:
        await client.tunnels.delete(TunnelId(7), missing_ok=True)
        service.on("GET /delete_tunnel", httpx2.Response(502, html="<html>"))
        await client.tunnels.delete(TunnelId(7), missing_ok=True)
        service.on("GET /tunnel", gives([LISTED]))
        with pytest.raises(ServiceUnreachable):
            await client.tunnels.delete(TunnelId(7), missing_ok=True)
