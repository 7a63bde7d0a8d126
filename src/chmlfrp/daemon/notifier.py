"""Keeps the process that tells people running, while anybody wants to be told."""

import asyncio
import logging
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from chmlfrp.local.process import python_module
from chmlfrp.local.settings import NotifySettings, load

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
AGAIN_AFTER_S = 10.0
END_S = 3.0


class Notifier:
    """Follows the settings, so that nobody has to restart the daemon for them."""

    def __init__(
        self,
        settings_file: Path,
        *,
        command: Sequence[str] = tuple(python_module("chmlfrp.notify")),
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._settings_file = settings_file
        self._command = command
        self._look_every_s = look_every_s

    async def run(self) -> None:
        """Start and end the process as the settings say, until cancelled."""
        while True:
            if await self._is_wanted():
                await self._live()
            await asyncio.sleep(self._look_every_s)

    async def _live(self) -> None:
        """Stay with one process until it ends or nobody wants it any more."""
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
        )
        log.info("messages are sent by process %d", process.pid)
        try:
            async with asyncio.TaskGroup() as beside:
                reading = beside.create_task(_read(process))
                looking = beside.create_task(self._end_if_unwanted(process))
                code = await process.wait()
                looking.cancel()
                await reading
        finally:
            await _end(process)
        if code not in (0, -15):
            log.warning("the process that sends messages ended with code %d", code)
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _end_if_unwanted(self, process: Process) -> None:
        while await self._is_wanted():  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(self._look_every_s)
        await _end(process)

    async def _is_wanted(self) -> bool:
        found = await asyncio.to_thread(load, self._settings_file)
        return is_wanted(found.settings.notify) and find_spec("apprise") is not None


def is_wanted(settings: NotifySettings) -> bool:
    """Return whether there is anybody to tell."""
    return settings.level != "off" and (settings.desktop or bool(settings.targets))


async def _read(process: Process) -> None:
    assert process.stderr is not None
    async for line in process.stderr:
        log.info("messages: %s", line.decode("utf-8", "replace").rstrip())


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(END_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
