"""The kernel's word that something in the network changed; what, is looked up afterwards.

Linux only. Elsewhere, and where the socket is refused, the poll alone finds changes.
"""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable, Iterator

# From linux/rtnetlink.h: links, addresses and routes of both families.
_LINK, _IPV4_ADDRESS, _IPV4_ROUTE = 0x1, 0x10, 0x40
_IPV6_ADDRESS, _IPV6_ROUTE = 0x100, 0x400
_GROUPS = _LINK | _IPV4_ADDRESS | _IPV4_ROUTE | _IPV6_ADDRESS | _IPV6_ROUTE

_READ_BYTES = 65536


@contextlib.contextmanager
def poked(poke: Callable[[], None], *, system: str = sys.platform) -> Iterator[bool]:
    """Have `poke` called on the running loop after each change; gives whether it is."""
    if system != "linux":
        yield False
        return
    try:
        news = _subscribed()
    except OSError:  # a sandbox without netlink
        yield False
        return
    loop = asyncio.get_running_loop()

    def drain() -> None:
        with contextlib.suppress(OSError):  # also ENOBUFS: more than fits, so look
            while news.recv(_READ_BYTES):
                continue
        poke()

    try:
        loop.add_reader(news, drain)
        yield True
    finally:
        loop.remove_reader(news)
        news.close()


def _subscribed() -> socket.socket:
    if sys.platform != "linux":
        raise OSError("no netlink on this system")
    news = socket.socket(
        socket.AF_NETLINK,
        socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC,
        socket.NETLINK_ROUTE,
    )
    try:
        news.bind((0, _GROUPS))
    except OSError:
        news.close()
        raise
    return news
