"""Starting the daemon with the system, through whatever this system starts things by.

A systemd user unit, a launchd agent, or a value in the Run key of the registry: none of
them needs an administrator. The first two also start it again when it crashes; an end
that was asked for stays an end.
"""

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from chmlfrp.errors import AutostartFailed
from chmlfrp.local.files import write_private
from chmlfrp.local.paths import Home

NAME = "chmlfrp"
LABEL = "chmlfrp.daemon"
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
AT_WORK = 75
"""Exit status of a daemon that found another one at work; EX_TEMPFAIL of sysexits(3)."""
_PATIENCE_S = 30.0

Argv = Sequence[str]
Run = Callable[[Argv], str]
"""Runs a command and returns what it printed; raises AutostartFailed."""


class Autostart(Protocol):
    """One system's way."""

    @property
    def place(self) -> str:
        """Where a person finds the entry."""
        ...

    @property
    def restarts(self) -> bool:
        """Whether a crash is followed by a start."""
        ...

    @property
    def before_login(self) -> Argv:
        """What makes it start before anybody logs in; empty where that cannot be."""
        ...

    def is_on(self) -> bool:
        """Return whether the entry is there."""
        ...

    def is_before_login(self) -> bool:
        """Return whether it starts before anybody logs in."""
        ...

    def turn_on(self) -> None:
        """Make or renew the entry; starts nothing.

        Raises:
            AutostartFailed: the system refused.
            HomeUnusable: the entry cannot be written.
        """
        ...

    def turn_off(self) -> None:
        """Remove the entry; ends nothing. Nothing to remove is fine.

        Raises:
            AutostartFailed: the system refused.
        """
        ...

    def start(self) -> None:
        """Start the daemon as it will be started at the next login.

        Raises:
            AutostartFailed: the system refused.
        """
        ...


