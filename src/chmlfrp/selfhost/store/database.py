"""Opening the store, and the two kinds of session.

SQLite in WAL mode with `synchronous=FULL`: a commit is on the disk before it returns, so
what was acknowledged survives the process. Writers take the write lock when they begin,
so that what they read is still true when they write.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry

from chmlfrp.errors import HomeUnusable
from chmlfrp.selfhost.files import private_folder
from chmlfrp.selfhost.store import grants, nodemodels, people
from chmlfrp.selfhost.store.models import Base

FILE_NAME = "service.db"
SCHEMA = 1
BUSY_TIMEOUT_S = 15
_BEGIN = "chmlfrp_begin"
TABLES = (people, grants, nodemodels)
"""Modules that add tables to `Base`."""


class Database:
    """One store; safe to use from several tasks and several processes."""

    def __init__(self, path: Path) -> None:
        engine = create_async_engine(
            f"sqlite+aiosqlite:///{path}",
            connect_args={"timeout": BUSY_TIMEOUT_S},
            hide_parameters=True,  # they hold tokens, and errors reach the log
        )
        event.listen(engine.sync_engine, "connect", _on_connect)
        event.listen(engine.sync_engine, "begin", _on_begin)
        writer = engine.execution_options(**{_BEGIN: "IMMEDIATE"})
        self._engine = engine
        self._readers = async_sessionmaker(engine, expire_on_commit=False)
        self._writers = async_sessionmaker(writer, expire_on_commit=False)
        self._writer_engine = writer

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Yield a session on one consistent view; what it changes is dropped."""
        async with self._readers() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Yield a session that alone may write; commits unless an error passes."""
        async with self._writers() as session, session.begin():
            yield session

    async def prepare(self) -> None:
        """Create the tables where they are missing.

        Raises:
            HomeUnusable: the file is damaged, locked or from a newer version.
        """
        try:
            async with self._writer_engine.begin() as connection:
                await _create(connection)
        except DBAPIError as exc:
            raise HomeUnusable(
                f"the service's database cannot be used: {exc.orig}",
                hint="check that the folder is writable and the file is not damaged",
                field="data",
            ) from exc

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


@asynccontextmanager
async def open_database(folder: Path) -> AsyncIterator[Database]:
    """Yield the store kept in `folder`, making both where they are missing.

    Raises:
        HomeUnusable: folder or file cannot be used.
    """
    await asyncio.to_thread(private_folder, folder)
    database = Database(folder / FILE_NAME)
    try:
        await database.prepare()
        yield database
    finally:
        await database.close()


async def _create(connection: AsyncConnection) -> None:
    found = await connection.scalar(text("PRAGMA user_version"))
    if found is not None and found > SCHEMA:
        raise HomeUnusable(
            f"the service's database is of version {found}, this program knows {SCHEMA}",
            hint="use the newer program again",
            field="data",
        )
    await connection.run_sync(Base.metadata.create_all)
    await connection.execute(text(f"PRAGMA user_version = {SCHEMA}"))


def _on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late; _on_begin sends ours.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    kind = connection.get_execution_options().get(_BEGIN, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
