"""Who may come in, and what a backend's answer becomes on the wire."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import msgspec
import pytest
from starlette.routing import Route as HttpRoute

from chmlfrp.control.address import Address
from chmlfrp.control.protocol import PROTOCOL, PROTOCOL_HEADER, Problem
from chmlfrp.control.routes import ROUTES
from chmlfrp.control.server import application
from chmlfrp.errors import RateLimited
from chmlfrp.model.secret import Secret
from support.scripted_daemon import ScriptedDaemon

LOOPBACK = Address(port=7400, token=Secret("s3cret"))
TOKEN = {"authorization": "Bearer s3cret"}


@asynccontextmanager
async def caller(
    daemon: ScriptedDaemon, address: Address = LOOPBACK, **headers: str
) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=application(daemon, address))
    url = f"http://{address.host}"
    given = {**(TOKEN if address is LOOPBACK else {}), **headers}
    async with httpx2.AsyncClient(
        transport=transport, base_url=url, headers=given
    ) as client:
        yield client


async def test_the_private_token_opens_the_door():
    async with caller(ScriptedDaemon()) as client:
        answer = await client.get("/v1/hello")
    assert answer.status_code == 200
    assert answer.json()["protocol"] == PROTOCOL
    assert answer.headers[PROTOCOL_HEADER] == str(PROTOCOL)


async def test_localhost_is_the_daemon_s_name_as_well():
    async with caller(ScriptedDaemon(), host="localhost:7400") as client:
        assert (await client.get("/v1/hello")).status_code == 200


async def test_a_unix_socket_needs_no_token():
    async with caller(ScriptedDaemon(), Address(path="/x")) as client:
        assert (await client.get("/v1/hello")).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://127.0.0.1:7400"}, 403),
        ({"referer": "http://evil.example/"}, 403),
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1:7401"}, 403),
        ({"host": "127.0.0.1"}, 403),
        ({"authorization": ""}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": "s3cret"}, 401),
        ({"authorization": "Bearer s3cret "}, 401),
        ({PROTOCOL_HEADER: str(PROTOCOL + 1)}, 409),
    ],
)
async def test_strangers_are_refused_before_the_backend_hears_of_it(headers, status):
    daemon = ScriptedDaemon()
    async with caller(daemon, **headers) as client:
        for method, path in (
            ("POST", "/v1/end"),
            ("GET", "/v1/watch"),
            ("GET", "/v1/openapi.json"),
        ):
            answer = await client.request(method, path)
            assert answer.status_code == status
            problem = msgspec.json.decode(answer.content, type=Problem)
            assert problem.code in ("control.rejected", "control.version")
            assert "s3cret" not in answer.text
    assert daemon.asked == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", ""),
        (b"[]", ""),
        (b"\xff", ""),
        (b'{"node": "n", "type": "tcp", "local_port": "x"}', "local_port"),
        (b'{"node": "n", "type": "sctp", "local_port": 1}', "type"),
        (b'{"type": "tcp", "local_port": 1}', "node"),
        (b'{"name": "%s"}' % (b"x" * (1 << 20)), ""),
    ],
)
async def test_a_command_of_the_wrong_shape_names_the_field(body, field):
    async with caller(ScriptedDaemon()) as client:
        answer = await client.post("/v1/tunnels", content=body)
    problem = msgspec.json.decode(answer.content, type=Problem)
    assert answer.status_code == 422
    assert (problem.code, problem.field) == ("input.invalid", field)


async def test_a_password_of_the_wrong_shape_is_not_repeated():
    async with caller(ScriptedDaemon()) as client:
        body = b'{"type": "password", "name": 5, "password": "c4nary"}'
        answer = await client.post("/v1/session", content=body)
    assert answer.status_code == 422
    assert "c4nary" not in answer.text


async def test_what_the_service_said_reaches_the_caller_whole():
    daemon = ScriptedDaemon()
    error = RateLimited(
        "slower", service_code=429, service_message="请求过多", hint="wait"
    )
    error.retry_after_s = 12.5
    daemon.fails["refresh"] = error
    async with caller(daemon) as client:
        answer = await client.post("/v1/session/refresh")
    assert answer.status_code == 429
    assert msgspec.json.decode(answer.content, type=Problem) == Problem(
        code="service.rate_limited",
        message="slower",
        hint="wait",
        service_code=429,
        service_message="请求过多",
        retry_after_s=12.5,
    )


async def test_a_fault_of_the_daemon_is_logged_and_not_told(expected_logs):
    class Broken(ScriptedDaemon):
        async def sign_out(self) -> None:
            raise ZeroDivisionError("inner detail")

    expected_logs("DELETE /v1/session failed")
    async with caller(Broken()) as client:
        answer = await client.delete("/v1/session")
    assert answer.status_code == 500
    assert "inner detail" not in answer.text
    assert answer.json()["code"] == "error"


@pytest.mark.parametrize("query", ["tail=x", "tail=-1", "follow=²"])
async def test_a_number_of_the_query_must_be_one(query):
    async with caller(ScriptedDaemon()) as client:
        answer = await client.get(f"/v1/logs?{query}")
    assert answer.status_code == 422


async def test_a_path_that_nobody_serves_is_not_found():
    async with caller(ScriptedDaemon()) as client:
        assert (await client.get("/v1/nothing")).status_code == 404
        assert (await client.post("/v1/hello")).status_code == 405


def test_every_route_is_served_once():
    app = application(ScriptedDaemon(), LOOPBACK)
    inner = app._inner  # type: ignore[attr-defined]
    served = {
        (method, route.path)
        for route in inner.routes
        if isinstance(route, HttpRoute)
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert {(r.method, r.path) for r in ROUTES} <= served
    assert len(ROUTES) == len({(r.method, r.path) for r in ROUTES})
