"""Many visitors of an echo, in a process of their own: `knocker.py KIND PORT COUNT …`.

short PORT COUNT AT_ONCE SIZE: connections that send so many bytes and go when they are
back; prints how many bytes came back in all. held PORT COUNT: connections that are all
there at once, then say a word and wait for it; prints how many got it.
"""

import asyncio
import os
import sys

from chmlfrp.local.limits import raise_open_files

SLOW_DOWN = 100
"""Connections that are opened at a time."""


async def short(port: int, count: int, at_once: int, size: int) -> int:
    """Return how many bytes came back."""
    left, came = count, 0

    async def visitor() -> None:
        nonlocal left, came
        while left:
            left -= 1
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            data = os.urandom(size)
            writer.write(data)
            assert await reader.readexactly(size) == data
            came += size
            writer.close()
            await writer.wait_closed()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(visitor())
    return came


async def held(port: int, count: int) -> int:
    """Return how many were answered while all were there."""
    links: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    while len(links) < count:
        more = min(SLOW_DOWN, count - len(links))
        opening = (asyncio.open_connection("127.0.0.1", port) for _ in range(more))
        links += await asyncio.gather(*opening)
    for _, writer in links:
        writer.write(b"here")
    answers = [await reader.readexactly(4) for reader, _ in links]
    print("all", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for _, writer in links:
        writer.close()
    return answers.count(b"here")


if __name__ == "__main__":
    raise_open_files()
    kind, *numbers = sys.argv[1:]
    print(asyncio.run({"short": short, "held": held}[kind](*map(int, numbers))))
