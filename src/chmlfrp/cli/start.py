"""Starting the daemon in the background, and what to say when that fails."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from chmlfrp.care.daemon import PATIENCE_S, find
from chmlfrp.cli.door import said_if_slow
from chmlfrp.cli.output import err
from chmlfrp.control.client import ControlClient, connect_or_launch
from chmlfrp.errors import DaemonNotRunning
from chmlfrp.local.daemon import COMMAND, LaunchedDaemon, address_file, launch
from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home
from chmlfrp.words.language import say

DAEMON: Sequence[str] = COMMAND

_LAST_LINES = 8


async def find_or_start(home: Home) -> ControlClient:
    """Return a client of the daemon, started here if there is none."""
    text = say("正在启动守护进程…", "starting the daemon …")
    return await said_if_slow(_find_or_start(home), text)


async def _find_or_start(home: Home) -> ControlClient:
    launched: list[LaunchedDaemon] = []

    def start() -> LaunchedDaemon:
        launched.append(launch(home, DAEMON))
        return launched[0]

    # Waits for one that is still starting, as `find` does.
    starting = await asyncio.to_thread(holder, home)
    try:
        if starting:
            return await find(home)
        return await connect_or_launch(
            lambda: address_file(home), start, patience_s=PATIENCE_S
        )
    except DaemonNotRunning:
        if not launched:
            raise
        raise await asyncio.to_thread(_failed, home, launched[0]) from None


def _failed(home: Home, launched: LaunchedDaemon) -> DaemonNotRunning:
    """Show the last of its log and return the error."""
    code = launched.exit_code
    if code is None:
        why = f"no answer after {PATIENCE_S:g} s"
    else:
        why = f"process ended with {code}"
    log = next(
        (f for f in (home.startup_log_file, home.log_file) if last_lines(f)), None
    )
    for line in last_lines(log) if log else ():
        err("  ", line)
    path = log or home.log_file
    return DaemonNotRunning(f"the daemon did not start: {why}", hint=f"see {path}")


def last_lines(path: Path) -> list[str]:
    """Return the last lines of a log, none if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-_LAST_LINES:]
