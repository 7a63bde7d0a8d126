"""A support bundle: logs, settings and versions in one file, masked."""

import importlib.metadata
import io
import platform
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from chmlfrp import __version__
from chmlfrp.local.files import write_private
from chmlfrp.local.masking import Mask, Masked
from chmlfrp.local.paths import Home

LONGEST = 2 << 20
"""Bytes taken of one file: its end."""
_LIBRARIES = (
    *("click", "httpx2", "keyring", "msgspec", "psutil", "starlette", "uvicorn"),
    *("PySide6-Essentials", "apprise", "mcstatus"),
)


class BundledFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the bundle, and what was masked in it."""

    name: str
    size: int
    masked: dict[Masked, int] = {}


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, before it is written."""

    files: tuple[BundledFile, ...]
    texts: dict[str, str]
    """By name: what the files hold, masked."""


def local_texts(home: Home) -> dict[str, str]:
    """Return what this machine itself has to tell, as yet unmasked; reads files."""
    logs = sorted(home.log_dir.glob("daemon*.log*"))
    texts = {f"log/{path.name}": _end_of(path) for path in logs}
    if home.settings_file.exists():
        texts["settings.toml"] = _end_of(home.settings_file)
    if home.timeline_file.exists():
        texts["events.jsonl"] = _end_of(home.timeline_file)
    return texts | {"versions.json": _versions()}


def make_bundle(texts: Mapping[str, str], mask: Mask) -> Bundle:
    """Return the texts, masked, and what was masked in each."""
    files, masked = [], {}
    for name, text in texts.items():
        before = mask.counts.copy()
        masked[name] = mask(text)
        found = {kind: n for kind, n in (mask.counts - before).items() if n}
        size = len(masked[name].encode())
        files.append(BundledFile(name=name, size=size, masked=found))
    return Bundle(files=tuple(files), texts=masked)


def write_bundle(bundle: Bundle, path: Path) -> None:
    """Write it as a zip that only its owner may read; raises HomeUnusable."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in bundle.texts.items():
            archive.writestr(name, text)
    write_private(path, raw.getvalue())


def _end_of(path: Path) -> str:
    """Return the last of the file from a whole line on, empty if it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError:
        return ""
    if len(raw) > LONGEST:
        raw = raw[-LONGEST:].partition(b"\n")[2]
    return raw.decode("utf-8", "replace")


def _versions() -> str:
    found = {"chmlfrp-ui": __version__, "python": sys.version.split()[0]}
    found |= {"system": platform.platform(), "machine": platform.machine()}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()
