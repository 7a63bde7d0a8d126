"""The account by the command line: read, changed, and come to by mail."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.service import PASSWORD, RunningService, running_service
from support.world import Machine, machine_at

NEW = "another-22"
MAIL = "ada@example.com"


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[RunningService]:
    (tmp_path / "service").mkdir(mode=0o700)
    (tmp_path / "service" / "service.toml").write_text(
        'name = "Home"\n[mail]\nurl = "smtps://a:canary-smtp@mail.invalid"\n', "utf-8"
    )
    options = ("--outbox",)
    async with running_service(tmp_path / "service", *options, users=["anna"]) as one:
        yield one


@pytest.fixture
async def machine(home: Path, service: RunningService) -> AsyncIterator[Machine]:
    async with machine_at(home, service) as machine:
        yield machine


async def test_an_account_is_read_changed_and_given_another_token(
    machine: Machine, service: RunningService
) -> None:
    await machine.start()
    await machine.good("login", "anna", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (await machine.good("account", "attendance", "--json")).json["page"] == ""
    assert len((await machine.good("account", "traffic", "--json")).json) == 7
    assert "messages" in (await machine.good("account", "messages", "--json")).json
    changed = await machine.good("account", "edit", "--name", "anne", "--json")
    assert changed.json["name"] == "anne"
    passwords = f"{PASSWORD}\n{NEW}\n"
    await machine.good("account", "password", "--password-stdin", stdin=passwords)
    renewed = await machine.good("account", "token", "--yes", "--json")
    assert renewed.json["is_sign_in_needed"] is True
    assert (await machine.cli("account", "traffic")).code == 4
    await machine.good("login", "anne", "--password-stdin", stdin=f"{NEW}\n")
    assert (await machine.good("account", "show", "--json")).json["name"] == "anne"
    assert NEW not in "".join(machine.said) + machine.log


async def test_a_person_comes_by_mail_and_may_forget_the_password(
    machine: Machine, service: RunningService
) -> None:
    await machine.start()
    code = await _mailed(machine, service, "register")
    given = ("--email", MAIL, "--password-stdin", "--code", code)
    person = ("--name", "ada", "--qq", "123456")
    await machine.good("account", "register", *person, *given, stdin=f"{PASSWORD}\n")
    again = await _mailed(machine, service, "reset-password")
    fresh = ("--email", MAIL, "--password-stdin", "--code", again)
    await machine.good("account", "reset-password", *fresh, stdin=f"{NEW}\n")
    await machine.good("login", "ada", "--password-stdin", stdin=f"{NEW}\n")


async def _mailed(machine: Machine, service: RunningService, purpose: str) -> str:
    await machine.good("account", "code", purpose, "--email", MAIL)
    found = re.search(r"\b\d{6}\b", await service.command("mail", "show"))
    assert found, json.dumps(machine.said)
    return found[0]
