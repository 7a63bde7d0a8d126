"""What the service publishes about itself is true for anything that is sent to it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from support import postgres
from support.service import RunningService, running_service

pytestmark = pytest.mark.asyncio(loop_scope="module")

Operation = APIOperation[Any, Any, Any, Any]
DESCRIPTION = "/openapi/openapi.json"
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 2
"""For each operation and kind of data."""
LEAST_OPERATIONS = 60
LASTS = settings(
    max_examples=EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SETTINGS = """
[guard]
account_tries = 100000
address_tries = 100000
mails_per_hour = 100000
[mail]
cooldown_seconds = 0
[pictures]
check = false
"""
"""Nothing here asks other servers, and no guess shuts the rest out."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningService]:
    """On PostgreSQL where there is one: it refuses more values than SQLite."""
    folder, database = tmp_path_factory.mktemp("service"), ""
    (folder / "service.toml").write_text(SETTINGS, "utf-8")
    if postgres.find() is not None:
        server: postgres.Postgres = request.getfixturevalue("database_server")
        database = server.new()
    async with running_service(folder, users=["anna"], database=database) as running:
        await running.command("domain", "add", "example.com")
        yield running


class Sender:
    """Sends requests, with what is known put into them so that they get somewhere."""

    def __init__(self, session: requests.Session, token: str, node: str) -> None:
        self._session = session
        self._known = {"token": token, "node": node, "nodename": node}
        self.sent = 0

    def send(self, case: Case, *, knows: bool) -> None:
        # A new token would be the last time that the old one is known.
        if knows and case.path != "/retoken":
            for place in (case.query, case.body):
                if isinstance(place, dict):
                    known = self._known.items()
                    place.update((k, v) for k, v in known if k in place or k == "token")
        case.call_and_validate(session=self._session, checks=CHECKS, timeout=20)
        self.sent += 1


def check(operation: Operation, mode: GenerationMode, sender: Sender) -> None:
    """Send examples to one operation; every second wrong one is signed in."""

    @seed(1)
    @LASTS
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: Case) -> None:
        knows = mode is GenerationMode.POSITIVE or sender.sent % 2 == 0
        sender.send(case, knows=knows)

    holds()


def failures(url: str, mode: GenerationMode, *, token: str, node: str) -> list[str]:
    """Return which operations answer what they do not declare, and how."""
    found: list[str] = []
    with requests.Session() as session:
        session.trust_env = False
        sender = Sender(session, token, node)
        for one in schemathesis.openapi.from_url(
            url + DESCRIPTION
        ).get_all_operations():
            operation = one.ok()
            if mode is GenerationMode.NEGATIVE and not (
                operation.query or operation.body
            ):
                continue  # there is nothing to get wrong
            try:
                check(operation, mode, sender)
            except FailureGroup as failed:
                found += [f"{operation.label}: {why}" for why in failed.exceptions]
            except Failure as failed:
                found.append(f"{operation.label}: {failed}")
    assert sender.sent > EXAMPLES * LEAST_OPERATIONS
    return found


@pytest.mark.parametrize("mode", list(GenerationMode))
async def test_every_answer_is_one_that_is_declared(
    service: RunningService, mode: GenerationMode
) -> None:
    token, node = await service.token("anna"), service.node["name"]
    found = await asyncio.to_thread(
        failures, service.api_url, mode, token=token, node=node
    )
    assert not found, "\n\n".join(found)
