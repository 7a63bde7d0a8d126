"""The way to the daemon: a quick look, or a client, with the daemon started if need be."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from chmlfrp.cli.output import err
from chmlfrp.control.glance import glance
from chmlfrp.control.protocol import SessionState, Snapshot
from chmlfrp.errors import DaemonNotRunning
from chmlfrp.local.daemon import address_file
from chmlfrp.local.paths import Home
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

T = TypeVar("T")

QUIET_FOR_S = 1.0
"""What takes longer says what it is waiting for."""

FRESH_FOR_S = 10.0
"""A list of tunnels that is older is asked for again."""


def look() -> Snapshot:
    """Return what the daemon knows; raises DaemonNotRunning and never starts one."""
    return glance(address_file(Home.locate()))


def look_fresh() -> Snapshot:
    """Return what the daemon knows, with a list of tunnels that is not old.

    Starts the daemon and has it ask the service where that is needed.
    """
    try:
        snapshot = look()
    except DaemonNotRunning:
        return run(fresh)
    return snapshot if is_fresh(snapshot) else run(fresh)


def run(work: "Callable[[ControlClient], Coroutine[Any, Any, T]]") -> T:
    """Do the work with a client of the daemon, which is started if it does not run."""

    import asyncio

    import chmlfrp.cli.start  # noqa: F401 - not on the loop, where it would block

    async def connected() -> T:
        async with opened() as client:
            return await work(client)

    return asyncio.run(connected())


@asynccontextmanager
async def opened() -> "AsyncIterator[ControlClient]":
    """Give a client of the daemon, which is started if it does not run."""
    from chmlfrp.cli.start import find_or_start

    async with await find_or_start(Home.locate()) as client:
        yield client


async def fresh(client: "ControlClient") -> Snapshot:
    """Return a snapshot whose tunnel list is not old, if the service answers."""
    snapshot = await client.snapshot()
    return snapshot if is_fresh(snapshot) else await asked_again(client, snapshot)


async def asked_again(client: "ControlClient", snapshot: Snapshot) -> Snapshot:
    """Return the snapshot after the service was asked, the same if nobody is in."""
    if snapshot.session.state is not SessionState.SIGNED_IN:
        return snapshot
    await said_if_slow(
        client.refresh(),
        say("正在向 ChmlFrp 服务查询…", "asking the ChmlFrp service …"),
    )
    return await client.snapshot()


def is_fresh(snapshot: Snapshot) -> bool:
    """Whether asking the service again would tell nothing better."""
    session = snapshot.session
    if session.state is not SessionState.SIGNED_IN:
        return True
    if session.seen_at is None:
        return False
    # In trouble the daemon itself asks again every few seconds.
    return session.trouble is not None or snapshot.now - session.seen_at < FRESH_FOR_S


async def said_if_slow(work: Awaitable[T], text: str) -> T:
    """Return the outcome; say what is waited for once that takes long."""
    import asyncio

    note = asyncio.get_running_loop().call_later(QUIET_FOR_S, err, text)
    try:
        return await work
    finally:
        note.cancel()
