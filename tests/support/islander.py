"""What runs on an island: a TCP echo, and the service's door at a port of its own.

Run as a program: `islander.py HOST PORT`; it says its two ports and stays.
"""

import asyncio
import sys


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send back what comes."""
    await _pump(reader, writer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def main(host: str, port: int) -> None:
    """Serve until killed."""

    async def door(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(5):
                answers, asks = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError):
            writer.close()
            return
        await asyncio.gather(_pump(reader, asks), _pump(answers, writer))

    echoes = await asyncio.start_server(echo, "127.0.0.1", 0)
    doors = await asyncio.start_server(door, "127.0.0.1", 0)
    print(*(s.sockets[0].getsockname()[1] for s in (echoes, doors)), flush=True)
    async with echoes, doors:
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
