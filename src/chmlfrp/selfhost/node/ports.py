"""Free ports: who may bind what on this machine."""

import random
import socket
import sys
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path

from chmlfrp.errors import SelfhostError

OWN_PORTS = range(10000, 20000)
"""Where a node's own ports are looked for: below what systems hand out themselves."""

DEFAULT_LENT = (20000, 29999)
"""Remote ports of a new node: again below the ephemeral range of Linux and Windows."""

_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int, address: str, *, platform: str = sys.platform) -> bool:
    """Return whether a TCP listener could be opened there now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        # As Go does: on POSIX a port in TIME_WAIT is free, on Windows the same option
        # would let two programs share one.
        if platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def choose(
    address: str,
    *,
    prefer: Iterable[int] = (),
    avoid: Collection[int] = (),
    lent: Iterable[range] = (),
) -> int:
    """Return a free port: a preferred one, else one by chance.

    Raises:
        SelfhostError: none was found.
    """
    kept = list(lent)
    by_chance = random.sample(OWN_PORTS, len(OWN_PORTS))
    for port in (*prefer, *by_chance):
        is_lent = any(port in ports for ports in kept)
        if port not in avoid and not is_lent and is_free(port, address):
            return port
    raise SelfhostError(
        f"no free port was found on {address}",
        hint="name the ports with --port, --http-port and --https-port",
        field="port",
    )


def overlaps_ephemeral(first: int, last: int, *, source: Path = _EPHEMERAL) -> bool:
    """Return whether the system hands out ports of that range to programs by itself."""
    try:
        low, high = (int(part) for part in source.read_text().split())
    except (OSError, ValueError):
        low, high = 49152, 65535
    return first <= high and low <= last
