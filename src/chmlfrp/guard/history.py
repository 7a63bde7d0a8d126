"""What tunnels carried, on disk: seconds for an hour, minutes for a day, and so on.

Blocking: call it in a thread, one call at a time.
"""

import contextlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

MOST_ROWS = 500_000
"""About 20 MB; beyond it the oldest of the finest are dropped first."""

_TABLE = """
CREATE TABLE IF NOT EXISTS traffic (
  step INTEGER, at INTEGER, tunnel INTEGER,
  bytes_in INTEGER, bytes_out INTEGER, connections INTEGER, refused INTEGER,
  PRIMARY KEY (step, at, tunnel)
) WITHOUT ROWID
"""
_ADD = """
INSERT INTO traffic VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
  bytes_in = bytes_in + excluded.bytes_in, bytes_out = bytes_out + excluded.bytes_out,
  connections = connections + excluded.connections, refused = refused + excluded.refused
"""
_READ = """
SELECT at, tunnel, bytes_in, bytes_out, connections, refused FROM traffic
WHERE step = ? AND at > ? ORDER BY at, tunnel
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
    bytes_in: int = 0
    bytes_out: int = 0
    connections: int = 0
    refused: int = 0

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """What is summed."""
        return self.bytes_in, self.bytes_out, self.connections, self.refused


class History:
    """The file; one that is no database is put aside and begun anew."""

    def __init__(self, path: Path, *, most_rows: int = MOST_ROWS) -> None:
        self._path = path
        self._most = most_rows
        self._base: sqlite3.Connection | None = None

    def add(self, amounts: Iterable[Amount], now: float) -> None:
        """Add these to the rows of every step, and drop what is too old.

        Raises sqlite3.Error.
        """
        rows = [
            (step, a.at - a.at % step, a.tunnel, *a.counts)
            for a in amounts
            for step in Step
        ]
        base = self._open()
        with base:
            base.executemany(_ADD, rows)
            for step in Step:
                oldest = int(now) - step.kept_s
                old = "DELETE FROM traffic WHERE step = ? AND at <= ?"
                base.execute(old, (step, oldest))
            self._bound(base)

    def read(self, step: Step, now: float) -> list[Amount]:
        """Return what is kept in rows of that step, the oldest first."""
        found = self._open().execute(_READ, (step, int(now) - step.kept_s))
        return [
            Amount(
                at=at,
                tunnel=tunnel,
                bytes_in=bytes_in,
                bytes_out=bytes_out,
                connections=connections,
                refused=refused,
            )
            for at, tunnel, bytes_in, bytes_out, connections, refused in found
        ]

    def close(self) -> None:
        """Let go of the file."""
        if self._base is not None:
            self._base.close()
            self._base = None

    def _bound(self, base: sqlite3.Connection) -> None:
        (count,) = base.execute("SELECT count(*) FROM traffic").fetchone()
        if count > self._most:
            base.execute(
                "DELETE FROM traffic WHERE (step, at, tunnel) IN "
                "(SELECT step, at, tunnel FROM traffic ORDER BY step, at LIMIT ?)",
                (count - self._most,),
            )

    def _open(self) -> sqlite3.Connection:
        if self._base is None:
            try:
                self._base = self._connect()
            except sqlite3.DatabaseError:
                with contextlib.suppress(FileNotFoundError):
                    self._path.replace(self._path.with_suffix(".damaged"))
                self._base = self._connect()
        return self._base

    def _connect(self) -> sqlite3.Connection:
        self._path.touch(0o600)
        base = sqlite3.connect(self._path, check_same_thread=False)
        try:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
            base.execute(_TABLE)
        except sqlite3.Error:
            base.close()
            raise
        return base
