"""The file in which the guard remembers: one that is no database is begun anew."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path


class Store:
    """A database; blocking, one call at a time, from whatever thread."""

    def __init__(self, path: Path, tables: str) -> None:
        self._path = path
        self._tables = tables
        self._base: sqlite3.Connection | None = None

    def is_there(self) -> bool:
        """Whether something was remembered."""
        return self._path.exists()

    def open(self) -> sqlite3.Connection:
        """Return the database with its tables; raises sqlite3.Error and OSError.

        A damaged file is put aside as `<name>.damaged`.
        """
        if self._base is None:
            try:
                self._base = self._connect()
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                with contextlib.suppress(FileNotFoundError):
                    self._path.replace(self._damaged)
                self._base = self._connect()
        return self._base

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Have all that is written within on disk afterwards, or nothing of it.

        Within another one it is a part of that. Raises as `open` does.
        """
        base = self.open()
        if base.in_transaction:
            yield base
            return
        with base:
            base.execute("BEGIN IMMEDIATE")
            yield base

    def close(self) -> None:
        """Let go of the file; the next `open` takes it up again."""
        if self._base is not None:
            self._base.close()
            self._base = None

    def scrub(self) -> None:
        """Leave no byte of what was deleted; as far as nobody else reads the file."""
        with contextlib.suppress(OSError):
            self._damaged.unlink(missing_ok=True)
        with contextlib.suppress(sqlite3.Error):
            self.open().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @property
    def _damaged(self) -> Path:
        return self._path.with_suffix(".damaged")

    def _connect(self) -> sqlite3.Connection:
        self._path.touch(0o600)
        base = sqlite3.connect(self._path, check_same_thread=False)
        try:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
            base.execute("PRAGMA secure_delete = ON")
            base.executescript(self._tables)
        except sqlite3.Error:
            base.close()
            raise
        return base
