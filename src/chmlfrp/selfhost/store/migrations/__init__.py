"""Bringing a store to the tables that this program knows, whatever it was made by.

A new store gets today's tables at once. An older one is led through the revisions by
Alembic, on a connection and a loop of its own, in one transaction that holds the write
lock: of two programs that start together, one does it and the other finds it done.

Revisions are in a row and known by their file names. SQLite files from before there
were revisions carry `user_version` 1 and have the tables of the first.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from chmlfrp.errors import HomeUnusable
from chmlfrp.selfhost.store.tables import METADATA

FOLDER = Path(__file__).parent
KNOWN = tuple(sorted(p.stem[1:] for p in (FOLDER / "versions").glob("m[0-9]*.py")))
FIRST, HEAD = KNOWN[0], KNOWN[-1]
BEFORE_REVISIONS = 1
USER_VERSION = 2
"""Of SQLite files with revisions, so that a program without them refuses."""

_LOCK = 0x63686D6C
"""The advisory lock of PostgreSQL under which tables are made; "chml"."""


async def bring_up_to_date(
    engine: AsyncEngine, another: Callable[[], AsyncEngine]
) -> None:
    """Make or change the tables; nothing is done where all is well.

    Args:
        engine: its connections hold SQLite's write lock from their beginning.
        another: makes an engine like it, for the thread in which Alembic reads files.

    Raises:
        HomeUnusable: a newer program has changed them.
    """
    if not await _settled(engine, _make_or_check):
        await asyncio.to_thread(lambda: asyncio.run(_upgrade(another())))


async def _settled(engine: AsyncEngine, work: Callable[[Connection], bool]) -> bool:
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        return await connection.run_sync(work)


async def _upgrade(engine: AsyncEngine) -> None:
    try:
        await _settled(engine, upgrade)
    finally:
        await engine.dispose()


def _make_or_check(connection: Connection) -> bool:
    """Return whether the tables are today's; makes them where there are none."""
    found = revision(connection)
    if found is None:
        METADATA.create_all(connection)
        _stamp(connection, HEAD)
        return True
    if found not in KNOWN:
        raise HomeUnusable(
            f"the service's database is of version {found}, this program knows {HEAD}",
            hint="use the newer program again",
            field="data",
        )
    return found == HEAD


def revision(connection: Connection) -> str | None:
    """Return what the tables are at, None where there are none."""
    if inspect(connection).has_table("alembic_version"):
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)
    if connection.dialect.name != "sqlite":
        return None
    version = connection.scalar(text("PRAGMA user_version")) or 0
    if version == BEFORE_REVISIONS:
        _stamp(connection, FIRST)
        return FIRST
    return str(version) if version else None


def upgrade(connection: Connection, target: str = "head") -> bool:
    """Lead the tables through the revisions up to `target`; return True."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, target)
    return True


def _stamp(connection: Connection, at: str) -> None:
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": at})
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA user_version = {USER_VERSION}"))
