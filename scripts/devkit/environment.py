"""The virtual environment: made once, kept to the lock files, known by a stamp."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from subprocess import PIPE, STDOUT

from devkit.machine import Run, run
from devkit.say import Stop, say

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements/build.lock", "requirements/dev.lock")
PROJECT = "pyproject.toml"
STAMP = "chmlfrp-dev.json"

MAKE, LOCKED, EDITABLE = "make", "locked", "editable"
"""The steps, in their order: each one asks for those after it."""


class Environment:
    """`.venv` below the project's folder."""

    def __init__(self, root: Path = ROOT, *, run: Run = run) -> None:
        self.root = root
        self.folder = root / ".venv"
        self._run = run

    @property
    def bin(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.bin / ("python.exe" if os.name == "nt" else "python")

    def tool(self, name: str) -> Path:
        """Return the path of a program that a package installed."""
        return self.bin / (f"{name}.exe" if os.name == "nt" else name)

    def bring_up_to_date(self) -> None:
        """Make or complete the environment; says nothing if all is as it should be.

        Raises:
            Stop: it did not work; pip has said why.
        """
        steps = self.steps()
        if not steps:
            return
        (self.folder / STAMP).unlink(missing_ok=True)
        if MAKE in steps:
            self._make()
        if LOCKED in steps:
            self._install_locked()
        say("正在安装本项目（可编辑）", "Installing the project itself, editable")
        self._pip("--no-deps", "--no-build-isolation", "-e", str(self.root))
        (self.folder / STAMP).write_text(json.dumps(wanted(self.root), indent=2))
        say("环境已就绪", "The environment is ready")

    def steps(self) -> tuple[str, ...]:
        """Return what has to be done: a suffix of make, locked, editable."""
        if not self._usable():
            return (MAKE, LOCKED, EDITABLE)
        return difference(self._stamp(), wanted(self.root))

    def _usable(self) -> bool:
        if not self.python.exists() or self._version() != this_python():
            return False
        return self._stamp() is not None or not self._run(
            [str(self.python), "-c", "import pip"]
        )

    def _version(self) -> str:
        """Return major.minor as the environment's own note has it."""
        try:
            note = (self.folder / "pyvenv.cfg").read_text(encoding="utf-8")
        except OSError:
            return ""
        pairs = (line.partition("=") for line in note.splitlines())
        said = {key.strip(): value.strip() for key, _, value in pairs}
        version = said.get("version", said.get("version_info", ""))
        return ".".join(version.split(".")[:2])

    def _stamp(self) -> dict[str, str] | None:
        try:
            found = json.loads((self.folder / STAMP).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def _make(self) -> None:
        say(
            f"正在创建虚拟环境 .venv（Python {this_python()}）",
            f"Making the virtual environment .venv (Python {this_python()})",
        )
        if self.folder.is_symlink():
            self.folder.unlink()
        elif self.folder.exists():
            shutil.rmtree(self.folder)
        if self._run([base_python(), "-m", "venv", str(self.folder)]):
            raise Stop("无法创建虚拟环境", "the virtual environment could not be made")

    def _install_locked(self) -> None:
        say(
            "正在安装锁定的依赖，约需一分钟",
            "Installing what is locked, about a minute",
        )
        build, dev = (str(self.root / name) for name in LOCKS)
        # The lock is complete; Python compiles what is used, when it is.
        quick = ("--no-deps", "--no-compile", "--require-hashes")
        self._pip(*quick, "-r", build)
        self._pip(*quick, "--no-build-isolation", "-r", dev)

    def _pip(self, *what: str) -> None:
        pip = [str(self.python), "-m", "pip", "install", "-q", "--no-input"]
        if self._run([*pip, "--disable-pip-version-check", *what]):
            raise Stop(
                "安装失败，原因见上；请检查网络后重试",
                "installing failed, see above; check the network and try again",
            )


def wanted(root: Path) -> dict[str, str]:
    """Return what the stamp of an up-to-date environment says."""
    return {
        "python": f"{this_python()} {sys.platform} {platform.machine()}",
        "place": str(root),
        "locks": digest(root / name for name in LOCKS),
        "project": digest([root / PROJECT]),
    }


def difference(found: dict[str, str] | None, wanted: dict[str, str]) -> tuple[str, ...]:
    """Return the steps from one stamp to the other; None is an environment without."""
    if found is None:
        return (LOCKED, EDITABLE)
    if any(found.get(key) != wanted[key] for key in ("python", "place")):
        return (MAKE, LOCKED, EDITABLE)
    if found.get("locks") != wanted["locks"]:
        return (LOCKED, EDITABLE)
    return (EDITABLE,) if found.get("project") != wanted["project"] else ()


def digest(files: Iterable[Path]) -> str:
    """Return one hash over the contents, line ends aside."""
    total = hashlib.sha256()
    for path in files:
        total.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return total.hexdigest()


def this_python() -> str:
    """Return major.minor of the interpreter that runs this script."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def base_python() -> str:
    """Return the interpreter outside of any virtual environment."""
    return getattr(sys, "_base_executable", None) or sys.executable


def hand_over(argv: Sequence[str], *, cwd: Path) -> int:
    """Run a command to its end, here; Ctrl-C is for it, not for us."""
    with subprocess.Popen(list(argv), cwd=cwd) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def hear(argv: Sequence[str], *, cwd: Path) -> tuple[int, str, float]:
    """Run a command to its end; return its exit code, what it said, and seconds."""
    began = time.monotonic()
    done = subprocess.run(
        list(argv), cwd=cwd, check=False, stdout=PIPE, stderr=STDOUT, encoding="utf-8"
    )
    return done.returncode, done.stdout, time.monotonic() - began


def become(argv: Sequence[str], *, cwd: Path) -> int:
    """Run a command in place of this process, so that signals reach it.

    Windows cannot; there the exit code is returned.
    """
    if os.name != "nt":
        os.chdir(cwd)
        os.execv(argv[0], list(argv))  # noqa: S606 - a list, no shell
    return hand_over(argv, cwd=cwd)
