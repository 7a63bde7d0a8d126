"""The SDK's sign-in by code against the service's authorisation server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from chmlfrp.api.client import ServiceClient
from chmlfrp.api.oauth import DeviceCode, Registration, SignInByDevice
from chmlfrp.errors import ServiceRefused, SignInDenied, SignInExpired, SignInRequired
from chmlfrp.model.secret import Secret
from chmlfrp.selfhost.app import create_app
from chmlfrp.selfhost.settings import parse
from support.clock import FakeClock
from support.oauth import Browser, add_client
from support.selfhost import InMemory, in_memory

URL = "https://home.example"
SETTINGS = parse(f'public_url = "{URL}"')


class Stage:
    """A service, and the time that it and the SDK share."""

    def __init__(self, service: InMemory, clock: FakeClock) -> None:
        self.service, self.clock = service, clock
        self.browser = Browser(service)
        self.transport = httpx2.ASGITransport(create_app(service.context))
        self.after: list[str] = []
        """What the person does while the program waits, one a poll."""
        self.page = ""

    def program(self, client_id: str = "desk", secret: str = "") -> SignInByDevice:
        return SignInByDevice(
            Registration(
                issuer=URL,
                client_id=client_id,
                client_secret=Secret(secret) if secret else None,
            ),
            transport=self.transport,
            sleep=self._sleep,
            now=self.clock,
        )

    async def _sleep(self, seconds: float) -> None:
        self.clock.now += seconds
        if self.after:
            await self.browser.send(self.page, step=self.after.pop())

    async def show(self, code: DeviceCode) -> None:
        """Sign in on the page of that code."""
        self.page = await self.browser.sign_in(code.user_code)

    def client(self) -> ServiceClient:
        return ServiceClient(URL, transport=self.transport)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    clock = FakeClock(1_800_000_000.0)
    async with in_memory(tmp_path, settings=SETTINGS, clock=clock) as service:
        service.http.base_url = URL  # type: ignore[assignment]  # takes text
        await service.user("ada")
        await add_client(service)
        yield Stage(service, clock)


async def test_a_code_becomes_credentials_that_the_service_takes(stage: Stage) -> None:
    async with stage.program() as program, stage.client() as client:
        code = await program.start()
        assert code.full_url == f"{URL}/oauth-device-verify?user_code={code.user_code}"
        await stage.show(code)
        stage.after = ["approve", "wait"]
        credentials = await program.wait(code)
        assert credentials.refresh_token is not None
        account = await client.with_credentials(credentials).account.get()
        assert account.name == "ada"


async def test_a_person_who_says_no_ends_the_wait(stage: Stage) -> None:
    async with stage.program() as program:
        code = await program.start()
        await stage.show(code)
        stage.after = ["deny"]
        with pytest.raises(SignInDenied):
            await program.wait(code)


async def test_a_code_that_nobody_answers_ends_by_itself(stage: Stage) -> None:
    async with stage.program() as program:
        with pytest.raises(SignInExpired):
            await program.wait(await program.start())


async def test_a_refresh_token_is_good_once_and_its_second_use_ends_all(
    stage: Stage,
) -> None:
    async with stage.program() as program, stage.client() as client:
        code = await program.start()
        await stage.show(code)
        stage.after = ["approve"]
        first = await program.wait(code)
        second = await program.refresh(first)
        await client.with_credentials(second).account.get()
        for used in (first, second):
            with pytest.raises(SignInRequired):
                await program.refresh(used)
        with pytest.raises(SignInRequired):
            await client.with_credentials(second).account.get()


async def test_a_program_with_a_secret_shows_it(stage: Stage) -> None:
    await add_client(stage.service, "web", secret="canary-secret")
    async with stage.program("web", "canary-secret") as program:
        assert (await program.start()).user_code
    for client_id, secret in (("web", ""), ("web", "other"), ("nobody", "")):
        async with stage.program(client_id, secret) as program:
            with pytest.raises(ServiceRefused):
                await program.start()


async def test_many_programs_wait_at_once_without_mixing(stage: Stage) -> None:
    await stage.service.user("bob")
    async with stage.program() as program, stage.client() as client:
        codes = [await program.start() for _ in range(4)]
        for number, code in enumerate(codes):
            await Browser(stage.service).let_in(
                code.user_code, ("ada", "bob")[number % 2]
            )
            stage.service.http.cookies.clear()
        found = await asyncio.gather(*(program.wait(code) for code in codes))
        names = [
            (await client.with_credentials(one).account.get()).name for one in found
        ]
    assert names == ["ada", "bob", "ada", "bob"]
