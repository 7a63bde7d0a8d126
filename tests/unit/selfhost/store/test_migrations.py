"""Stores of every age come to the tables that the models declare."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text

from chmlfrp.errors import HomeUnusable
from chmlfrp.selfhost.store import account
from chmlfrp.selfhost.store.database import FILE_NAME, open_database
from chmlfrp.selfhost.store.migrations import (
    BEFORE_REVISIONS,
    FIRST,
    HEAD,
    KNOWN,
    USER_VERSION,
    revision,
    upgrade,
)
from chmlfrp.selfhost.store.tables import METADATA


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


def at_and_differences(folder: Path) -> tuple[str | None, list[object]]:
    engine = create_engine(f"sqlite:///{folder / FILE_NAME}")
    with engine.begin() as connection:
        found = revision(connection), differences(connection)
    engine.dispose()
    return found


def make_old_file(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        upgrade(connection, FIRST)
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(text(f"PRAGMA user_version = {BEFORE_REVISIONS}"))
        connection.execute(
            text(
                'INSERT INTO users (name, password_hash, token, "group", points, '
                "member_until, registered_on, login_attempts, downloaded, uploaded) "
                "VALUES ('ada', 'h', 't', 'g', 7, '9999-09-09', 'd', 0, 0, 0)"
            )
        )
    engine.dispose()


def test_revisions_are_in_a_row_and_named_as_their_files() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from chmlfrp.selfhost.store.migrations import FOLDER

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    found = [
        one.revision for one in ScriptDirectory.from_config(config).walk_revisions()
    ]
    assert tuple(reversed(found)) == KNOWN
    assert all(len(name) <= 32 for name in KNOWN)


@pytest.mark.parametrize("start", KNOWN)
def test_the_revisions_lead_to_the_declared_tables(tmp_path: Path, start: str) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'd.db'}")
    with engine.begin() as connection:
        upgrade(connection, start)
        assert revision(connection) == start
        upgrade(connection)
        assert revision(connection) == HEAD
        assert differences(connection) == []
    engine.dispose()


async def test_a_new_store_has_the_declared_tables_at_once(tmp_path: Path) -> None:
    async with open_database(tmp_path):
        pass
    assert await asyncio.to_thread(at_and_differences, tmp_path) == (HEAD, [])


async def test_a_file_from_before_revisions_is_led_on_with_what_it_holds(
    tmp_path: Path,
) -> None:
    await asyncio.to_thread(make_old_file, tmp_path / FILE_NAME)

    async with open_database(tmp_path) as database, database.read() as session:
        user = await account.by_token(session, "t")
        assert (user.name, user.points, user.has_real_name) == ("ada", 7, True)
        broken = await session.execute(text("PRAGMA foreign_key_check"))
        assert broken.all() == []
        assert await session.scalar(text("PRAGMA user_version")) == USER_VERSION


async def test_two_that_start_together_lead_it_on_once(tmp_path: Path) -> None:
    await asyncio.to_thread(make_old_file, tmp_path / FILE_NAME)

    async def start() -> None:
        async with open_database(tmp_path) as database, database.read() as session:
            at = await session.scalar(text("SELECT version_num FROM alembic_version"))
            assert at == HEAD

    await asyncio.gather(*(start() for _ in range(3)))


async def test_a_newer_revision_is_left_alone(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database, database.write() as session:
        await session.execute(
            text("UPDATE alembic_version SET version_num = '9999_later'")
        )
    with pytest.raises(HomeUnusable, match="of version 9999_later"):
        async with open_database(tmp_path):
            pass
