"""Runs the service and its visitors as processes of their own."""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MIB = 2**20
PATIENCE_S = 60


async def run_load(name: str | int, *numbers: str | int) -> float:
    process = await python(name, *numbers)
    async with asyncio.timeout(PATIENCE_S * 3):
        out, _ = await process.communicate()
    return float(json.loads(out))


async def python(*words: str | int) -> Process:
    argv = [sys.executable, "-m", "benchmarks.guard_load", *map(str, words)]
    return await asyncio.create_subprocess_exec(*argv, stdin=PIPE, stdout=PIPE)


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    """Run the service; give its port."""
    process = await python("serve")
    async with ended(process):
        assert process.stdout is not None
        yield int(await process.stdout.readline())


@asynccontextmanager
async def ended(process: Process) -> AsyncIterator[None]:
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
