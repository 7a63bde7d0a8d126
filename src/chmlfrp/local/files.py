"""Private files: written whole or not at all, never silently reset."""

import os
import shutil
import tempfile
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from chmlfrp.local.private import WINDOWS, close_to_others, unusable

T = TypeVar("T")


class Outcome(StrEnum):
    """How a state file was found."""

    MISSING = "missing"
    READ = "read"
    FROM_BACKUP = "from_backup"
    """The file was damaged or gone; the value is the one before the last."""
    LOST = "lost"
    """The file was damaged and no earlier one could be read."""


class Loaded(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A state file's value and what happened on the way."""

    value: T | None
    outcome: Outcome
    kept_aside: tuple[Path, ...] = ()
    """Where damaged files are now."""
    why: str = ""
    """What was wrong with the first damaged file."""


def write_private(path: Path, data: bytes, *, keep_previous: bool = False) -> None:
    """Replace the file by one that only its owner may read; atomic, on the disk.

    keep_previous: the content so far stays as `<name>.bak`.

    Raises:
        HomeUnusable: it cannot be written; the old content is untouched.
    """
    try:
        temporary = _written_beside(path, data)
        try:
            if keep_previous:
                _keep_previous(path)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_dir(path.parent)
    except OSError as exc:
        raise unusable(path, exc.strerror or str(exc)) from exc


def read_private(path: Path) -> bytes | None:
    """Return the content, None if there is no file; takes others' rights away first.

    Raises:
        HomeUnusable: it cannot be read, or is somebody else's.
    """
    try:
        close_to_others(path)
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise unusable(path, exc.strerror or str(exc)) from exc


def save_state(path: Path, value: object) -> None:
    """Write a msgspec value as JSON; the state so far stays as `<name>.bak`."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2)
    write_private(path, text + b"\n", keep_previous=True)


def load_state(path: Path, kind: type[T]) -> Loaded[T]:
    """Read what `save_state` wrote; a damaged file is kept aside and the backup used.

    Raises:
        HomeUnusable: a file is there and cannot be read at all.
    """
    return load_by(path, lambda data: msgspec.json.decode(data, type=kind))


def load_by(path: Path, decode: Callable[[bytes], T]) -> Loaded[T]:
    """Read a file, or its backup, by a function that raises ValueError for a damaged one.

    Raises:
        HomeUnusable: a file is there and cannot be read at all.
    """
    kept: list[Path] = []
    why = ""
    for candidate in (path, _backup(path)):
        data = read_private(candidate)
        if data is None:
            continue
        try:
            value = decode(data)
        except (msgspec.DecodeError, ValueError) as exc:
            why = why or str(exc)
            kept.append(keep_aside(candidate))
            continue
        outcome = Outcome.READ if candidate == path else Outcome.FROM_BACKUP
        return Loaded(value=value, outcome=outcome, kept_aside=tuple(kept), why=why)
    outcome = Outcome.LOST if kept else Outcome.MISSING
    return Loaded(value=None, outcome=outcome, kept_aside=tuple(kept), why=why)


def keep_aside(path: Path, *, copy: bool = False) -> Path:
    """Move a damaged file to the first free `<name>.broken-<n>`; return where it is.

    copy: leave the file where it is; the same content is not copied twice.
    """
    try:
        number = 1
        while (aside := path.with_name(f"{path.name}.broken-{number}")).exists():
            if copy and aside.read_bytes() == path.read_bytes():
                return aside
            number += 1
        if not copy:
            return path.rename(aside)
        write_private(aside, path.read_bytes())
        return aside
    except OSError as exc:
        raise unusable(path, exc.strerror or str(exc)) from exc


def _written_beside(path: Path, data: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _backup(path: Path) -> Path:
    return path.with_name(f"{path.name}.bak")


def _keep_previous(path: Path) -> None:
    """Give the present content a second name; the first one never goes missing."""
    if not path.exists():
        return
    backup = _backup(path)
    backup.unlink(missing_ok=True)
    try:
        backup.hardlink_to(path)
    except OSError:  # file systems without hard links
        shutil.copy2(path, backup)


def _sync_dir(folder: Path, *, windows: bool = WINDOWS) -> None:
    """Put the rename itself on the disk; Windows has no such call for folders."""
    if windows:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
