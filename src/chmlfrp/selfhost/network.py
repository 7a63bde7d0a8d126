"""Addresses and networks: whose word counts, and who is counted as one."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HOME_BITS = 64
"""Of an IPv6 address: what one customer has at least (RFC 6177)."""


def read(text: str) -> Address | None:
    """Return the address, as IPv4 where it is that in IPv6's clothes; None for others."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


@lru_cache(maxsize=16)
def networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """Return the networks of addresses and `ADDRESS/BITS`.

    Raises:
        ValueError: one is neither.
    """
    return tuple(ip_network(text.strip(), strict=False) for text in texts)


def is_among(address: Address, texts: tuple[str, ...]) -> bool:
    """Return whether the address is in one of the networks."""
    return any(address in one for one in networks(texts))


def home_of(address: Address) -> str:
    """Return who is counted as one: an IPv4 address, or an IPv6 network of 64 bits."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, HOME_BITS), strict=False))


def origin(peer: str, told: Iterable[str], trusted: tuple[str, ...]) -> str:
    """Return where a request comes from.

    `told` is what X-Forwarded-For says, the nearest last. Each word counts only as long
    as a trusted proxy said it, since anybody may send the header.
    """
    here = peer
    for text in reversed(list(told)):
        address = read(here)
        if address is None or not is_among(address, trusted) or read(text) is None:
            break
        here = text.strip()
    address = read(here)
    return here if address is None else str(address)
