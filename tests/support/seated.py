"""The test's side of a window that is driven (`seat.py`), on a screen nobody sees."""

import asyncio
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from ctypes.util import find_library
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

PATIENCE_S = 25.0
LOOKS_EVERY_S = 0.03
SEAT = Path(__file__).with_name("seat.py")


class Seat:
    """A window in a process of its own; every step waits until it can be done."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._turn = asyncio.Lock()

    async def click(self, name: str) -> None:
        """Click on the button of that name."""
        await self._does("click", name)

    async def write(self, name: str, text: str) -> None:
        """Put that text into the field of that name."""
        await self._does("write", name, text)

    async def tab(self, name: str) -> None:
        """Show the tab of that name."""
        await self._does("tab", name)

    async def choose(self, row: str) -> None:
        """Click on the row with that text."""
        await self._does("row", row)

    async def switch(self, row: str) -> None:
        """Click on the switch of the row with that text."""
        await self._does("row", row, "switch")

    async def copied(self) -> str:
        """Return what is on the clipboard."""
        return str(await self._does("clipboard"))

    async def sees(self, is_so: str | Callable[[list[str]], bool]) -> list[str]:
        """Wait until a text is seen, or what is seen is as it should be."""
        wanted = is_so if callable(is_so) else partial(_has, is_so)
        return list(await self._until(wanted, "texts"))

    async def leave(self) -> int:
        """End it and return its exit code."""
        await self._tell("leave")
        async with asyncio.timeout(PATIENCE_S):
            return await self.process.wait()

    async def _does(self, *asked: str) -> Any:
        return await self._until(lambda answer: answer is not None, *asked)

    async def _until(self, is_so: Callable[[Any], bool], *asked: str) -> Any:
        """Ask again and again, until the answer is as it should be."""
        end = asyncio.get_running_loop().time() + PATIENCE_S
        while not is_so((answer := await self._tell(*asked))[0]):
            if asyncio.get_running_loop().time() > end:
                seen = (await self._tell("texts"))[0]
                raise AssertionError(f"{asked} never came true: {answer}; {seen}")
            await asyncio.sleep(LOOKS_EVERY_S)
        return answer[0]

    async def _tell(self, *asked: str) -> list[Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        async with self._turn:
            self.process.stdin.write(msgspec.json.encode(asked) + b"\n")
            line = await self.process.stdout.readline()
        assert line, "the window ended"
        answer: list[Any] = msgspec.json.decode(line)
        return answer


def _has(text: str, seen: list[str]) -> bool:
    return any(text in one for one in seen)


@asynccontextmanager
async def screen() -> AsyncIterator[str]:
    """Yield the name of an X screen of its own; skips where there is no server."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("there is no X server on this machine (Debian: xvfb)")
    if find_library("xcb-cursor") is None or find_library("xcb-icccm") is None:
        pytest.skip("Qt cannot speak to an X server here (Debian: libxcb-cursor0)")
    process = await asyncio.create_subprocess_exec(
        *(server, "-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp"),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL,
    )
    try:
        assert process.stdout is not None
        yield f":{(await process.stdout.readline()).decode().strip()}"
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def seated(display: str, environ: Mapping[str, str]) -> AsyncIterator[Seat]:
    """Yield a window on that screen, ended after."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(SEAT)),
        stdin=PIPE,
        stdout=PIPE,
        env={**environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
    )
    try:
        yield Seat(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
