"""One look at the network: interfaces, the way out, our own addresses.

The way out is asked of the system's own routing: connecting a UDP socket sends nothing,
fails where there is no route and else names our address on it. That is the same on all
systems, and holds for a service in the local network without a default route as well.
"""

import contextlib
import ipaddress
import socket
from collections.abc import Callable, Sequence

import psutil

from chmlfrp.model.network import NetworkState

ANYWHERE = ("192.0.2.1", "2001:db8::1")
"""Addresses for documentation (RFC 5737, RFC 3849): routed as the Internet is."""

_DISCARD_PORT = 9

SourceOf = Callable[[str], str | None]
"""From a far address to our own on the way there, None without a way."""


def targets_for(host: str) -> tuple[str, ...]:
    """Return the addresses whose route counts for a service at this host."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return ("127.0.0.1",) if host == "localhost" else ANYWHERE
    return (host,)


def look(
    targets: Sequence[str] = ANYWHERE, *, source_of: SourceOf | None = None
) -> NetworkState:
    """Return the network as it is; takes about half a millisecond."""
    find = source_of or own_address
    addresses = tuple(own for far in targets if (own := find(far)) is not None)
    owners = _owners()
    interface = owners.get(addresses[0], "") if addresses else ""
    return NetworkState(
        is_up=bool(addresses) or _has_link(owners),
        has_default_route=bool(addresses),
        addresses=addresses,
        interface=interface,
    )


def own_address(far: str) -> str | None:
    """Return our address on the way to the far one; nothing is sent."""
    family = socket.AF_INET6 if ":" in far else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, _DISCARD_PORT))
            return str(probe.getsockname()[0])
    except OSError:
        return None


def _owners() -> dict[str, str]:
    """Return which interface has which address."""
    owners: dict[str, str] = {}
    with contextlib.suppress(OSError):  # an interface went while it was looked at
        for name, found in psutil.net_if_addrs().items():
            for entry in found:
                if entry.family in (socket.AF_INET, socket.AF_INET6):
                    owners[entry.address.partition("%")[0]] = name
    return owners


def _has_link(owners: dict[str, str]) -> bool:
    """Whether an interface with an address that leads off this machine is up."""
    far_reaching = {
        name
        for address, name in owners.items()
        if not (ip := ipaddress.ip_address(address)).is_loopback
        and not ip.is_link_local
    }
    try:
        stats = psutil.net_if_stats()
    except OSError:
        return False
    return any(stats[name].isup for name in far_reaching if name in stats)
