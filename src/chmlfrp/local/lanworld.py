"""Minecraft worlds that are open to the LAN.

A game that opened its world says so each 1.5 s to the group 224.0.2.60, port 4445, as
`[MOTD]name[/MOTD][AD]port[/AD]` (Minecraft Java, since 1.3).
"""

import asyncio
import re
import socket
from collections.abc import Callable, Iterable

import msgspec

from chmlfrp.local.ports import own_addresses

GROUP, PORT = "224.0.2.60", 4445
EVERY_S = 1.5
_FORM = re.compile(r"\[MOTD\](.*?)\[/MOTD\].*?\[AD\](?:[^\]]*:)?(\d{1,5})\[/AD\]", re.S)
_COLOUR = re.compile("§.")
_LONGEST = 200


class LanWorld(msgspec.Struct, frozen=True, kw_only=True):
    """A world that players of this network may join."""

    name: str
    host: str
    """127.0.0.1 for one of this machine."""
    port: int


def read(packet: bytes, sender: str, *, own: Iterable[str] = ()) -> LanWorld | None:
    """Return the world that a packet speaks of, None if it is something else."""
    found = _FORM.search(packet.decode("utf-8", "replace"))
    if found is None or not 1 <= int(found[2]) <= 65535:
        return None
    name = "".join(c for c in _COLOUR.sub("", found[1]) if c.isprintable()).strip()
    host = "127.0.0.1" if sender in own else sender
    return LanWorld(name=name[:_LONGEST], host=host, port=int(found[2]))


def open_socket() -> socket.socket:
    """Return a socket in the group; raises OSError where there is no network."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(("", PORT))
        member = socket.inet_aton(GROUP) + bytes(4)  # on any interface
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        sock.settimeout(0)
    except OSError:
        sock.close()
        raise
    return sock


async def find_worlds(
    wait_s: float = 2 * EVERY_S,
    *,
    opened: Callable[[], socket.socket] = open_socket,
) -> list[LanWorld]:
    """Listen for so long and return the worlds heard of, each once; none offline."""
    own = await asyncio.to_thread(own_addresses)
    found: dict[tuple[str, int], LanWorld] = {}
    try:
        sock = opened()
    except OSError:
        return []
    loop = asyncio.get_running_loop()
    with sock:
        try:
            async with asyncio.timeout(wait_s):
                while True:
                    packet, sender = await loop.sock_recvfrom(sock, 2048)
                    if world := read(packet, sender[0], own=own):
                        found[world.host, world.port] = world
        except (TimeoutError, OSError):
            pass
    return sorted(found.values(), key=lambda one: (one.host, one.port))
