"""What a person decided, in one file to keep and to bring back; no token is in it."""

import io
import json
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from chmlfrp.errors import HomeUnusable, InvalidInput
from chmlfrp.local.files import read_private, write_private
from chmlfrp.local.instance import InstanceLock
from chmlfrp.local.paths import Home

MARK = "chmlfrp-backup"
"""A file of the archive that says what it is; it holds the format's number."""
FORMAT = "1"
LARGEST = 16 << 20
"""Bytes of one file; what is larger was not made by us."""


def places(home: Home) -> Mapping[str, Path]:
    """Return where each file of a backup belongs."""
    files = (
        home.settings_file,
        home.options_file,
        home.wishes_file,
        home.nodes_file,
        home.schedule_file,
        home.guard_file,
        home.knock_file,
    )
    return {file.name: file for file in files}


def make_backup(home: Home, path: Path) -> list[str]:
    """Write what there is into a zip that only its owner may read; return the names.

    Raises:
        HomeUnusable: something cannot be read, or the zip not be written.
    """
    found = {name: read_private(file) for name, file in places(home).items()}
    kept = {name: data for name, data in found.items() if data is not None}
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MARK, FORMAT)
        for name, data in kept.items():
            archive.writestr(name, data)
    write_private(path, raw.getvalue())
    return list(kept)


def read_backup(path: Path, names: frozenset[str]) -> dict[str, bytes]:
    """Return the files of a backup by name.

    Raises:
        InvalidInput: it is no backup of ours, or damaged.
        HomeUnusable: it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if MARK not in archive.namelist() or archive.read(MARK) != FORMAT.encode():
                raise _no_backup(path, "it was not made by this program")
            infos = [info for info in archive.infolist() if info.filename in names]
            if any(info.file_size > LARGEST for info in infos):
                raise _no_backup(path, "a file in it is too large")
            found = {info.filename: archive.read(info) for info in infos}
        for name, data in found.items():
            _check(name, data)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as exc:
        raise _no_backup(path, str(exc)) from exc
    except OSError as exc:
        raise HomeUnusable(f"{path}: {exc.strerror}") from exc
    return found


def restore_backup(home: Home, path: Path) -> list[str]:
    """Put the files back; the ones so far stay as `.bak`. No daemon may run.

    Raises:
        InvalidInput: it is no backup of ours, or damaged; nothing is changed.
        DaemonBusy: a daemon runs, which would write its own over them.
        HomeUnusable: a file cannot be written.
    """
    belongs = places(home)
    found = read_backup(path, frozenset(belongs))
    home.prepare()
    with InstanceLock(home):
        for name, data in found.items():
            write_private(belongs[name], data, keep_previous=True)
    return list(found)


def _check(name: str, data: bytes) -> None:
    text = data.decode("utf-8-sig")
    if name.endswith(".toml"):
        tomllib.loads(text)
    else:
        json.loads(text)


def _no_backup(path: Path, why: str) -> InvalidInput:
    return InvalidInput(f"{path.name} is no backup: {why}", field="file")
