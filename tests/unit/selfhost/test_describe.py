"""The published description has every route, what it reads and what it answers."""

import inspect
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler

from chmlfrp.selfhost import app
from chmlfrp.selfhost.routes import account, node, tunnel
from chmlfrp.selfhost.takes import FORM_ONLY, TAKES, takes
from support.selfhost import InMemory

HANDLERS: list[HTTPRouteHandler] = [
    one
    for one in (
        *(account.login, account.userinfo, node.nodeinfo),
        *(tunnel.list_tunnels, tunnel.create_tunnel, tunnel.update_tunnel),
        *(tunnel.delete_tunnel, tunnel.tunnel_config),
        *app.PEOPLE,
        *app.NODES,
    )
    if one.include_in_schema is not False
]


@pytest.fixture
async def document(service: InMemory) -> dict[str, Any]:
    reply = await service.http.get("/openapi/openapi.json")
    assert reply.headers["content-type"].startswith("application/vnd.oai.openapi+json")
    again = await service.http.get("/openapi")
    assert again.json() == reply.json()
    described: dict[str, Any] = reply.json()
    return described


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda one: min(one.paths))
def test_a_route_that_reads_parameters_says_which(handler: HTTPRouteHandler) -> None:
    reads = "params" in inspect.signature(handler.fn).parameters
    assert (TAKES in handler.opt) is (reads or FORM_ONLY in handler.opt)


async def test_parameters_are_in_the_query_or_in_the_body(
    document: dict[str, Any],
) -> None:
    asked = document["paths"]["/delete_tunnel"]
    query = {one["name"]: one for one in asked["get"]["parameters"]}
    assert {k: v["required"] for k, v in query.items()} == {
        "token": False,
        "tunnelid": True,
    }
    assert asked["get"]["security"] == [{"header": []}, {"parameter": []}]
    body = asked["post"]["requestBody"]["content"]
    assert set(body) == {"application/json", "application/x-www-form-urlencoded"}
    schema = body["application/json"]["schema"]
    assert schema["required"] == ["tunnelid"]
    assert schema["properties"]["tunnelid"]["type"] == "integer"


async def test_every_operation_may_answer_429_and_none_anything_by_default(
    document: dict[str, Any],
) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert {"200", "429"} <= set(answers), (path, method)
            assert "Retry-After" in answers["429"]["headers"]
            for answer in answers.values():
                assert all(one["schema"] for one in answer["content"].values())


async def test_neither_pages_nor_the_nodes_door_are_described(
    document: dict[str, Any],
) -> None:
    hidden = ("/agent", "/oauth-device-verify", "/openapi")
    assert not [path for path in document["paths"] if path.startswith(hidden)]


def test_a_shape_of_its_own_counts_for_that_route_only() -> None:
    own = {"type": "integer"}
    assert takes("code?", code=own)[TAKES] == {"code?": own}
    assert takes("code?")[TAKES]["code?"]["type"] == "string"
