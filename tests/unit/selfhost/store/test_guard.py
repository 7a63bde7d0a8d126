"""Counting across workers: two databases on one file stand for two of them."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from chmlfrp.selfhost.store import guard, mailcode
from chmlfrp.selfhost.store.database import open_database
from chmlfrp.selfhost.store.guard import Limit, Who
from chmlfrp.selfhost.store.mailcode import CodeRules

ADA = Who("account", "1")
LIMIT = Limit(tries=10, window_ms=1000, ban_ms=5000)
RULES = CodeRules(lifetime_ms=600_000, cooldown_ms=60_000, tries=5)


async def test_no_guess_is_lost_between_workers(tmp_path: Path) -> None:
    async with open_database(tmp_path) as one, open_database(tmp_path) as two:

        async def guess(number: int) -> int:
            async with (one, two)[number % 2].write() as session:
                return await guard.count(session, ADA, LIMIT, now_ms=1)

        counted = await asyncio.gather(*(guess(number) for number in range(10)))
        assert sorted(counted) == list(range(1, 11))
        async with two.read() as session:
            assert await guard.ban_left(session, ADA, now_ms=2) == 4999


async def test_a_code_is_taken_by_one_worker_only(tmp_path: Path) -> None:
    async with open_database(tmp_path) as one, open_database(tmp_path) as two:
        async with one.write() as session:
            code, _ = await mailcode.make(
                session, "login", "a@b.cn", RULES, now_ms=70_000
            )

        async def take(number: int) -> bool:
            async with (one, two)[number % 2].write() as session:
                return await mailcode.take(
                    session, "login", "a@b.cn", code, RULES, now_ms=70_001
                )

        taken = await asyncio.gather(*(take(number) for number in range(4)))
        assert sorted(taken) == [False, False, False, True]


async def test_two_workers_send_one_code(tmp_path: Path) -> None:
    async with open_database(tmp_path) as one, open_database(tmp_path) as two:

        async def make(number: int) -> str:
            async with (one, two)[number % 2].write() as session:
                code, _ = await mailcode.make(
                    session, "login", "a@b.cn", RULES, now_ms=70_000
                )
                return code

        codes = await asyncio.gather(*(make(number) for number in range(4)))
        assert len([code for code in codes if code]) == 1


@settings(max_examples=15, deadline=None)
@given(steps=st.lists(st.integers(0, 2500), max_size=12))
def test_a_ban_comes_with_the_tries_of_one_window_and_ends_by_itself(
    steps: list[int],
) -> None:
    limit = Limit(tries=3, window_ms=1000, ban_ms=5000)
    now_ms, last_ms, inside = 1_000_000, -(10**6), 0
    expected: list[int] = []
    for step in steps:
        now_ms += step
        inside = inside + 1 if now_ms - last_ms <= limit.window_ms else 1
        last_ms = now_ms
        expected.append(inside)
        inside = 0 if inside >= limit.tries else inside
    assert asyncio.run(_counted(steps, limit)) == expected


async def _counted(steps: list[int], limit: Limit) -> list[int]:
    counted, now_ms = [], 1_000_000
    folder = await asyncio.to_thread(tempfile.TemporaryDirectory)
    async with open_database(Path(folder.name)) as database:
        for step in steps:
            now_ms += step
            async with database.write() as session:
                counted.append(await guard.count(session, ADA, limit, now_ms=now_ms))
                if counted[-1] >= limit.tries:
                    left = await guard.ban_left(session, ADA, now_ms=now_ms)
                    assert left == limit.ban_ms
    await asyncio.to_thread(folder.cleanup)
    return counted
