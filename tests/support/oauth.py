"""A program that is let in by OAuth 2, and a browser for the approval page."""

import html
import re
from dataclasses import dataclass
from typing import Any

import httpx2

from chmlfrp.selfhost.store.grants import Client, digest
from support.selfhost import PASSWORD, InMemory

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "profile email offline_access chmlfrp_api"
PAGE = "/oauth-device-verify"


async def add_client(
    service: InMemory, client_id: str = "desk", *, secret: str = ""
) -> None:
    """Register a program called 桌面."""
    async with service.context.database.write() as session:
        session.add(
            Client(
                client_id=client_id,
                name="桌面 <b>",
                secret_hash=digest(secret) if secret else "",
                made_ms=0,
            )
        )


@dataclass
class Program:
    """A client program."""

    service: InMemory
    client_id: str = "desk"

    async def post(self, path: str, **form: str) -> httpx2.Response:
        values = {"client_id": self.client_id, **form}
        return await self.service.http.post(path, data=values)

    async def start(self, scope: str = SCOPE) -> dict[str, Any]:
        reply = await self.post("/oauth2/device_authorization", scope=scope)
        assert reply.status_code == 200, reply.text
        codes: dict[str, Any] = reply.json()
        return codes

    async def poll(self, device_code: str) -> tuple[int, dict[str, Any]]:
        reply = await self.post(
            "/oauth2/token", grant_type=DEVICE_CODE, device_code=device_code
        )
        return reply.status_code, reply.json()

    async def refresh(self, token: str) -> tuple[int, dict[str, Any]]:
        reply = await self.post(
            "/oauth2/token", grant_type="refresh_token", refresh_token=token
        )
        return reply.status_code, reply.json()


@dataclass
class Browser:
    """A browser without JavaScript: fills in the one form of a page and sends it."""

    service: InMemory
    language: str = "en"

    async def open(self, **params: str) -> str:
        headers = {"accept-language": self.language}
        reply = await self.service.http.get(PAGE, params=params, headers=headers)
        assert reply.status_code == 200
        return reply.text

    async def send(self, page: str, **typed: str) -> httpx2.Response:
        headers = {"accept-language": self.language}
        values = {**hidden(page), **typed}
        return await self.service.http.post(PAGE, data=values, headers=headers)

    async def sign_in(self, user_code: str, name: str = "ada") -> str:
        page = await self.open(user_code=user_code)
        reply = await self.send(page, step="login", username=name, password=PASSWORD)
        return reply.text

    async def let_in(self, user_code: str, name: str = "ada") -> str:
        page = await self.sign_in(user_code, name)
        return (await self.send(page, step="approve")).text


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the page's form."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}
