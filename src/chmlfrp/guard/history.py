"""What tunnels carried, on disk: seconds for an hour, minutes for a day, and so on.

Blocking: call it in a thread, one call at a time.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from chmlfrp.guard.store import Store

MOST_ROWS = 500_000
"""About 30 MB; beyond it the oldest of the finest are dropped, visitors' first."""
TIDY_EVERY_S = 60

TABLES = """
CREATE TABLE IF NOT EXISTS amount (
  step INTEGER, at INTEGER, address TEXT, tunnel INTEGER,
  bytes_in INTEGER, bytes_out INTEGER, connections INTEGER, refused INTEGER,
  PRIMARY KEY (step, at, address, tunnel)
) WITHOUT ROWID;
DROP TABLE IF EXISTS traffic;
"""
_ADD = """
INSERT INTO amount VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
  bytes_in = bytes_in + excluded.bytes_in, bytes_out = bytes_out + excluded.bytes_out,
  connections = connections + excluded.connections, refused = refused + excluded.refused
"""
_READ = """
SELECT at, tunnel, bytes_in, bytes_out, connections, refused FROM amount
WHERE step = ? AND at > ? AND address = ? AND tunnel = coalesce(?, tunnel)
ORDER BY at, tunnel
"""
_DROP = """
DELETE FROM amount WHERE (step, at, address, tunnel) IN (
  SELECT step, at, address, tunnel FROM amount
  ORDER BY address = '', step, at LIMIT ?)
"""

_STRANGERS = """
DELETE FROM amount WHERE address != '' AND NOT EXISTS (SELECT 1 FROM visitor
WHERE visitor.tunnel = amount.tunnel AND visitor.address = amount.address)
"""


class Step(IntEnum):
    """How many seconds one row covers."""

    SECOND = 1
    MINUTE = 60
    HOUR = 3600
    DAY = 86400

    @property
    def kept_s(self) -> int:
        """For how long such rows are kept: an hour, a day, a month, a year."""
        return {1: 3600, 60: 86400, 3600: 31 * 86400, 86400: 366 * 86400}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What one tunnel did within a step that begins then (seconds since 1970)."""

    tunnel: int
    at: int
    address: str = ""
    """Of the visitor; empty: all of the tunnel."""
    bytes_in: int = 0
    bytes_out: int = 0
    connections: int = 0
    refused: int = 0

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """What is summed."""
        return self.bytes_in, self.bytes_out, self.connections, self.refused


class History:
    """Rows of every step; those of visitors stay as long as the `Roll` has them."""

    def __init__(self, store: Store, *, most_rows: int = MOST_ROWS) -> None:
        self._store = store
        self._most = most_rows
        self._tidied = 0.0
        self._added = 0

    def tidy_soon(self) -> None:
        """Have the next `add` drop what is too old, and whom the `Roll` forgot."""
        self._tidied = float("-inf")

    def add(self, amounts: Iterable[Amount], now: float) -> None:
        """Add these to the rows of every step; what is too old goes once a minute.

        Raises sqlite3.Error.
        """
        rows = [
            (step, a.at - a.at % step, a.address, a.tunnel, *a.counts)
            for a in amounts
            for step in Step
        ]
        with self._store.writing() as base:
            base.executemany(_ADD, rows)
            self._added += len(rows)
            is_due = abs(now - self._tidied) >= TIDY_EVERY_S
            if is_due or self._added > self._most // 10:
                self._tidy(base, now)

    def read(
        self, step: Step, now: float, *, tunnel: int | None = None, address: str = ""
    ) -> list[Amount]:
        """Return what is kept in rows of that step, the oldest first."""
        chosen = (step, int(now) - step.kept_s, address, tunnel)
        return [
            Amount(
                at=at,
                tunnel=of,
                address=address,
                bytes_in=bytes_in,
                bytes_out=bytes_out,
                connections=connections,
                refused=refused,
            )
            for at, of, bytes_in, bytes_out, connections, refused in (
                self._store.open().execute(_READ, chosen)
            )
        ]

    def forget(self, *, tunnel: int | None, address: str | None) -> None:
        """Drop what visitors carried: of that tunnel, of that address, or all."""
        with self._store.writing() as base:
            base.execute(
                "DELETE FROM amount WHERE address != '' "
                "AND address = coalesce(?, address) AND tunnel = coalesce(?, tunnel)",
                (address, tunnel),
            )

    def _tidy(self, base: sqlite3.Connection, now: float) -> None:
        self._tidied, self._added = now, 0
        for step in Step:
            old = "DELETE FROM amount WHERE step = ? AND at <= ?"
            base.execute(old, (step, int(now) - step.kept_s))
        base.execute(_STRANGERS)
        (count,) = base.execute("SELECT count(*) FROM amount").fetchone()
        if count > self._most:
            room = self._most // 10
            base.execute(_DROP, (count - self._most + room,))
