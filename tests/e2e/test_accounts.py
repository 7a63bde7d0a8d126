"""People come to a service of their own by mail, and a program is let in."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from support.oauth import DEVICE_CODE, PAGE, SCOPE, hidden
from support.service import PASSWORD, CommandFailed, RunningService, running_service

pytestmark = pytest.mark.e2e
MAIL = "ada@example.com"


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[RunningService]:
    (tmp_path / "service").mkdir(mode=0o700)
    (tmp_path / "service" / "service.toml").write_text(
        'name = "Home"\n[mail]\nurl = "smtps://a:canary-smtp@mail.invalid"\n', "utf-8"
    )
    options = ("--no-node", "--outbox")
    async with running_service(tmp_path / "service", *options) as running:
        yield running


async def mailed(service: RunningService, purpose: str) -> str:
    reply = await service.call("/sendmailcode", type=purpose, mail=MAIL)
    assert reply["msg"] == "发送成功"
    found = re.search(r"\b\d{6}\b", await service.command("mail", "show"))
    assert found
    return found[0]


async def test_an_account_by_mail_and_a_program_by_oauth(
    service: RunningService,
) -> None:
    code = await mailed(service, "register")
    new = {"username": "ada", "password": PASSWORD, "mail": MAIL, "code": code}
    assert (await service.call("/register", **new))["msg"] == "注册成功"
    token = await service.token("ada")
    (card,) = json.loads(
        await service.command("giftcard", "make", "ten", "--points", "10", "--json")
    )
    reply = await service.call("/giftcard/redeem", token=token, giftcode=card)
    assert reply["data"]["newIntegral"] == 10
    client_id = (await service.command("client", "add", "Desk")).strip()
    async with httpx2.AsyncClient(base_url=service.api_url, trust_env=False) as http:
        reply = await http.post(
            "/oauth2/device_authorization",
            data={"client_id": client_id, "scope": SCOPE},
        )
        codes = reply.json()
        assert codes["verification_uri"] == service.api_url + PAGE
        page = await http.get(codes["verification_uri_complete"])
        login = {"step": "login", "username": "ada", "password": PASSWORD}
        page = await http.post(PAGE, data={**hidden(page.text), **login})
        await http.post(PAGE, data={**hidden(page.text), "step": "approve"})
        form = {"client_id": client_id, "grant_type": DEVICE_CODE}
        reply = await http.post(
            "/oauth2/token", data={**form, "device_code": codes["device_code"]}
        )
        tokens = reply.json()
        bearer = {"authorization": f"Bearer {tokens['access_token']}"}
        reply = await http.get("/userinfo", headers=bearer)
        assert reply.json()["data"]["integral"] == 10
        await service.command("user", "ban", "ada")
        reply = await http.get("/userinfo", headers=bearer)
        assert reply.json()["code"] in (401, 403)
    secrets = (PASSWORD, code, token, card, "canary-smtp", *tokens.values())
    told = [one for one in secrets if len(str(one)) > 5 and str(one) in service.log]
    assert told == []


async def test_settings_that_cannot_be_are_told_with_their_field(
    tmp_path: Path,
) -> None:
    (tmp_path / "service").mkdir(mode=0o700)
    text = "[guard]\naccount_tries = 0\n"
    (tmp_path / "service" / "service.toml").write_text(text, "utf-8")
    service = RunningService(tmp_path / "service", "--no-node")
    with pytest.raises(CommandFailed, match=r"guard\.account_tries"):
        await service.start()
