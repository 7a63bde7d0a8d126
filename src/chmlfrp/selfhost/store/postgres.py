"""PostgreSQL through asyncpg, which reads URLs, PGPASSFILE and sslmode as libpq does."""

import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chmlfrp.selfhost.hidden import Hidden

CONNECT_TIMEOUT_S = 10
COMMAND_TIMEOUT_S = 30
POOL = 10
MORE = 10
"""Connections of a process beyond `POOL` when there is a rush."""


def engine(url: Hidden, **options: Any) -> AsyncEngine:
    """Return an engine for the server at `url`, of which SQLAlchemy sees nothing."""
    if "poolclass" not in options:
        options |= {"pool_size": POOL, "max_overflow": MORE, "pool_pre_ping": True}

    async def connect() -> Any:
        return await _connect(url)

    return create_async_engine(
        "postgresql+asyncpg://", async_creator=connect, **options
    )


@asynccontextmanager
async def held(engine: AsyncEngine, what: str) -> AsyncIterator[bool]:
    """Yield whether this session now has the advisory lock of that name."""
    number = zlib.crc32(what.encode())
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        asked = text("SELECT pg_try_advisory_lock(:number)")
        is_ours = bool(await connection.scalar(asked, {"number": number}))
        try:
            yield is_ours
        finally:
            await connection.invalidate()  # the lock goes with its session


async def _connect(url: Hidden) -> Any:
    import asyncpg  # a service on SQLite never needs it

    try:
        return await asyncpg.connect(
            url.reveal(), timeout=CONNECT_TIMEOUT_S, command_timeout=COMMAND_TIMEOUT_S
        )
    except OSError as exc:
        raise ConnectionError(f"PostgreSQL cannot be reached: {exc}") from exc
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as exc:
        # What it says of a URL may quote it.
        said = exc if isinstance(exc, asyncpg.PostgresError) else type(exc).__name__
        raise ConnectionError(f"PostgreSQL does not let us in: {said}") from None
