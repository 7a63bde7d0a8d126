"""Finding the daemon, or starting it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from chmlfrp.control.client import ControlClient, connect
from chmlfrp.errors import DaemonNotRunning
from chmlfrp.local.autostart import manager
from chmlfrp.local.files import read_private
from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home
from chmlfrp.local.process import Detached, python_module, start_detached

PATIENCE_S = 30.0
DAEMON: Sequence[str] = python_module("chmlfrp.daemon")

_LOOK_EVERY_S = 0.05

Find = Callable[[Home], Awaitable[ControlClient]]
"""Gives a client of a daemon that answers, or raises ChmlFrpError."""


async def find(home: Home) -> ControlClient:
    """Return a client of the daemon that runs; raises DaemonNotRunning."""
    return await connect(lambda: read_private(home.endpoint_file))


async def find_or_start(home: Home) -> ControlClient:
    """Return a client of the daemon, started here if there is none.

    Raises:
        DaemonNotRunning: it did not start; the hint names its log.
        VersionMismatch: the one that runs speaks another protocol.
    """
    try:
        return await find(home)
    except DaemonNotRunning:
        process = await asyncio.to_thread(_launch, home)
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        is_coming = process is None or process.poll() is None
        is_coming = is_coming or bool(await asyncio.to_thread(holder, home))
        try:
            return await find(home)
        except DaemonNotRunning:
            if not is_coming or asyncio.get_running_loop().time() > deadline:
                hint = f"see {home.startup_log_file}"
                raise DaemonNotRunning("the daemon did not start", hint=hint) from None
        await asyncio.sleep(_LOOK_EVERY_S)


def _launch(home: Home) -> Detached | None:
    """Start it; None where the system's service manager does, or one is starting."""
    home.prepare()
    if holder(home):
        return None
    if system := manager(DAEMON, home):
        system.start()
        return None
    return start_detached(DAEMON, log_path=home.startup_log_file)
