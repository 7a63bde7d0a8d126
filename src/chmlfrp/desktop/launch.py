"""Finding the daemon, or starting it."""

import asyncio
from collections.abc import Awaitable, Callable

from chmlfrp.care.daemon import ask_to_end, gone
from chmlfrp.control.client import ControlClient, connect, connect_or_launch
from chmlfrp.errors import DaemonNotRunning
from chmlfrp.local.daemon import address_file, launch
from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home

PATIENCE_S = 30.0
LOOK_EVERY_S = 0.5

Find = Callable[[Home], Awaitable[ControlClient]]
"""Gives a client of a daemon that answers, or raises ChmlFrpError."""


async def find(home: Home) -> ControlClient:
    """Return a client of the daemon that runs; raises DaemonNotRunning."""
    return await connect(lambda: address_file(home))


async def find_or_start(home: Home) -> ControlClient:
    """Return a client of the daemon, started here if there is none.

    Raises:
        DaemonNotRunning: it did not start; the hint names its log.
        VersionMismatch: the one that runs speaks another protocol.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_S
    # One that is ending gives way to one that is launched below.
    while await asyncio.to_thread(holder, home):
        try:
            return await connect(lambda: address_file(home), patience_s=LOOK_EVERY_S)
        except DaemonNotRunning:
            if loop.time() > deadline:
                raise
    try:
        return await connect_or_launch(
            lambda: address_file(home), lambda: launch(home), patience_s=PATIENCE_S
        )
    except (DaemonNotRunning, OSError) as exc:
        hint = f"see {home.startup_log_file}"
        raise DaemonNotRunning(f"the daemon did not start: {exc}", hint=hint) from exc


async def end_daemon(home: Home) -> None:
    """End the daemon, of whatever version, and return when it is gone.

    What tunnels are wanted is on the disk, so that the next daemon opens them again.

    Raises:
        VersionMismatch: its process is not known.
        ControlError: it does not end.
    """
    await ask_to_end(home)
    await gone(home)
