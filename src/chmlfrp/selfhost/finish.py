"""Work that a cancellation may not cut in two."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def to_the_end(work: Coroutine[Any, Any, Result]) -> Result:
    """Await `work`; a cancellation passes on only once it has ended.

    A transaction that is cancelled while SQLite's thread begins it leaves the write lock
    held by nobody, and whoever writes next waits for the busy timeout.
    """
    task = asyncio.get_running_loop().create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
