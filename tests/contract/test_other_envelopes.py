"""What frpc, frps, programs and web panels are answered beside API v2's envelope."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from chmlfrp.selfhost.store.models import Node, User
from support.oauth import DEVICE_CODE, SCOPE, Browser, Program, add_client
from support.selfhost import InMemory, in_memory
from support.shape import differences

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAMPLES = Path(__file__).parent.parent / "samples" / "envelopes"


@dataclass
class Home:
    """A service with an account, a tunnel and a program."""

    service: InMemory
    user: User
    node: Node

    async def cfg(self, **params: str) -> httpx2.Response:
        known = {"user": self.user.token, "apitoken": f"{self.node.api_key}|1"}
        return await self.service.http.get("/cfg", params={**known, **params})

    async def start(self) -> httpx2.Response:
        program = Program(self.service)
        return await program.post("/oauth2/device_authorization", scope=SCOPE)

    async def poll(self, device_code: str = "") -> httpx2.Response:
        code = device_code or (await self.start()).json()["device_code"]
        program = Program(self.service)
        return await program.post(
            "/oauth2/token", grant_type=DEVICE_CODE, device_code=code
        )

    async def tokens(self) -> httpx2.Response:
        codes = (await self.start()).json()
        await Browser(self.service).let_in(codes["user_code"])
        return await self.poll(codes["device_code"])

    async def refreshed(self) -> httpx2.Response:
        given = (await self.tokens()).json()["refresh_token"]
        form = {"refresh_token": given}
        return await self.service.http.post("/sso/refresh", json=form)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def home(
    store_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Home]:
    folder = tmp_path_factory.mktemp("envelopes") / "data"
    async with in_memory(folder, database_url=store_url) as service:
        service.http.base_url = "http://127.0.0.1"  # type: ignore[assignment]  # takes text
        await add_client(service)
        user, node = await service.user("ada"), await service.node()
        await service.tunnel(user, node)
        yield Home(service, user, node)


WAYS: dict[str, Callable[[Home], Awaitable[httpx2.Response]]] = {
    "cfg_getcfg": lambda h: h.cfg(action="getcfg", token=h.user.token, id="1"),
    "cfg_refused": lambda h: h.cfg(action="getcfg", token="x", id="1"),
    "cfg_checktoken": lambda h: h.cfg(action="checktoken"),
    "cfg_getlimit": lambda h: h.cfg(action="getlimit"),
    "cfg_checkproxy_refused": lambda h: h.cfg(
        action="checkproxy", proxy_name=f"{h.user.token}.none"
    ),
    "device_authorization": lambda h: h.start(),
    "token": lambda h: h.tokens(),
    "token_pending": lambda h: h.poll(),
    "token_invalid": lambda h: h.poll("unknown"),
    "sso_refresh": lambda h: h.refreshed(),
}
OPTIONAL = {"error_description: missing", "error_description: added"}
"""RFC 6749 leaves it to the server."""


@pytest.mark.parametrize("name", sorted(WAYS))
async def test_an_answer_has_the_keys_and_types_of_the_sample(
    name: str, home: Home
) -> None:
    sample: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    reply = await WAYS[name](home)
    assert reply.url.path == sample["endpoint"]
    assert reply.status_code == sample["status"], reply.text
    assert differences(reply.json(), sample["reply"]) <= OPTIONAL
    for key in ("error", "status", "success"):
        assert reply.json().get(key) == sample["reply"].get(key)


async def test_every_sample_has_a_way_to_it() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(WAYS)
