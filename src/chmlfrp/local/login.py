"""Opening the window when its person logs in, through whatever this system opens things by.

A desktop entry in the autostart folder (Desktop Application Autostart Specification), a
launchd agent, or a value in the Run key. The daemon's own start is `autostart`.
"""

import os
import plistlib
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from chmlfrp.errors import AutostartFailed
from chmlfrp.local.autostart import Argv, Registry, Winreg
from chmlfrp.local.files import write_private
from chmlfrp.local.paths import Home

NAME = "chmlfrp-window"
LABEL = "chmlfrp.window"
HIDDEN = "--hidden"
"""Has the window begin as an icon beside the clock."""


class AtLogin(StrEnum):
    """What is opened."""

    NOTHING = "nothing"
    TRAY = "tray"
    WINDOW = "window"


class LoginEntry(Protocol):
    """One system's way."""

    def read(self) -> AtLogin:
        """Return what is opened now."""
        ...

    def write(self, what: AtLogin) -> None:
        """Have that opened from the next login on.

        Raises:
            AutostartFailed: the system refused.
            HomeUnusable: the entry cannot be written.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class DesktopEntry:
    """A file in the autostart folder."""

    command: Argv
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / f"{NAME}.desktop"

    def read(self) -> AtLogin:
        return _read(self.file)

    def write(self, what: AtLogin) -> None:
        if what is AtLogin.NOTHING:
            self.file.unlink(missing_ok=True)
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [
            "[Desktop Entry]",
            "Type=Application",
            "Name=ChmlFrp UI",
            f"Exec={exec_line(_argv(self.command, what))}",
            "Terminal=false",
            "",
        ]
        write_private(self.file, "\n".join(lines).encode())


@dataclass(frozen=True, kw_only=True)
class LaunchAgent:
    """An agent of the user; launchd.plist(5)."""

    command: Argv
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / f"{LABEL}.plist"

    def read(self) -> AtLogin:
        return _read(self.file)

    def write(self, what: AtLogin) -> None:
        if what is AtLogin.NOTHING:
            self.file.unlink(missing_ok=True)
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        agent = {
            "Label": LABEL,
            "ProgramArguments": _argv(self.command, what),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        write_private(self.file, plistlib.dumps(agent))


@dataclass(frozen=True, kw_only=True)
class RunValue:
    """A value below `Run`."""

    command: Argv
    registry: Registry

    def read(self) -> AtLogin:
        return _meant(self.registry.get(NAME))

    def write(self, what: AtLogin) -> None:
        if what is AtLogin.NOTHING:
            self.registry.delete(NAME)
        else:
            line = subprocess.list2cmdline(_argv(self.command, what))
            self.registry.set(NAME, line)


def of_this_system(
    command: Argv, home: Home, *, platform: str = sys.platform
) -> LoginEntry:
    """Return how this system opens things at login.

    Raises:
        AutostartFailed: the home is one of many.
    """
    if home.is_throwaway:
        raise AutostartFailed("a home that CHMLFRP_HOME names is not opened at login")
    if platform == "win32":
        return RunValue(command=command, registry=Winreg())
    if platform == "darwin":
        folder = Path.home() / "Library" / "LaunchAgents"
        return LaunchAgent(command=command, folder=folder)
    config = os.environ.get("XDG_CONFIG_HOME", "").strip()
    base = Path(config) if config else Path.home() / ".config"
    return DesktopEntry(command=command, folder=base / "autostart")


def exec_line(argv: Argv) -> str:
    """Return a command as a desktop entry has it (Desktop Entry Specification, Exec)."""
    return " ".join(map(_quoted, argv))


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\\\\\").replace("%", "%%")
    for letter in '"`$':
        escaped = escaped.replace(letter, f"\\\\{letter}")
    return f'"{escaped}"'


def _argv(command: Argv, what: AtLogin) -> list[str]:
    return [*command, *([HIDDEN] if what is AtLogin.TRAY else [])]


def _read(file: Path) -> AtLogin:
    try:
        return _meant(file.read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return AtLogin.NOTHING
    except OSError as exc:
        raise AutostartFailed(f"{file}: {exc.strerror}") from exc


def _meant(text: str | None) -> AtLogin:
    if text is None:
        return AtLogin.NOTHING
    return AtLogin.TRAY if HIDDEN in text else AtLogin.WINDOW
