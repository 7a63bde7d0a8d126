"""Bringing a backup back under a daemon that runs."""

import asyncio
from pathlib import Path

from chmlfrp.care.daemon import ask_to_end, gone
from chmlfrp.errors import DaemonBusy
from chmlfrp.local.backup import places, read_backup, restore_backup
from chmlfrp.local.paths import Home

TRIES = 5
"""A face that sees the daemon end may start another before the files are back."""


async def restore(home: Home, path: Path) -> list[str]:
    """End the daemon and put the files back; return their names. Starts no daemon.

    Raises:
        InvalidInput: it is no backup, or damaged; nothing has happened.
        DaemonBusy: another daemon is started again and again.
        HomeUnusable: a file cannot be written.
    """
    await asyncio.to_thread(read_backup, path, frozenset(places(home)))
    for left in reversed(range(TRIES)):
        await ask_to_end(home)
        await gone(home)
        try:
            return await asyncio.to_thread(restore_backup, home, path)
        except DaemonBusy:
            if not left:
                raise
    raise AssertionError
