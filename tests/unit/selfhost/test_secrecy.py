"""What is secret stays out of the log, whatever happens to it."""

import logging
from pathlib import Path

import pytest

from chmlfrp.selfhost.logs import CHATTY
from chmlfrp.selfhost.settings import parse
from support.oauth import Browser, Program, add_client
from support.people import Postman
from support.selfhost import PASSWORD, InMemory, in_memory

MAIL = "ada@example.com"


async def journey(service: InMemory, post: Postman) -> set[str]:
    """Do what people do with accounts and return every secret of it."""
    await service.call("/sendmailcode", type="register", mail=MAIL)
    secrets = {PASSWORD, "another-1", "wrong-pass-1", register := post.code()}
    new = {"username": "ada", "password": PASSWORD, "mail": MAIL, "code": register}
    await service.http.get("/register", params=new)
    await service.refused("/login", username="ada", password="wrong-pass-1")
    await service.call("/sendmailcode", type="login", mail=MAIL)
    secrets.add(login := post.code())
    data = (await service.call("/login_by_email_code", mail=MAIL, code=login))["data"]
    secrets.add(token := data["usertoken"])
    await add_client(service)
    program = Program(service)
    codes = await program.start()
    secrets |= {codes["device_code"], codes["user_code"]}
    await Browser(service).let_in(codes["user_code"])
    _, tokens = await program.poll(codes["device_code"])
    _, more = await program.refresh(tokens["refresh_token"])
    await program.refresh(tokens["refresh_token"])
    for found in (tokens, more):
        secrets |= {found["access_token"], found["refresh_token"]}
    await service.http.get("/retoken", params={"token": token})
    again = await service.call("/login", username="ada", password=PASSWORD)
    secrets.add(again["data"]["usertoken"])
    return secrets


async def test_no_code_password_or_token_reaches_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in CHATTY:  # as `serve` sets them
        caplog.set_level(logging.WARNING, logger=name)
    post = Postman()
    settings = parse('public_url = "http://127.0.0.1:7800"')
    async with in_memory(tmp_path / "data", mailer=post, settings=settings) as service:
        secrets = await journey(service, post)
    assert len(secrets) >= 12
    told = "\n".join(record.getMessage() for record in caplog.records)
    assert [secret for secret in secrets if secret in told] == []


async def test_no_secret_is_kept_as_it_is_but_the_user_token(tmp_path: Path) -> None:
    post, folder = Postman(), tmp_path / "data"
    settings = parse('public_url = "http://127.0.0.1:7800"')
    async with in_memory(folder, mailer=post, settings=settings) as service:
        secrets = await journey(service, post)
    kept = b"".join(file.read_bytes() for file in folder.glob("service.db*"))
    long = {secret for secret in secrets if len(secret) > 9}
    shown = {secret for secret in long if secret.encode() in kept}
    assert {len(secret) for secret in shown} <= {32}, "only user tokens"
