from pathlib import Path

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.hidden import Hidden
from chmlfrp.selfhost.store import account
from chmlfrp.selfhost.store.address import Address
from chmlfrp.selfhost.store.database import Database
from support.guards import LogWatch
from support.selfhost import InMemory

ROUTES = [
    *("/login", "/userinfo", "/tunnel", "/create_tunnel", "/update_tunnel"),
    *("/deletetunnel", "/delete_tunnel", "/tunnel_config", "/node", "/nodeinfo"),
    "/node_stats",
]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_every_route_takes_get_and_post(
    service: InMemory, route: str, method: str
) -> None:
    reply = await service.http.request(method, route)
    assert reply.status_code == 200
    assert set(reply.json()) >= {"msg", "code", "state"}


@pytest.mark.parametrize("body", [b"{", b"[1]", b'{"token": "x"', b"\xff\xfe"])
async def test_a_damaged_body_is_refused_in_the_envelope(
    service: InMemory, body: bytes
) -> None:
    reply = await service.http.post(
        "/tunnel", content=body, headers={"content-type": "application/json"}
    )
    assert reply.status_code == 200
    assert (reply.json()["code"], reply.json()["state"]) == (400, "fail")


async def test_a_damaged_multipart_body_is_refused_in_the_envelope(
    service: InMemory,
) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        reply = await service.http.post(
            "/tunnel", content=b"--y\r\n", headers={"content-type": kind}
        )
        assert (reply.status_code, reply.json()["code"]) in {(200, 400), (200, 401)}


async def test_a_body_that_is_too_large_is_not_read(service: InMemory) -> None:
    reply = await service.http.post("/tunnel", content=b"x" * 300_000)
    assert reply.status_code == 413


async def test_another_method_is_answered_as_spring_does(service: InMemory) -> None:
    reply = await service.http.delete("/tunnel")
    assert (reply.status_code, reply.json()["error"]) == (405, "Method Not Allowed")


async def test_a_bug_is_500_and_logged_without_the_query(
    service: InMemory, expected_logs: LogWatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Context) -> str:
        raise ZeroDivisionError

    expected_logs("ERROR chmlfrp.selfhost.app: GET /tunnel failed")
    user = await service.user()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Context, "today", broken)
        await service.tunnel(user, await service.node())
        reply = await service.http.get("/tunnel", params={"token": user.token})
    assert (reply.status_code, reply.json()["path"]) == (500, "/tunnel")
    said = [r for r in caplog.records if r.name.startswith("chmlfrp")]
    assert said
    assert not any(user.token in str(r.exc_text) + r.getMessage() for r in said)


@pytest.mark.parametrize(
    ("path", "status"), [("/node", 200), ("/cfg", 503), ("/oauth2/token", 503)]
)
async def test_a_store_that_is_away_is_told_as_the_callers_understand_it(
    service: InMemory, tmp_path: Path, expected_logs: LogWatch, path: str, status: int
) -> None:
    expected_logs(f"ERROR chmlfrp.selfhost.app: POST {path}: no answer from the store")
    url = Hidden("postgresql://nobody:canary-1@127.0.0.1:1/none")
    service.context.database = Database(Address(tmp_path, url))
    form = {"action": "getcfg", "id": "1", "token": "t", "client_id": "desk"}
    form |= {"grant_type": "refresh_token", "refresh_token": "r"}
    reply = await service.http.post(path, data=form)
    assert reply.status_code == status
    if status == 200:
        assert (reply.json()["code"], reply.json()["msg"]) == (404, "无法连接至服务器")


async def test_the_api_describes_itself(service: InMemory) -> None:
    described = (await service.http.get("/openapi/openapi.json")).json()
    assert set(ROUTES) <= set(described["paths"])
    assert not any(path.startswith("/plugin") for path in described["paths"])


TEXT = st.text(max_size=12)
VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)
PARAMS = st.dictionaries(
    st.sampled_from(
        [
            *("username", "password", "token", "tunnelid", "tunnelname", "node"),
            *("localip", "porttype", "localport", "remoteport", "banddomain"),
            *("encryption", "compression", "extraparams", "tunnel_names"),
        ]
    ),
    st.one_of(VALUE, st.lists(VALUE, max_size=2), st.dictionaries(TEXT, VALUE)),
)


@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_parameters_make_it_fail(
    service: InMemory, data: st.DataObject
) -> None:
    context = service.context
    async with context.database.read() as session:
        users = await account.everyone(session)
    user = users[0] if users else await service.user()
    params = {"token": user.token, **data.draw(PARAMS)}
    route = data.draw(st.sampled_from(ROUTES))
    for reply in (
        await service.http.post(route, json=params),
        await service.http.post(route, data={k: str(v) for k, v in params.items()}),
        await service.http.get(route, params={k: str(v) for k, v in params.items()}),
    ):
        assert reply.status_code == 200, reply.text
        assert isinstance(reply, httpx2.Response)
