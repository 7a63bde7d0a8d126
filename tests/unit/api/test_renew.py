import asyncio

import pytest

from chmlfrp.api.credentials import Credentials
from chmlfrp.api.renew import Renewing
from chmlfrp.errors import ServiceUnreachable, SignInRequired
from chmlfrp.model.secret import Secret
from support.clock import FakeClock


def numbered(number: int, expires_at: float) -> Credentials:
    return Credentials(
        token=Secret(f"access{number}"),
        refresh_token=Secret(f"refresh{number}"),
        expires_at=expires_at,
    )


class Server:
    """Gives one new pair for each refresh token, and notes what happens in what order."""

    def __init__(self) -> None:
        self.clock = FakeClock(1000.0)
        self.story: list[str] = []
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.given = 1

    def keeper(self, expires_at: float = 1600.0) -> Renewing:
        return Renewing(
            numbered(1, expires_at), by=self, save=self.save, wall=self.clock
        )

    async def refresh(self, old: Credentials) -> Credentials:
        assert old.refresh_token == Secret(f"refresh{self.given}")
        self.story.append("refresh")
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.given += 1
        return numbered(self.given, self.clock.now + 600)

    async def save(self, credentials: Credentials) -> None:
        assert credentials.refresh_token
        self.story.append(f"save {credentials.refresh_token.reveal()}")


async def test_a_token_is_exchanged_early_and_on_disk_before_it_is_used() -> None:
    server = Server()
    keeper = server.keeper()
    assert (await keeper.fresh()).token == Secret("access1")
    server.clock.now = 1530.0

    assert (await keeper.fresh()).token == Secret("access2")
    assert server.story == ["refresh", "save refresh2"]


async def test_many_who_need_a_token_share_one_exchange() -> None:
    server = Server()
    keeper = server.keeper(expires_at=900.0)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(keeper.fresh()) for _ in range(10)]

    assert {task.result().token for task in tasks} == {Secret("access2")}
    assert server.story == ["refresh", "save refresh2"]


async def test_an_exchange_outlives_the_caller_who_began_it() -> None:
    server = Server()
    keeper = server.keeper(expires_at=900.0)
    server.gate.clear()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await keeper.fresh()
    server.gate.set()
    await keeper.close()

    assert (await keeper.fresh()).token == Secret("access2")


async def test_a_token_that_could_not_be_saved_is_not_used_and_saved_later() -> None:
    server = Server()
    saved: list[Credentials] = []

    async def full(_: Credentials) -> None:
        saved.append(_)
        if len(saved) == 1:
            raise OSError("disk full")

    keeper = Renewing(numbered(1, 900), by=server, save=full, wall=server.clock)
    with pytest.raises(OSError, match="disk full"):
        await keeper.fresh()
    assert keeper.latest.token == Secret("access1")

    assert (await keeper.fresh()).token == Secret("access2")
    assert server.story == ["refresh"]


async def test_a_server_away_does_not_matter_while_the_token_lasts() -> None:
    server = Server()
    keeper = server.keeper()
    server.error = ServiceUnreachable("away")
    server.clock.now = 1590.0
    assert (await keeper.fresh()).token == Secret("access1")
    server.clock.now = 1600.0
    with pytest.raises(ServiceUnreachable):
        await keeper.fresh()


async def test_a_refresh_token_that_is_over_is_not_sent_again() -> None:
    server = Server()
    keeper = server.keeper(expires_at=900.0)
    server.error = SignInRequired("over")
    for _ in range(3):
        with pytest.raises(SignInRequired):
            await keeper.fresh()

    assert server.story == ["refresh"]


async def test_a_refused_token_is_exchanged_once_whoever_says_so() -> None:
    server = Server()
    keeper = server.keeper()
    old = keeper.latest

    first = await keeper.after_refusal(old)
    second = await keeper.after_refusal(old)

    assert first == second == keeper.latest
    assert server.story == ["refresh", "save refresh2"]
