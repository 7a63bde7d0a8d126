"""What a database refuses is refused before: in the service's words, never as a fault.

SQLite takes a NUL in a text and any length; PostgreSQL does neither, and its integers
end at 32 bits. The service says the same on both.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from chmlfrp.selfhost.settings import parse
from chmlfrp.selfhost.store.models import Node, User
from chmlfrp.selfhost.store.nodemodels import FreeDomain
from support.oauth import DEVICE_CODE, add_client
from support.people import Postman
from support.selfhost import PASSWORD, InMemory, in_memory

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = parse("""
[guard]
account_tries = 1000000
address_tries = 1000000
mails_per_hour = 1000000
[mail]
cooldown_seconds = 0
[pictures]
check = false
""")
TUNNEL = {
    "tunnelname": "new",
    "node": "home",
    "localip": "127.0.0.1",
    "porttype": "tcp",
    "localport": 51,
    "remoteport": 26981,
    "encryption": "false",
    "compression": "false",
    "extraparams": "",
}
NAME = {"domain": "d.example", "record": "chaoji"}
TARGET = {"target": "sq.frp.one", "ttl": "10分钟"}
PAGES = {"page": 1, "size": 10}
API: dict[str, dict[str, Any]] = {
    "/login": {"username": "ada", "password": PASSWORD},
    "/login_by_email_code": {"mail": "ada@example.com", "code": "123456"},
    "/sendmailcode": {"type": "register", "mail": "new@example.com"},
    "/register": {
        "username": "new",
        "password": PASSWORD,
        "mail": "new@example.com",
        "qq": "100001",
        "code": "123456",
    },
    "/email_reset_password": {
        "email": "ada@example.com",
        "new_password": PASSWORD,
        "code": "123456",
    },
    "/userinfo": {},
    "/retoken": {"code": "123456"},
    "/reset_password": {"original_password": "wrong-1", "new_password": PASSWORD},
    "/update_username": {"new_username": "ada"},
    "/update_qq": {"new_qq": "100002"},
    "/update_userimg": {"new_userimg": "https://www.example.com/face.png"},
    "/giftcard/redeem": {"giftcode": "CARD"},
    "/log/query": {
        **PAGES,
        "action": "login",
        "category": "account",
        "start_time": "2026-01-01",
        "end_time": "2026-01-02",
    },
    "/message/list": {**PAGES, "priority": 1},
    "/message/search": {**PAGES, "keyword": "x"},
    "/message/detail": {"id": 1},
    "/create_tunnel": TUNNEL,
    "/update_tunnel": {"tunnelid": 1, **TUNNEL},
    "/delete_tunnel": {"tunnelid": 99},
    "/tunnel_config": {"node": "home", "tunnel_names": "web"},
    "/offline_tunnel": {"tunnel_name": "none"},
    "/refresh_tunnel": {"tunnel_name": "web"},
    "/tunnel/last7days": {"tunnel_id": 1},
    "/nodeinfo": {"node": "home"},
    "/node_uptime": {"time": 1, "node": "home"},
    "/node_status_info": {"nodename": "home"},
    "/create_free_subdomain": {**NAME, **TARGET, "type": "CNAME", "remarks": ""},
    "/update_free_subdomain": {**NAME, **TARGET},
    "/delete_free_subdomain": NAME,
}
"""What each route reads, beside the token."""
PUBLIC = {
    *("/login", "/login_by_email_code", "/sendmailcode", "/register"),
    *("/email_reset_password", "/node_uptime", "/node_status_info"),
}
NODE = {"user": "x", "apitoken": "x|1"}
CFG: list[dict[str, Any]] = [
    {"action": "getcfg", "token": "x", "id": "1"},
    {"action": "checktoken", **NODE},
    {"action": "getlimit", **NODE},
    {"action": "checkproxy", **NODE, "proxy_name": "x.web", "remote_port": "1"},
]
OAUTH: dict[str, dict[str, str]] = {
    "/oauth2/device_authorization": {"client_id": "desk", "scope": "chmlfrp_api"},
    "/oauth2/token": {
        "client_id": "desk",
        "grant_type": DEVICE_CODE,
        "device_code": "x",
        "refresh_token": "x",
    },
    "/oauth2/revoke": {"client_id": "desk", "token": "x"},
    "/sso/refresh": {"refresh_token": "x"},
    "/oauth-device-verify": {"user_code": "ABCD-EFGH", "csrf": "x", "step": "login"},
}

NUL = "a\0b"
NUMBERS = [2**31, 2**63, 2**64, -1, "9" * 10]
TEXTS = ["字" * 300, "x" * 5000]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(
    store_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[InMemory]:
    folder = tmp_path_factory.mktemp("bad") / "data"
    async with in_memory(
        folder, database_url=store_url, settings=SETTINGS, mailer=Postman()
    ) as made:
        await add_client(made)
        made.http.base_url = "http://127.0.0.1"  # type: ignore[assignment]  # takes text
        yield made


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ada(service: InMemory) -> User:
    user = await service.user("ada")
    await service.tunnel(user, await service.node())
    async with service.context.database.write() as session:
        (await session.get_one(User, user.id)).email = "ada@example.com"
        session.add(FreeDomain(domain="d.example"))
    return user


def spoilt(good: dict[str, Any]) -> list[tuple[str, object, dict[str, Any]]]:
    """Return the parameters with one of them bad, for each and each bad value."""
    return [
        (name, value, {**good, name: value})
        for name, right in good.items()
        for value in [NUL, *(NUMBERS if str(right).isdigit() else TEXTS)]
    ]


@pytest.mark.parametrize("path", API)
async def test_a_bad_value_is_refused_in_the_envelope_or_is_none(
    service: InMemory, ada: User, path: str
) -> None:
    mine = {} if path in PUBLIC else {"token": ada.token}
    for name, value, params in spoilt({**mine, **API[path]}):
        reply = await service.http.post(path, json=params)
        case = (path, name, str(value)[:12], reply.text)
        assert reply.status_code == 200, case
        said = reply.json()
        if value == NUL or name == "token":
            assert said["code"] in (400, 401), case
            assert said["msg"], case
            assert "data" not in said, case
    async with service.context.database.read() as session:
        assert (await session.get_one(User, ada.id)).token == ada.token


@pytest.mark.parametrize("good", CFG, ids=[one["action"] for one in CFG])
async def test_official_programs_are_told_no_in_their_envelope(
    service: InMemory, ada: User, good: dict[str, Any]
) -> None:
    async with service.context.database.read() as session:
        node = await session.get_one(Node, 1)
    own = {"user": ada.token, "token": ada.token, "proxy_name": f"{ada.token}.web"}
    own["apitoken"] = f"{node.api_key}|1"
    good |= {name: own[name] for name in good.keys() & own.keys()}
    for name, value, params in spoilt(good):
        if name in ("apitoken", "id"):
            params[name] = f"{node.api_key}|{value}" if name == "apitoken" else value
        reply = await service.http.get("/cfg", params=params)
        case = (name, str(value)[:12], reply.text)
        assert reply.status_code == 200, case
        assert reply.json()["success"] is False, case


@pytest.mark.parametrize("path", OAUTH)
async def test_programs_are_refused_as_oauth_refuses(
    service: InMemory, path: str
) -> None:
    for name, value, form in spoilt(OAUTH[path]):
        reply = await service.http.post(path, data=form)
        assert reply.status_code < 500, (path, name, str(value)[:12], reply.text)


async def test_a_program_of_any_name_may_sign_in(service: InMemory, ada: User) -> None:
    for agent in ("x" * 5000, "中文".encode(), b"\xff\xfe"):
        reply = await service.http.post(
            "/login",
            json={"username": "ada@example.com", "password": PASSWORD},
            headers={"user-agent": agent},
        )
        assert reply.json()["code"] == 200


async def test_half_of_a_character_is_no_json(service: InMemory, ada: User) -> None:
    for path in API:
        reply = await service.http.post(path, content=rb'{"token": "\ud800"}')
        assert (reply.status_code, reply.json()["code"]) == (200, 400)


async def test_a_query_may_hold_what_is_no_text(service: InMemory, ada: User) -> None:
    for path, params in API.items():
        for name in params:
            reply = await service.http.get(f"{path}?{name}=%00%ff%ed%a0%80")
            assert reply.status_code in (200, 405)
            assert reply.json().get("code") != 200
