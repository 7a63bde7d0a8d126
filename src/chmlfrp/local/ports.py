"""Local ports: does something listen there, and which are free."""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Literal

ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound
LOOPBACK = frozenset({"127.0.0.1", "::1"})


def listening(port: int, host: str = "127.0.0.1") -> bool | None:
    """Whether something on this machine accepts TCP at the address.

    None if that cannot be known: the host is another machine, or the system does not
    show its sockets (macOS without root). Nobody is connected to. Takes some ten
    milliseconds; call it in a thread.
    """
    import psutil

    if not _is_ours(host, own_addresses()):
        return None
    try:
        sockets = psutil.net_connections(kind="tcp")
    except (psutil.Error, OSError):
        return None
    bound = {
        item.laddr.ip
        for item in sockets
        if item.laddr and item.status == psutil.CONN_LISTEN and item.laddr.port == port
    }
    return serves(host, bound)


def serves(host: str, bound: Iterable[str]) -> bool:
    """Whether a listener on one of the addresses gets what is sent to the host."""
    wanted = LOOPBACK if host == "localhost" else {host}
    return any(address in ANYWHERE or address in wanted for address in bound)


def own_addresses() -> frozenset[str]:
    """Return the IP addresses of this machine's interfaces, without scopes."""
    import psutil

    return frozenset(
        item.address.partition("%")[0]
        for items in psutil.net_if_addrs().values()
        for item in items
        if item.family in (socket.AF_INET, socket.AF_INET6)
    )


def free_port(host: str = "127.0.0.1", *, kind: Literal["tcp", "udp"] = "tcp") -> int:
    """Return a port that nobody uses at this moment."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    stream = socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM
    with socket.socket(family, stream) as sock:
        sock.bind((host, 0))
        return int(sock.getsockname()[1])


def _is_ours(host: str, own: frozenset[str]) -> bool:
    if host == "localhost" or host in own or host in ANYWHERE:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
