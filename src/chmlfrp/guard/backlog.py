"""What doors counted and is not on disk yet: nothing of it is lost while a disk is full."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from chmlfrp.guard.history import Amount
from chmlfrp.guard.roll import Entry

MOST_VISITORS = 10_000
"""Beyond it who waits longest is left out; what tunnels carried stays."""

_Key = tuple[int, str]


class Backlog:
    """Differences; those of one visitor, or of one tunnel, are summed up."""

    def __init__(self, *, most_visitors: int = MOST_VISITORS) -> None:
        self._most = most_visitors
        self._amounts: dict[_Key, Amount] = {}
        self._entries: dict[_Key, Entry] = {}

    def __bool__(self) -> bool:
        return bool(self._amounts or self._entries)

    @property
    def amounts(self) -> list[Amount]:
        """What tunnels and visitors carried; at the time of the last of each."""
        return list(self._amounts.values())

    @property
    def entries(self) -> list[Entry]:
        """Who came."""
        return list(self._entries.values())

    def add(self, amounts: Iterable[Amount], entries: Iterable[Entry]) -> None:
        """Add to what waits."""
        for amount in amounts:
            key = amount.tunnel, amount.address
            before = self._amounts.pop(key, None)
            grown = amount if before is None else _sum(before, amount)
            if any(grown.counts):
                self._amounts[key] = grown
        for entry in entries:
            key = entry.tunnel, entry.address
            known = self._entries.pop(key, None)
            joined = entry if known is None else _joined(known, entry)
            if _is_something(joined):
                self._entries[key] = joined
        while len(self._entries) > self._most:
            self._drop(next(iter(self._entries)))

    def forget(self, *, tunnel: int | None, address: str | None) -> None:
        """Leave out visitors: of that tunnel, of that address, or all."""
        for key in [*self._entries]:
            if tunnel in (None, key[0]) and address in (None, key[1]):
                self._drop(key)

    def clear(self) -> None:
        """Begin anew: it is on disk."""
        self._amounts.clear()
        self._entries.clear()

    def _drop(self, key: _Key) -> None:
        del self._entries[key]
        self._amounts.pop(key, None)


def _sum(one: Amount, other: Amount) -> Amount:
    return Amount(
        tunnel=other.tunnel,
        at=other.at,
        address=other.address,
        bytes_in=one.bytes_in + other.bytes_in,
        bytes_out=one.bytes_out + other.bytes_out,
        connections=one.connections + other.connections,
        refused=one.refused + other.refused,
    )


def _joined(one: Entry, other: Entry) -> Entry:
    return replace(
        other,
        first=one.first,
        connections=one.connections + other.connections,
        bytes_in=one.bytes_in + other.bytes_in,
        bytes_out=one.bytes_out + other.bytes_out,
        refused=Counter(one.refused) + Counter(other.refused),
        players={**one.players, **other.players},
    )


def _is_something(entry: Entry) -> bool:
    counts = entry.connections, entry.bytes_in, entry.bytes_out
    return any(counts) or bool(entry.refused or entry.players)
