"""Opening the store, and the two kinds of session.

SQLite in WAL mode with `synchronous=FULL`: a commit is on the disk before it returns, so
what was acknowledged survives the process. Writers take the write lock when they begin,
so that what they read is still true when they write.

PostgreSQL lets writers run side by side: what must be unique is a constraint, and what
is read to be changed is read with a lock on its row (`FOR UPDATE`, nothing to SQLite).
Readers see one moment on both.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from chmlfrp.errors import HomeUnusable
from chmlfrp.selfhost.files import private_folder
from chmlfrp.selfhost.store import postgres
from chmlfrp.selfhost.store.address import Address
from chmlfrp.selfhost.store.migrations import bring_up_to_date

FILE_NAME = "service.db"
BUSY_TIMEOUT_S = 15
WRITES = "writes"
"""In the `info` of a session: it may write, and locks the rows that it will change."""
_BEGIN = "chmlfrp_begin"


class Database:
    """One store; safe to use from several tasks and several processes."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._engine = _engine(address)
        self._writer_engine = _writer(self._engine)
        self._readers = async_sessionmaker(
            _reader(self._engine), expire_on_commit=False, autoflush=False
        )
        self._writers = async_sessionmaker(
            self._writer_engine, expire_on_commit=False, info={WRITES: True}
        )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Yield a session on one consistent view; what it changes is dropped."""
        async with self._readers() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Yield a session that may write; commits unless an error passes."""
        async with self._writers() as session, session.begin():
            yield session

    @asynccontextmanager
    async def sole(self, what: str) -> AsyncIterator[bool]:
        """Yield whether nobody else who uses the store has this right; hold it.

        A file has one service anyway, which locks its folder.
        """
        if not self._address.is_shared:
            yield True
            return
        async with postgres.held(self._engine, what) as is_ours:
            yield is_ours

    async def prepare(self) -> None:
        """Bring the tables to what this program knows.

        Raises:
            HomeUnusable: the store is damaged, locked, out of reach or from a newer
                version.
        """
        try:
            await bring_up_to_date(
                self._writer_engine,
                lambda: _writer(_engine(self._address, migrates=True)),
            )
        except (DBAPIError, OSError) as exc:
            raise _unusable(self._address, exc) from exc

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


@asynccontextmanager
async def open_database(where: Path | Address) -> AsyncIterator[Database]:
    """Yield the store of a folder or address, making it where it is missing.

    Raises:
        HomeUnusable: it cannot be used.
    """
    address = where if isinstance(where, Address) else Address(where)
    await asyncio.to_thread(private_folder, address.folder)
    database = Database(address)
    try:
        await database.prepare()
        yield database
    finally:
        await database.close()


def is_out_of_reach(error: Exception) -> bool:
    """Return whether an error means that the store cannot be asked at present.

    Its server is away or refuses, its disk is full or locked, or all connections stay
    taken.
    """
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(
            error, (OperationalError, InterfaceError)
        )
    return isinstance(error, (NoneFree, ConnectionError, TimeoutError))


def _engine(address: Address, *, migrates: bool = False) -> AsyncEngine:
    options: dict[str, Any] = {"poolclass": NullPool} if migrates else {}
    options["hide_parameters"] = True  # they hold tokens, and errors reach the log
    if address.is_shared:
        return postgres.engine(address.url, **options)
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{address.folder / FILE_NAME}",
        connect_args={"timeout": BUSY_TIMEOUT_S},
        **options,
    )
    event.listen(engine.sync_engine, "connect", _on_connect)
    event.listen(engine.sync_engine, "begin", _on_begin)
    if migrates:  # a table that is made anew would lose what points at it
        event.listen(engine.sync_engine, "connect", _ignore_foreign_keys)
    return engine


def _writer(engine: AsyncEngine) -> AsyncEngine:
    return engine.execution_options(**{_BEGIN: "IMMEDIATE"})


def _reader(engine: AsyncEngine) -> AsyncEngine:
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def _unusable(address: Address, exc: DBAPIError | OSError) -> HomeUnusable:
    why = exc.orig if isinstance(exc, DBAPIError) else exc
    if address.is_shared:
        return HomeUnusable(
            f"the service's database cannot be used: {why}",
            hint="check that PostgreSQL runs, and the URL's host, user, password "
            "and name",
            field="database",
        )
    return HomeUnusable(
        f"the service's database cannot be used: {why}",
        hint="check that the folder is writable and the file is not damaged",
        field="data",
    )


def _on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late; _on_begin sends ours.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _ignore_foreign_keys(
    connection: DBAPIConnection, _record: ConnectionPoolEntry
) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    kind = connection.get_execution_options().get(_BEGIN, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
