"""A scripted daemon as a process: `python -m benchmarks.busy_daemon TUNNELS [flood]`.

With `flood` it publishes changes of states and follows its logs with lines without end.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from chmlfrp.control.protocol import LogLine
from chmlfrp.local.paths import Home
from support.many import filled_daemon, view
from support.scripted_daemon import CONNECTING, UP

LINES_PER_S = 1000
CHANGES_PER_S = 50
LINES_AT_ONCE = 10
TEXT = "2026/11/22 10:00:00 [I] [proxy.go:204] [a1b2c3] [minecraft_00] 用户已连接 #{}"


def main(tunnels: int, *, is_flooding: bool) -> None:
    """Be that daemon until ended."""
    daemon = filled_daemon(tunnels)
    if is_flooding:
        daemon.logs = _endless
    flooding: list[asyncio.TimerHandle] = []

    def change(number: int = 0) -> None:
        which = number % tunnels
        ladder = UP if number // tunnels % 2 else CONNECTING
        changed = msgspec.structs.replace(view(which), ladder=ladder, wanted=True)
        daemon.publish({which: changed})
        loop = asyncio.get_running_loop()
        flooding[:] = [loop.call_later(1 / CHANGES_PER_S, change, number + 7)]

    def ready() -> None:
        print("ready", flush=True)
        if is_flooding:
            change()

    daemon.run(Home.locate(), ready)


@asynccontextmanager
async def _endless(
    tunnel_id: int | None, *, tail: int, follow: bool
) -> AsyncIterator[AsyncIterator[LogLine]]:
    yield _lines()


async def _lines() -> AsyncIterator[LogLine]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in count():
        if number % LINES_AT_ONCE == 0:
            due = began + number / LINES_PER_S
            await asyncio.sleep(max(0.0, due - loop.time()))
        yield LogLine(
            seq=number,
            at=1_790_000_000.0 + number / LINES_PER_S,
            tunnel=view(0).name,
            level="info",
            text=TEXT.format(number),
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), is_flooding="flood" in sys.argv)
