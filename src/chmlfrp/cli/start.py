"""Starting the daemon in the background, and what to say when that fails."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from chmlfrp.cli.door import address_file, said_if_slow
from chmlfrp.cli.output import err
from chmlfrp.control.client import ControlClient, connect
from chmlfrp.errors import DaemonNotRunning
from chmlfrp.local.autostart import manager
from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home
from chmlfrp.local.process import Detached, python_module, start_detached
from chmlfrp.words.language import say

PATIENCE_S = 30.0
DAEMON: Sequence[str] = python_module("chmlfrp.daemon")

_LOOK_EVERY_S = 0.05
_LAST_LINES = 8


async def find(home: Home) -> ControlClient:
    """Return a client of the daemon; waits for one that is still starting.

    Raises:
        DaemonNotRunning: there is none.
    """
    starting = await asyncio.to_thread(holder, home)
    patience_s = PATIENCE_S if starting else 0.0
    return await connect(lambda: address_file(home), patience_s=patience_s)


async def find_or_start(home: Home) -> ControlClient:
    """Return a client of the daemon, started here if there is none."""
    text = say("正在启动守护进程…", "starting the daemon …")
    return await said_if_slow(_find_or_start(home), text)


async def _find_or_start(home: Home) -> ControlClient:
    try:
        return await find(home)
    except DaemonNotRunning:
        process = await asyncio.to_thread(_launch, home)
    answer, is_running = None, True
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while answer is None:
        # Looked at before the last try: a daemon may answer in between.
        is_running = process is None or process.poll() is None or bool(holder(home))
        try:
            answer = await connect(lambda: address_file(home))
        except DaemonNotRunning:
            if not is_running or asyncio.get_running_loop().time() > deadline:
                raise await asyncio.to_thread(_failed, home, process) from None
            await asyncio.sleep(_LOOK_EVERY_S)
    return answer


def _launch(home: Home) -> Detached | None:
    """Start it; None where the system's service manager does, and keeps it up."""
    home.prepare()
    if system := manager(DAEMON, home):
        system.start()
        return None
    return start_detached(DAEMON, log_path=home.startup_log_file)


def _failed(home: Home, process: Detached | None) -> DaemonNotRunning:
    """Show the last of its log and return the error."""
    code = process.poll() if process else None
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
