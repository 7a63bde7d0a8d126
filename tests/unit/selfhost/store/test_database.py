import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from chmlfrp.errors import HomeUnusable
from chmlfrp.selfhost.store.database import FILE_NAME, open_database
from chmlfrp.selfhost.store.models import Tunnel, User
from support.selfhost import InMemory


async def test_a_commit_is_on_the_disk_before_it_returns(tmp_path: Path) -> None:
    async with open_database(tmp_path / "d") as database, database.read() as session:
        assert await session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await session.scalar(text("PRAGMA synchronous")) == 2
        assert await session.scalar(text("PRAGMA foreign_keys")) == 1


async def test_a_failed_write_changes_nothing(service: InMemory) -> None:
    user = await service.user("ada")

    async def fail() -> None:
        async with service.context.database.write() as session:
            (await session.get_one(User, user.id)).name = "changed"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with service.context.database.read() as session:
        assert (await session.get_one(User, user.id)).name == "ada"


async def test_writers_wait_for_each_other(service: InMemory) -> None:
    user = await service.user("ada")

    async def count() -> None:
        async with service.context.database.write() as session:
            found = await session.get_one(User, user.id)
            before = found.points
            await asyncio.sleep(0)
            found.points = before + 1

    await asyncio.gather(*(count() for _ in range(8)))
    async with service.context.database.read() as session:
        assert (await session.get_one(User, user.id)).points == 8


async def test_a_tunnel_needs_its_owner(service: InMemory) -> None:
    node = await service.node()
    with pytest.raises(IntegrityError):
        await service.tunnel(User(id=99), node)


async def test_errors_do_not_show_values(service: InMemory) -> None:
    user = await service.user("ada")
    node = await service.node()
    await service.tunnel(user, node, name="canary_name")
    with pytest.raises(IntegrityError) as caught:
        await service.tunnel(user, node, name="canary_name")
    assert "canary_name" not in str(caught.value)


async def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    async with open_database(tmp_path / "d") as database, database.write() as session:
        session.add(
            User(name="a", password_hash="h", token="t", group="g", registered_on="d")
        )
    async with open_database(tmp_path / "d") as database, database.read() as session:
        assert (await session.get_one(User, 1)).name == "a"
        assert await session.get(Tunnel, 1) is None


async def test_a_damaged_file_is_named_and_kept(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(b"no database" * 100)
    with pytest.raises(HomeUnusable, match="cannot be used"):
        async with open_database(tmp_path):
            pass
    assert file.read_bytes() == b"no database" * 100


async def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(HomeUnusable, match="of version 9"):
        async with open_database(tmp_path):
            pass
