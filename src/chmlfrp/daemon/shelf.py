"""The frpc programs that we installed: side by side, one of them chosen.

A program is never overwritten: a new one comes into a folder of its own and a pointer is
moved, so that one in use is left alone (Windows would not let go of it anyway) and the way
back is the pointer's.
"""

import contextlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from chmlfrp.errors import FrpcChanged, FrpcVanished, HomeUnusable, InvalidInput
from chmlfrp.frpc.binary import sha256_of
from chmlfrp.local.files import load_state, save_state

_NOTE = "core.json"
_UNSAFE = re.compile(r"[^\w.+-]+")
_WAY_OUT = "chmlfrp core list"


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """What was noted when a program was installed."""

    label: str
    version: str
    source: str
    sha256: str
    size: int
    installed_at: float


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """Which of them is run."""

    label: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder and the pointer; every method may wait for the disk."""

    folder: Path
    pointer_file: Path
    system: str = sys.platform
    wall_clock: Callable[[], float] = time.time

    @property
    def program_name(self) -> str:
        """What the program is called in its folder."""
        return "frpc.exe" if self.system == "win32" else "frpc"

    def path(self, label: str) -> Path:
        """Return where the program of that label is."""
        return self.folder / label / self.program_name

    def installed(self) -> list[Installed]:
        """Return what was installed, whether or not it is still there, oldest first."""
        if not self.folder.is_dir():
            return []
        notes = (load_state(p, Installed).value for p in self.folder.glob(f"*/{_NOTE}"))
        found = [n for n in notes if n is not None and n.label == _safe(n.label)]
        return sorted(found, key=lambda note: (note.installed_at, note.label))

    def get(self, label: str) -> Installed:
        """Return the note of that label; raises InvalidInput if there is none."""
        for note in self.installed():
            if note.label == label:
                return note
        raise InvalidInput(f"no core is called {label}", hint=_WAY_OUT, field="core")

    def trouble(self, note: Installed) -> str:
        """Return `gone`, `changed` or nothing, by the file's hash."""
        try:
            found = sha256_of(self.path(note.label))
        except OSError:
            return "gone"
        return "" if found == note.sha256 else "changed"

    def check(self, note: Installed) -> None:
        """Raise FrpcVanished or FrpcChanged if the program is not what was installed."""
        check(self.path(note.label), note.sha256)

    def pointer(self) -> Pointer:
        """Return which one is chosen, an empty label if none is."""
        return load_state(self.pointer_file, Pointer).value or Pointer()

    def chosen(self) -> Installed | None:
        """Return the note of the chosen one, None if none is or its note is gone."""
        label = self.pointer().label
        return next((n for n in self.installed() if n.label == label), None)

    def choose(self, label: str) -> Installed:
        """Have this one run from now on; the one before stays in the pointer.

        Raises:
            InvalidInput: there is none of that label.
            FrpcVanished, FrpcChanged: it is not what was installed; nothing changes.
        """
        note = self.get(label)
        self.check(note)
        old = self.pointer()
        if old.label != label:
            save_state(self.pointer_file, Pointer(label=label, previous=old.label))
        return note

    def put(
        self, program: Path, *, version: str, source: str, sha256: str
    ) -> tuple[Installed, bool]:
        """Move a program in; returns its note and whether it was there already.

        Raises:
            HomeUnusable: the disk does not take it; nothing is left of it then.
        """
        for note in self.installed():
            if note.sha256 == sha256 and not self.trouble(note):
                program.unlink(missing_ok=True)
                return note, True
        try:
            return self._moved_in(program, version, source, sha256), False
        except OSError as exc:
            why = exc.strerror or str(exc)
            raise HomeUnusable(f"{self.folder} cannot be used: {why}") from exc

    def remove(self, label: str) -> None:
        """Take one away.

        Raises:
            InvalidInput: it is the chosen one, in use, or not there at all.
        """
        note = self.get(label)
        if self.pointer().label == label and not self.trouble(note):
            raise InvalidInput(
                f"core {label} is the one that is run",
                hint="choose another first: chmlfrp core use LABEL",
                field="core",
            )
        try:
            # By this the system says whether it is in use, before anything is gone.
            grave = self.folder / label
            doomed = Path(tempfile.mkdtemp(prefix=".gone-", dir=self.folder)) / "x"
            grave.rename(doomed)
        except OSError as exc:
            raise InvalidInput(
                f"core {label} is in use: {exc.strerror or exc}",
                hint="stop the tunnels that it carries: chmlfrp tunnel stop --all",
                field="core",
            ) from exc
        shutil.rmtree(doomed.parent, ignore_errors=True)

    def stage(self) -> Path:
        """Return a fresh folder for what is to be moved in; the caller removes it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        return Path(tempfile.mkdtemp(prefix=".stage-", dir=self.folder))

    def _moved_in(
        self, program: Path, version: str, source: str, sha256: str
    ) -> Installed:
        note = Installed(
            label=self._free_label(version),
            version=version,
            source=source,
            sha256=sha256,
            size=program.stat().st_size,
            installed_at=self.wall_clock(),
        )
        home = Path(tempfile.mkdtemp(prefix=".stage-", dir=self.folder))
        try:
            program.rename(home / self.program_name)
            save_state(home / _NOTE, note)
            home.rename(self.folder / note.label)
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        return note

    def _free_label(self, version: str) -> str:
        """Return the version, or with a number where a program of it stands already."""
        label, number = _safe(version), 1
        while (self.folder / label).exists():
            number += 1
            label = f"{_safe(version)}-{number}"
        return label

    def _sweep(self) -> None:
        """Remove what an installation or removal that was cut short left."""
        for stale in (*self.folder.glob(".stage-*"), *self.folder.glob(".gone-*")):
            with contextlib.suppress(OSError):
                shutil.rmtree(stale)


def check(path: Path, sha256: str) -> None:
    """Raise FrpcVanished or FrpcChanged if the file is not the one of that hash."""
    scanner = (
        "a virus scanner may have taken it: exclude its folder there, "
        "then install it again: chmlfrp core install"
    )
    if not path.is_file():
        raise FrpcVanished(f"{path} was installed and is gone", hint=scanner)
    if sha256_of(path) != sha256:
        raise FrpcChanged(f"{path} changed since it was installed", hint=scanner)


def _safe(version: str) -> str:
    text = _UNSAFE.sub("_", version).strip(".") or "frpc"
    return text[: 64 if os.name != "nt" else 40]
