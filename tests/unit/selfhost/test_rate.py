"""Requests of an address or account are counted, by all workers together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from chmlfrp.selfhost import keeper
from chmlfrp.selfhost.hidden import Hidden
from chmlfrp.selfhost.rate import Meter
from chmlfrp.selfhost.rules.rate import Limit
from chmlfrp.selfhost.settings import parse
from chmlfrp.selfhost.store.address import Address
from chmlfrp.selfhost.store.database import Database, open_database
from chmlfrp.selfhost.store.rate import Taken
from support.guards import LogWatch
from support.postgres import Postgres
from support.selfhost import PASSWORD, InMemory, in_memory

OFF = (
    "address_requests = 0\naccount_requests = 0\naddress_costly = 0\naccount_costly = 0"
)
NOW_MS = 1_800_000_000_000
"""The first millisecond of a window."""


def limits(own: str, before: str = "") -> Any:
    """Return settings with these limits alone, which hold for this machine too."""
    names = {line.partition(" ")[0] for line in own.splitlines()}
    rest = [line for line in OFF.splitlines() if line.partition(" ")[0] not in names]
    return parse("\n".join([before, "[limits]", "exempt = []", own, *rest]))


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = NOW_MS / 1000

    def __call__(self) -> float:
        return self.now_s


class Scene:
    """Makes services on one store and sends each what a test says."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self.folder, self.clock, self._stack = folder, Clock(), stack

    async def worker(self, own: str, before: str = "") -> InMemory:
        made = in_memory(self.folder, settings=limits(own, before), clock=self.clock)
        return await self._stack.enter_async_context(made)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        yield Scene(tmp_path / "data", stack)


async def answered(service: InMemory, path: str, times: int, **params: Any) -> int:
    """Return how many of so many requests got an answer that is not 429."""
    replies = [await service.http.post(path, json=params) for _ in range(times)]
    return sum(one.status_code != 429 for one in replies)


async def test_who_asks_too_fast_is_told_how_long_to_wait(scene: Scene) -> None:
    service = await scene.worker("address_requests = 3")
    assert await answered(service, "/node", 3) == 3
    scene.clock.now_s += 17.5
    reply = await service.http.get("/node")
    assert reply.status_code == 429
    assert reply.headers["retry-after"] == "43"
    assert reply.json() == {
        "msg": "请求过于频繁，请在43秒后重试",
        "code": 429,
        "state": "fail",
    }
    scene.clock.now_s += 43
    assert await answered(service, "/node", 4) == 3


@pytest.mark.parametrize("most", [5, 20, 100])
async def test_workers_on_one_store_count_together(scene: Scene, most: int) -> None:
    one = await scene.worker(f"address_requests = {most}")
    two = await scene.worker(f"address_requests = {most}")
    total = 0
    for _ in range(most):
        total += await answered(one, "/node", 1) + await answered(two, "/node", 1)
    limit = Limit(most)
    assert most - limit.share < total <= most + limit.unasked


async def test_an_account_is_counted_whatever_its_address(scene: Scene) -> None:
    service = await scene.worker(
        "account_requests = 4", 'trusted_proxies = ["127.0.0.1"]'
    )
    ada, bert = await service.user("ada"), await service.user("bert")
    codes: list[int] = []
    for number in range(6):
        reply = await service.http.get(
            "/tunnel",
            params={"token": ada.token},
            headers={"x-forwarded-for": f"203.0.113.{number}"},
        )
        codes.append(reply.status_code)
    assert codes == [200] * 4 + [429] * 2
    assert await answered(service, "/tunnel", 1, token=bert.token) == 1
    assert await answered(service, "/node", 9) == 9


async def test_addresses_behind_a_trusted_proxy_are_counted_apart(
    scene: Scene,
) -> None:
    service = await scene.worker(
        "address_requests = 1", 'trusted_proxies = ["127.0.0.0/8"]'
    )

    async def ask(told: str) -> int:
        reply = await service.http.get("/node", headers={"x-forwarded-for": told})
        return reply.status_code

    assert [await ask("203.0.113.1"), await ask("203.0.113.2")] == [200, 200]
    assert await ask("6.6.6.6, 203.0.113.1") == 429


