"""Cancelled work: it ends first, and the store stays free for the next writer."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from chmlfrp.selfhost.finish import to_the_end
from chmlfrp.selfhost.store.database import Database, open_database


async def test_a_result_comes_back() -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 7

    assert await to_the_end(work()) == 7


async def test_an_error_comes_back() -> None:
    async def work() -> None:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        await to_the_end(work())


async def test_a_cancelled_caller_waits_until_the_work_has_ended() -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await may_end.wait()
        ended.set()

    async with asyncio.TaskGroup() as tasks:
        caller = tasks.create_task(to_the_end(work()))
        await begun.wait()
        caller.cancel()
        await asyncio.sleep(0)
        assert not caller.done()
        may_end.set()
    assert caller.cancelled()
    assert ended.is_set()


async def test_a_cancelled_writer_leaves_the_store_to_the_next(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        for turn in range(1, 30):
            async with asyncio.TaskGroup() as tasks:
                writers = [
                    tasks.create_task(to_the_end(_write(database))) for _ in "ab"
                ]
                for _ in range(turn):
                    await asyncio.sleep(0)
                for writer in writers:
                    writer.cancel()
            async with asyncio.timeout(5):
                await _write(database)


async def _write(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("CREATE TABLE IF NOT EXISTS seen (number INTEGER)"))
        await session.execute(text("INSERT INTO seen VALUES (1)"))
