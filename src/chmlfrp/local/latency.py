"""Measures the way to a node: one TCP connection, closed at once."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable

from chmlfrp.model.latency import LatencyPoint, LatencyTrouble

PATIENCE_S = 3.0


async def measure(
    host: str, port: int, *, wall: Callable[[], float] = time.time
) -> LatencyPoint:
    """Connect once and return how long that took; never raises for the network.

    The look-up of the name is not part of it.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(PATIENCE_S):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            address = found[0][4][0]
            begun = loop.time()
            _, writer = await asyncio.open_connection(str(address), port)
            ms = (loop.time() - begun) * 1000
    except TimeoutError:
        return LatencyPoint(at=wall(), trouble=LatencyTrouble.TIMEOUT)
    except ConnectionRefusedError:
        return LatencyPoint(at=wall(), trouble=LatencyTrouble.REFUSED)
    except (socket.gaierror, UnicodeError):
        return LatencyPoint(at=wall(), trouble=LatencyTrouble.DNS)
    except OSError:
        return LatencyPoint(at=wall(), trouble=LatencyTrouble.CUT)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return LatencyPoint(at=wall(), ms=round(ms, 2))