async def test_a_proxy_that_is_not_trusted_speaks_for_itself(scene: Scene) -> None:
    service = await scene.worker("address_requests = 1")
    codes = [
        (await service.http.get("/node", headers={"x-forwarded-for": told})).status_code
        for told in ("203.0.113.1", "203.0.113.2")
    ]
    assert codes == [200, 429]


async def test_what_is_costly_has_a_limit_of_its_own(scene: Scene) -> None:
    service = await scene.worker("address_costly = 2\naccount_costly = 1")
    user = await service.user("ada")
    assert await answered(service, "/node", 9) == 9
    assert await answered(service, "/qiandao", 3, token=user.token) == 1
    login = {"username": "ada", "password": PASSWORD}
    assert await answered(service, "/login", 1, **login) == 0
    assert await answered(service, "/userinfo", 3, token=user.token) == 3


async def test_nobody_is_stopped_on_this_machine_unless_the_owner_says(
    tmp_path: Path,
) -> None:
    settings = parse("[limits]\naddress_requests = 1\naccount_requests = 1")
    async with in_memory(tmp_path / "data", settings=settings) as service:
        user = await service.user("ada")
        assert await answered(service, "/tunnel", 5, token=user.token) == 5


async def test_a_node_is_never_stopped(scene: Scene) -> None:
    service = await scene.worker("address_requests = 1")
    codes = [
        (await service.http.post("/agent/v1/orders")).status_code for _ in range(3)
    ]
    assert codes == [401] * 3


async def test_few_requests_touch_the_store(scene: Scene) -> None:
    service = await scene.worker("address_requests = 100")
    takes: list[int] = []
    for _ in range(30):
        await answered(service, "/node", 1)
        async with service.context.database.read() as session:
            takes.append(await session.scalar(select(func.sum(Taken.count))) or 0)
    assert takes == [0] * 10 + [15] * 5 + [20] * 5 + [25] * 5 + [30] * 5
    async with service.context.database.read() as session:
        keys = (await session.scalars(select(Taken.key))).all()
    assert keys == ["address 127.0.0.1"]


async def test_what_was_counted_is_forgotten_with_its_window(scene: Scene) -> None:
    service = await scene.worker("address_requests = 5")
    await answered(service, "/node", 2)
    await keeper.clean(service.context, now_s=NOW_MS / 1000 + 59)
    async with service.context.database.read() as session:
        assert await session.scalar(select(Taken.count)) == 2
    await keeper.clean(service.context, now_s=NOW_MS / 1000 + 60)
    async with service.context.database.read() as session:
        assert await session.scalar(select(Taken.count)) is None


async def burst(database: Database, workers: int, requests: int, limit: Limit) -> int:
    """Return how many of many at once were within the limit."""
    meters = [Meter(database) for _ in range(workers)]
    tasks: list[asyncio.Task[bool]] = []
    async with asyncio.TaskGroup() as group:
        for number in range(requests):
            meter = meters[number % workers]
            asked = meter.is_within("key", limit, now_ms=NOW_MS)
            tasks.append(group.create_task(asked))
    return sum(task.result() for task in tasks)


async def test_a_burst_gets_no_more_than_its_limit(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        assert await burst(database, 3, 40, Limit(9)) == 9


async def test_a_burst_on_postgresql_gets_no_more_than_its_limit(
    tmp_path: Path, database_server: Postgres
) -> None:
    where = Address(tmp_path, Hidden(database_server.new()))
    async with open_database(where) as database:
        assert await burst(database, 2, 40, Limit(9)) == 9


async def test_reads_go_on_while_the_store_cannot_be_written(
    scene: Scene, expected_logs: LogWatch
) -> None:
    service = await scene.worker("address_requests = 2")
    async with service.context.database.write() as session:
        await session.execute(text("DROP TABLE taken"))
    expected_logs("could not be counted")
    assert await answered(service, "/node", 5) == 5
