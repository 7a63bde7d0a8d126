"""Wrong passwords, by who gave them: after a few each further one costs a wait."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

from chmlfrp.model.guard import Address, plain

FREE = 5
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 3600.0
FORGOTTEN_AFTER_S = 24 * 3600.0
MOST = 10_000
_SITE_BITS = 64
"""Of IPv6: what one household or machine usually has."""


@dataclass(slots=True)
class _Wrong:
    count: int
    last: float


class Guesses:
    """Counts in memory; a whole /64 of IPv6 is one visitor."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wrong: dict[Address, _Wrong] = {}

    def wait_s(self, address: Address) -> float:
        """Return for how long the visitor may not try, 0 if at once."""
        found = self._wrong.get(_site(address))
        if found is None or found.count < FREE:
            return 0.0
        wait = min(FIRST_WAIT_S * 2.0 ** min(found.count - FREE, 16), LONGEST_WAIT_S)
        # A clock that was set back makes nobody wait longer than that.
        return min(max(0.0, found.last + wait - self._clock()), wait)

    def count(self, address: Address) -> None:
        """Count a try as wrong, before it is known: many at once are many."""
        now, site = self._clock(), _site(address)
        found = self._wrong.pop(site, None)
        if found is None or now - found.last > FORGOTTEN_AFTER_S:
            found = _Wrong(0, now)
        found.count, found.last = found.count + 1, now
        self._wrong[site] = found
        if len(self._wrong) > MOST:
            del self._wrong[next(iter(self._wrong))]

    def clear(self, address: Address) -> None:
        """Forget what was wrong: the visitor knew it after all."""
        self._wrong.pop(_site(address), None)


def _site(address: Address) -> Address:
    address = plain(address)
    if isinstance(address, ipaddress.IPv4Address):
        return address
    network = ipaddress.IPv6Network((address, _SITE_BITS), strict=False)
    return network.network_address
