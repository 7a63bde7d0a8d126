"""Finding the daemon that runs, and ending it whatever it speaks."""

import asyncio

from chmlfrp.control.client import ControlClient, connect
from chmlfrp.errors import ControlError, DaemonNotRunning, VersionMismatch
from chmlfrp.local.daemon import address_file
from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home

PATIENCE_S = 30.0
"""For one that is still starting."""
ENDS_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.03


async def find(home: Home) -> ControlClient:
    """Return a client of the daemon; waits for one that is still starting.

    Raises:
        DaemonNotRunning: there is none.
    """
    starting = await asyncio.to_thread(holder, home)
    patience_s = PATIENCE_S if starting else 0.0
    return await connect(lambda: address_file(home), patience_s=patience_s)


async def ask_to_end(home: Home) -> bool:
    """Tell the daemon to end; False if there is none. Wishes are kept for the next.

    Raises:
        VersionMismatch: it speaks another protocol, and its process is not known.
    """
    try:
        async with await find(home) as client:
            await client.end()
    except VersionMismatch:
        if not await asyncio.to_thread(_terminate, home):
            raise
    except DaemonNotRunning:
        return False
    return True


async def gone(home: Home) -> None:
    """Return when no daemon is left; raises ControlError if one stays."""
    try:
        async with asyncio.timeout(ENDS_WITHIN_S):
            # Another process: there is nothing to be woken by.
            while await asyncio.to_thread(holder, home):  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_EVERY_S)
    except TimeoutError:
        raise ControlError(
            f"the daemon is still ending after {ENDS_WITHIN_S:g} s",
            hint=f"see {home.log_file}",
        ) from None


def _terminate(home: Home) -> bool:
    """End a daemon whose protocol is not ours by a signal; False if it is not known."""
    import psutil

    who = holder(home)
    if who is None:
        return False
    psutil.Process(who.pid).terminate()
    return True
