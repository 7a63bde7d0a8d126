"""The machine: packages of the system that a command needs, and where frpc runs.

To add one, add a `SystemNeed` to `NEEDS`.
"""

import ctypes.util
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from devkit.say import Stop, say

Run = Callable[[Sequence[str]], int]
"""Runs a command and returns its exit code."""

EFFECTIVE_USER: Callable[[], int] | None = getattr(os, "geteuid", None)
"""Windows has none."""

EVERY_COMMAND = frozenset({"*"})


@dataclass(frozen=True, kw_only=True)
class SystemNeed:
    """Something that pip cannot install."""

    name: str
    commands: frozenset[str]
    """Names of subcommands, or `EVERY_COMMAND`."""
    apt: tuple[str, ...]
    present: Callable[[], bool]

    def concerns(self, command: str) -> bool:
        """Whether the command needs it."""
        return self.commands == EVERY_COMMAND or command in self.commands


def _can_make_environments() -> bool:
    """Debian keeps ensurepip in a package of its own."""
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def _can_cut_cables() -> bool:
    """Tests of the network need `ip` and root; without root they are skipped anyway."""
    is_root = EFFECTIVE_USER is not None and EFFECTIVE_USER() == 0
    return shutil.which("ip") is not None or not (is_root and sys.platform == "linux")


def _has_postgres() -> bool:
    """Without apt the tests that need it are skipped and say so."""
    is_there = shutil.which("initdb") or any(
        Path("/usr/lib/postgresql").glob("*/bin/initdb")
    )
    return bool(is_there) or not allowed_apt()


def _has_services() -> bool:
    """What is published in tests; without apt those that need it are skipped."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
    found = [shutil.which(name, path=path) for name in ("nginx", "iperf3")]
    return all(found) or not allowed_apt()


def _can_draw() -> bool:
    """Qt draws with the system's libraries; without apt its tests say what is missing."""
    if sys.platform != "linux":
        return True
    libraries = ("EGL", "GL", "fontconfig", "xkbcommon", "dbus-1")
    has_all = all(ctypes.util.find_library(name) for name in libraries)
    return (has_all and _has_chinese_font()) or not allowed_apt()


def _has_screen() -> bool:
    """The real window is tested on an X screen that nobody sees."""
    if sys.platform != "linux":
        return True
    libraries = ("xcb-cursor", "xcb-icccm", "xcb-keysyms", "xkbcommon-x11")
    has_all = all(ctypes.util.find_library(name) for name in libraries)
    return (has_all and shutil.which("Xvfb") is not None) or not allowed_apt()


def _has_chinese_font() -> bool:
    found = (Path(place).glob("**/*CJK*") for place in FONTS)
    return any(next(paths, None) for paths in found)


FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")

NEEDS = (
    SystemNeed(
        name="venv",
        commands=EVERY_COMMAND,
        apt=(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv",),
        present=_can_make_environments,
    ),
    SystemNeed(
        name="ip",
        commands=frozenset({"test", "promise"}),
        apt=("iproute2",),
        present=_can_cut_cables,
    ),
    SystemNeed(
        name="postgresql",
        commands=frozenset({"test"}),
        apt=("postgresql",),
        present=_has_postgres,
    ),
    SystemNeed(
        name="services",
        commands=frozenset({"test"}),
        apt=("nginx-light", "iperf3"),
        present=_has_services,
    ),
    SystemNeed(
        name="xvfb",
        commands=frozenset({"test"}),
        apt=(
            *("xvfb", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1"),
            *("libxcb-image0", "libxcb-render-util0", "libxcb-shape0"),
            "libxkbcommon-x11-0",
        ),
        present=_has_screen,
    ),
    SystemNeed(
        name="qt",
        commands=frozenset({"test", "shots"}),
        apt=(
            *("libegl1", "libgl1", "libfontconfig1", "libxkbcommon0", "libdbus-1-3"),
            "fonts-noto-cjk",
        ),
        present=_can_draw,
    ),
)


def run(argv: Sequence[str]) -> int:
    """Run a command on this terminal, without input, and return its exit code."""
    try:
        return subprocess.run(
            list(argv), stdin=subprocess.DEVNULL, check=False
        ).returncode
    except OSError:
        return 127


def provide(
    needs: Sequence[SystemNeed], *, run: Run = run, apt: Sequence[str] | None = None
) -> None:
    """Install what is missing through apt.

    apt: the command, rights included; None looks for it, empty means there is none.

    Raises:
        Stop: it cannot be installed from here; says which packages.
    """
    missing = [need for need in needs if not need.present()]
    if not missing:
        return
    packages = sorted({package for need in missing for package in need.apt})
    names = ", ".join(need.name for need in missing)
    by_hand = f"sudo apt-get install {' '.join(packages)}"
    apt = allowed_apt(run=run) if apt is None else apt
    if not apt:
        raise Stop(
            f"系统缺少 {names}；请先安装，例如 {by_hand}",
            f"this system lacks {names}; install it first, for example: {by_hand}",
        )
    say(
        f"正在用 apt 安装 {' '.join(packages)}",
        f"Installing {' '.join(packages)} with apt",
    )
    run([*apt, "update", "-q"])
    if run([*apt, "install", "-y", "-q", "--no-install-recommends", *packages]):
        raise Stop(
            f"apt 安装失败；请手动运行 {by_hand}", f"apt failed; run by hand: {by_hand}"
        )


def allowed_apt(
    *,
    run: Run = run,
    which: Callable[[str], str | None] = shutil.which,
    user: Callable[[], int] | None = EFFECTIVE_USER,
) -> list[str]:
    """Return apt-get as root or through a sudo that asks nothing; empty if neither."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if user is None or not which("apt-get"):
        return []
    if user() == 0:
        return quiet
    if which("sudo") and run(["sudo", "-n", "true"]) == 0:
        return ["sudo", "-n", *quiet]
    return []


def has_packaged_frpc(
    system: str = platform.system(), machine: str = platform.machine()
) -> bool:
    """Whether the demo dependencies bring an frpc for this machine."""
    return system == "Windows" or (system, machine) == ("Linux", "x86_64")


def tell_if_no_frpc() -> None:
    """Say so once where no packaged frpc runs."""
    if not has_packaged_frpc():
        here = f"{platform.system()} {platform.machine()}"
        say(
            f"本机（{here}）没有打包好的 frpc/frps，需要它们的步骤无法运行",
            f"no frpc and frps are packaged for this machine ({here}): "
            "what needs them cannot run",
        )
