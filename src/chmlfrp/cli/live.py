"""A table on a terminal that is drawn anew each second, until Ctrl-C."""

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

EVERY_S = 1.0

T = TypeVar("T")


def is_drawn() -> bool:
    """Whether somebody looks on, who does not want it once but as it changes."""
    return sys.stdout.isatty()


async def drawn(
    ask: Callable[[], Awaitable[T]], show: Callable[[T, int], None]
) -> None:
    """Show the answer, with how many rows there is room for, again and again."""
    while True:
        found = await ask()
        click.clear()
        show(found, shutil.get_terminal_size().lines - 3)
        await asyncio.sleep(EVERY_S)
