"""frpc without us: alone, or as other clients run it, started again 3 s after its end."""

import asyncio
import contextlib
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from support.frps import until

Fetch = Callable[[], Awaitable[str]]
"""Gives the ini; raises OSError while the service cannot be asked."""

LOOP_S = 3.0


class Bare:
    """One frpc for one tunnel, and what it has said so far."""

    def __init__(
        self,
        program: Path,
        folder: Path,
        fetch: Fetch,
        *,
        loops: bool,
        within: tuple[str, ...] = (),
    ) -> None:
        self._argv = (*within, str(program), "-c")
        self._file = folder / f"bare-{program.stat().st_ino}-{loops}.ini"
        self._fetch = fetch
        self._loops = loops
        self.lines: list[str] = []
        self.process: Process | None = None
        self.is_over = False
        """It ended and nobody starts it again."""

    async def run(self) -> None:
        """Run it until cancelled; alone, to its end."""
        while True:
            with contextlib.suppress(OSError):
                await self._run_once()
            if not self._loops:
                self.is_over = True
                return
            await asyncio.sleep(LOOP_S)

    async def _run_once(self) -> None:
        text = await self._fetch()
        await asyncio.to_thread(self._file.write_text, text, "utf-8")
        process = await asyncio.create_subprocess_exec(
            *(*self._argv, str(self._file)), stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
        )
        self.process = process
        assert process.stdout is not None
        try:
            async for raw in process.stdout:
                self.lines.append(raw.decode("utf-8", "replace"))
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    @property
    def opened(self) -> int:
        """How often it said that its tunnel is open."""
        said = ("start proxy success", "映射启动成功")
        return sum(any(words in line for words in said) for line in self.lines)

    async def is_open(self) -> None:
        """Wait until it says so for the first time."""
        await until(lambda: self.opened > 0, f"it opened: {self.lines}")

    async def back(
        self, passes: Callable[[], Awaitable[bool]], *, began: float, limit_s: float
    ) -> float | None:
        """Return the seconds from `began` until bytes pass, None if that never comes."""
        ends = time.monotonic() + limit_s
        while time.monotonic() < ends and not self.is_over:
            if await passes():
                return time.monotonic() - began
            await asyncio.sleep(0.02)
        return None


@asynccontextmanager
async def running_bare(bare: Bare) -> AsyncIterator[Bare]:
    """Yield it once its tunnel is open; it is ended after."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(bare.run())
        try:
            yield bare
        finally:
            running.cancel()