def run(argv: Argv) -> str:
    """Run a command of the system and return what it printed.

    Raises:
        AutostartFailed: it is missing, too slow, or said no.
    """
    try:
        done = subprocess.run(
            list(argv),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise AutostartFailed(f"{argv[0]}: {exc}") from exc
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or f"exit code {done.returncode}"
        raise AutostartFailed(f"{shlex.join(argv)}: {said}")
    return done.stdout


@dataclass(frozen=True, kw_only=True)
class Systemd:
    """A user unit; systemd.unit(5), systemd.service(5)."""

    command: Argv
    folder: Path
    user: str = ""
    run: Run = field(default=run, repr=False)
    lingering: Path = Path("/var/lib/systemd/linger")
    restarts = True

    @property
    def unit(self) -> Path:
        return self.folder / f"{NAME}.service"

    @property
    def place(self) -> str:
        return str(self.unit)

    @property
    def before_login(self) -> Argv:
        return ("loginctl", "enable-linger", *([self.user] if self.user else []))

    def is_on(self) -> bool:
        return self.unit.is_file()

    def is_before_login(self) -> bool:
        """Look for what loginctl(1) leaves for a user who lingers."""
        return (
            self.is_on() and bool(self.user) and (self.lingering / self.user).exists()
        )

    def turn_on(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_private(self.unit, self.text().encode())
        self.run(("systemctl", "--user", "daemon-reload"))
        self.run(("systemctl", "--user", "enable", self.unit.name))

    def turn_off(self) -> None:
        if not self.is_on():
            return
        self.run(("systemctl", "--user", "disable", self.unit.name))
        self.unit.unlink(missing_ok=True)
        self.run(("systemctl", "--user", "daemon-reload"))

    def start(self) -> None:
        self.run(("systemctl", "--user", "start", self.unit.name))

    def text(self) -> str:
        """Return the unit.

        A failure is followed by a start, after a second and as often as it takes; a daemon
        that was told to end, or that found another one at work, stays away.
        """
        lines = [
            "[Unit]",
            "Description=ChmlFrp tunnels",
            "StartLimitIntervalSec=0",
            "",
            "[Service]",
            f"ExecStart={' '.join(map(_quoted, self.command))}",
            "Restart=on-failure",
            "RestartSec=1",
            f"RestartPreventExitStatus={AT_WORK}",
            "KillMode=mixed",
            "TimeoutStopSec=20",
            "",
            "[Install]",
            "WantedBy=default.target",
            "",
        ]
        return "\n".join(lines)


@dataclass(frozen=True, kw_only=True)
class Launchd:
    """An agent of the user; launchd.plist(5)."""

    command: Argv
    folder: Path
    uid: int
    run: Run = field(default=run, repr=False)
    restarts = True
    before_login: Argv = ()

    @property
    def agent(self) -> Path:
        return self.folder / f"{LABEL}.plist"

    @property
    def place(self) -> str:
        return str(self.agent)

    def is_on(self) -> bool:
        return self.agent.is_file()

    def is_before_login(self) -> bool:
        return False

    def turn_on(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_private(self.agent, self.text())

    def turn_off(self) -> None:
        """Remove the file; what launchd holds of it ends with the login."""
        self.agent.unlink(missing_ok=True)

    def start(self) -> None:
        self.run(("launchctl", "bootstrap", f"gui/{self.uid}", str(self.agent)))

    def text(self) -> bytes:
        """Return the agent; a clean end stays an end, a crash does not."""
        return plistlib.dumps(
            {
                "Label": LABEL,
                "ProgramArguments": list(self.command),
                "RunAtLoad": True,
                "KeepAlive": {"Crashed": True},
                "ThrottleInterval": 1,
                "ProcessType": "Background",
            }
        )


class Registry(Protocol):
    """The values of one key of the current user."""

    def get(self, name: str) -> str | None: ...
    def set(self, name: str, value: str) -> None: ...
    def delete(self, name: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class RunKey:
    """A value below `Run`; a scheduled task at logon would ask for an administrator."""

    command: Argv
    registry: Registry
    restarts = False
    before_login: Argv = ()

    @property
    def place(self) -> str:
        return rf"HKEY_CURRENT_USER\{RUN_KEY}\{NAME}"

    def is_on(self) -> bool:
        return self.registry.get(NAME) is not None

    def is_before_login(self) -> bool:
        return False

    def turn_on(self) -> None:
        # pythonw has no console window.
        program = self.command[0].removesuffix("python.exe")
        windowless = program + "pythonw.exe" if program != self.command[0] else program
        line = subprocess.list2cmdline([windowless, *self.command[1:]])
        self.registry.set(NAME, line)

    def turn_off(self) -> None:
        self.registry.delete(NAME)

    def start(self) -> None:
        """Do nothing: whoever asked starts it in the background as usual."""


class Winreg:
    """The real registry."""

    def __init__(self) -> None:
        self._api: Any = import_module("winreg")  # only Windows has it, and its types

    def get(self, name: str) -> str | None:
        try:
            with self._api.OpenKey(self._api.HKEY_CURRENT_USER, RUN_KEY) as key:
                return str(self._api.QueryValueEx(key, name)[0])
        except FileNotFoundError:
            return None

    def set(self, name: str, value: str) -> None:
        try:
            with self._api.CreateKey(self._api.HKEY_CURRENT_USER, RUN_KEY) as key:
                self._api.SetValueEx(key, name, 0, self._api.REG_SZ, value)
        except OSError as exc:
            raise AutostartFailed(f"the registry refused: {exc}") from exc

    def delete(self, name: str) -> None:
        rights = (RUN_KEY, 0, self._api.KEY_SET_VALUE)
        try:
            with self._api.OpenKey(self._api.HKEY_CURRENT_USER, *rights) as key:
                self._api.DeleteValue(key, name)
        except FileNotFoundError:
            return
        except OSError as exc:
            raise AutostartFailed(f"the registry refused: {exc}") from exc


def of_this_system(
    command: Argv,
    home: Home,
    *,
    platform: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
) -> Autostart:
    """Return how this system starts things.

    Raises:
        AutostartFailed: it has nothing that we know, or the home is one of many.
    """
    if home.is_throwaway:
        raise AutostartFailed(
            "a home that CHMLFRP_HOME names does not start by itself",
            hint="leave CHMLFRP_HOME out, or write a start of your own",
        )
    if platform == "win32":
        return RunKey(command=command, registry=Winreg())
    base = Path.home()
    if platform == "darwin":
        folder = base / "Library" / "LaunchAgents"
        return Launchd(command=command, folder=folder, uid=os.getuid())
    if which("systemctl") is None:
        raise AutostartFailed(
            "this system has no systemd",
            hint=f"let it start this at boot: {shlex.join(command)}",
        )
    import getpass

    config = os.environ.get("XDG_CONFIG_HOME", "").strip() or base / ".config"
    folder = Path(config) / "systemd" / "user"
    return Systemd(command=command, folder=folder, user=getpass.getuser())


def manager(command: Argv, home: Home) -> Autostart | None:
    """Return what starts the daemon and keeps it up here, None if nothing was told to."""
    try:
        found = of_this_system(command, home)
    except AutostartFailed:
        return None
    return found if found.restarts and found.is_on() else None


def _quoted(word: str) -> str:
    """Return a word as a unit file has it; systemd.syntax(7)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped.replace("$", "$$")}"'
