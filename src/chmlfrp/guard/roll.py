"""Who came, on disk: each address at each tunnel, and which rules turned it away.

Blocking: call it in a thread, one call at a time.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chmlfrp.guard.meter import MOST_PLAYERS
from chmlfrp.guard.standing import Line
from chmlfrp.guard.store import Store
from chmlfrp.model.guard import Rule

MOST_ROWS = 100_000
"""Who was away longest is dropped first."""
TIDY_EVERY_S = 60
DAY_S = 86400

TABLES = """
CREATE TABLE IF NOT EXISTS visitor (
  tunnel INTEGER, address TEXT, first REAL, last REAL,
  connections INTEGER, bytes_in INTEGER, bytes_out INTEGER,
  PRIMARY KEY (tunnel, address)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS visitor_last ON visitor (last);
CREATE TABLE IF NOT EXISTS refusal (
  tunnel INTEGER, address TEXT, rule TEXT, count INTEGER,
  PRIMARY KEY (tunnel, address, rule)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS called (
  tunnel INTEGER, address TEXT, name TEXT, protocol INTEGER, last REAL,
  PRIMARY KEY (tunnel, address, name)
) WITHOUT ROWID;
DROP TABLE IF EXISTS player;
CREATE TABLE IF NOT EXISTS standing (
  tunnel INTEGER, address TEXT, until REAL, kind TEXT,
  PRIMARY KEY (tunnel, address, kind)
) WITHOUT ROWID;
"""
_ADD = """
INSERT INTO visitor VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
  last = max(last, excluded.last), connections = connections + excluded.connections,
  bytes_in = bytes_in + excluded.bytes_in, bytes_out = bytes_out + excluded.bytes_out
"""
_REFUSE = """
INSERT INTO refusal VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET count = count + excluded.count
"""
_CALL = "INSERT OR REPLACE INTO called VALUES (?, ?, ?, ?, ?)"
_UNCALL = """
DELETE FROM called WHERE tunnel = ?1 AND address = ?2 AND name NOT IN
  (SELECT name FROM called WHERE tunnel = ?1 AND address = ?2
   ORDER BY last DESC LIMIT ?3)
"""
_READ = """
SELECT tunnel, address, first, last, connections, bytes_in, bytes_out,
  (SELECT json_group_object(rule, count) FROM refusal
   WHERE refusal.tunnel = visitor.tunnel AND refusal.address = visitor.address),
  (SELECT json_group_object(name, protocol) FROM called
   WHERE called.tunnel = visitor.tunnel AND called.address = visitor.address)
FROM visitor
WHERE tunnel = coalesce(?, tunnel) AND address = coalesce(?, address)
ORDER BY last DESC LIMIT ?
"""
_FORGET = """
DELETE FROM visitor WHERE tunnel = coalesce(?, tunnel) AND address = coalesce(?, address)
"""
_ENDED = "DELETE FROM standing WHERE until <= ?"
_NEVER_CAME = """
DELETE FROM visitor WHERE tunnel = ?1 AND address = ?2
AND connections <= 0 AND bytes_in = 0 AND bytes_out = 0 AND NOT EXISTS
  (SELECT 1 FROM refusal WHERE refusal.tunnel = ?1 AND refusal.address = ?2)
"""
_ORPHANS = (
    """
DELETE FROM refusal WHERE NOT EXISTS (SELECT 1 FROM visitor
WHERE visitor.tunnel = refusal.tunnel AND visitor.address = refusal.address)
""",
    """
DELETE FROM called WHERE NOT EXISTS (SELECT 1 FROM visitor
WHERE visitor.tunnel = called.tunnel AND visitor.address = called.address)
""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an address did at a tunnel; times in seconds since 1970."""

    tunnel: int
    address: str
    first: float
    last: float
    connections: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    refused: Mapping[Rule, int] = field(default_factory=dict)
    players: Mapping[str, int] = field(default_factory=dict)
    """Minecraft names, and the protocol of each one's game."""


class Roll:
    """The list; `keep_days` may change at any time."""

    def __init__(
        self, store: Store, *, keep_days: int, most_rows: int = MOST_ROWS
    ) -> None:
        self.keep_days = keep_days
        self._store = store
        self._most = most_rows
        self._tidied = 0.0
        self._added = 0

    def tidy_soon(self) -> None:
        """Have the next `add` forget who is too long away."""
        self._tidied = float("-inf")

    def add(self, grown: Iterable[Entry], now: float) -> bool:
        """Add these differences; who is too long away goes once a minute.

        Returns whether anybody went.
        """
        rows = list(grown)
        with self._store.writing() as base:
            base.executemany(_ADD, [_visitor(row) for row in rows])
            base.executemany(_REFUSE, [r for row in rows for r in _refusals(row)])
            named = [row for row in rows if row.players]
            base.executemany(_CALL, [p for row in named for p in _players(row)])
            base.executemany(
                _UNCALL, [(row.tunnel, row.address, MOST_PLAYERS) for row in named]
            )
            taken_back = [(r.tunnel, r.address) for r in rows if r.connections < 0]
            base.executemany(_NEVER_CAME, taken_back)
            self._added += len(rows)
            is_due = abs(now - self._tidied) >= TIDY_EVERY_S
            if is_due or self._added > self._most // 10:
                return self._tidy(base, now)
        return False

    def read(
        self, *, tunnel: int | None = None, address: str | None = None, most: int
    ) -> list[Entry]:
        """Return those who came, the last one first."""
        import json

        found = self._store.open().execute(_READ, (tunnel, address, most))
        return [
            Entry(
                tunnel=of,
                address=who,
                first=first,
                last=last,
                connections=connections,
                bytes_in=bytes_in,
                bytes_out=bytes_out,
                refused=_rules(json.loads(refused)),
                players=json.loads(players),
            )
            for (
                of,
                who,
                first,
                last,
                connections,
                bytes_in,
                bytes_out,
                refused,
                players,
            ) in found
        ]

    def forget(self, now: float, *, tunnel: int | None, address: str | None) -> int:
        """Drop those of that tunnel, of that address, or all; return how many.

        Blocks, bans and passes that have ended go as well; those in force stay.
        """
        with self._store.writing() as base:
            gone = base.execute(_FORGET, (tunnel, address))
            base.execute(_ENDED, (now,))
            _drop_orphans(base)
            return gone.rowcount

    def standing(self) -> list[Line]:
        """Return how visitors stood when it was kept last."""
        wanted = "SELECT tunnel, address, until, kind FROM standing"
        return [Line(*row) for row in self._store.open().execute(wanted)]

    def keep_standing(self, lines: Iterable[Line]) -> None:
        """Keep how visitors stand, in the place of what was kept."""
        rows = [(line.tunnel, line.address, line.until, line.kind) for line in lines]
        with self._store.writing() as base:
            base.execute("DELETE FROM standing")
            base.executemany("INSERT INTO standing VALUES (?, ?, ?, ?)", rows)

    def _tidy(self, base: sqlite3.Connection, now: float) -> bool:
        self._tidied, self._added = now, 0
        oldest = now - self.keep_days * DAY_S
        gone = base.execute("DELETE FROM visitor WHERE last <= ?", (oldest,)).rowcount
        gone += base.execute(_ENDED, (now,)).rowcount
        (count,) = base.execute("SELECT count(*) FROM visitor").fetchone()
        if count > self._most:
            gone += base.execute(
                "DELETE FROM visitor WHERE (tunnel, address) IN "
                "(SELECT tunnel, address FROM visitor ORDER BY last LIMIT ?)",
                (count - self._most,),
            ).rowcount
        _drop_orphans(base)
        return gone > 0


def _drop_orphans(base: sqlite3.Connection) -> None:
    for statement in _ORPHANS:
        base.execute(statement)


def _visitor(row: Entry) -> tuple[object, ...]:
    return (
        row.tunnel,
        row.address,
        row.first,
        row.last,
        row.connections,
        row.bytes_in,
        row.bytes_out,
    )


def _refusals(row: Entry) -> Iterable[tuple[object, ...]]:
    return (
        (row.tunnel, row.address, str(rule), count)
        for rule, count in row.refused.items()
    )


def _players(row: Entry) -> Iterable[tuple[object, ...]]:
    return (
        (row.tunnel, row.address, name, protocol, row.last)
        for name, protocol in row.players.items()
    )


def _rules(counts: Mapping[str, int]) -> dict[Rule, int]:
    """Return them without those of another version."""
    known = set(Rule)
    return {Rule(name): count for name, count in counts.items() if name in known}
