"""Having `chmlfrp://` addresses opened by the window, on each system in its way.

On Linux a desktop entry with a MIME type (Shared MIME-info, xdg-mime(1)), on Windows a
class of the current user. On macOS only a bundle may own a scheme, in its Info.plist.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from chmlfrp.errors import AutostartFailed
from chmlfrp.local import autostart
from chmlfrp.local.files import write_private
from chmlfrp.local.login import exec_line
from chmlfrp.local.paths import Home

SCHEME = "chmlfrp"
ENTRY = "chmlfrp-links.desktop"
CLASS_KEY = rf"Software\Classes\{SCHEME}"


class Classes(Protocol):
    """The classes of the current user."""

    def set(self, key: str, name: str, value: str) -> None: ...


class WinregClasses:
    """The real registry."""

    def __init__(self) -> None:
        self._api: Any = import_module("winreg")  # only Windows has it, and its types

    def set(self, key: str, name: str, value: str) -> None:
        try:
            with self._api.CreateKey(self._api.HKEY_CURRENT_USER, key) as opened:
                self._api.SetValueEx(opened, name, 0, self._api.REG_SZ, value)
        except OSError as exc:
            raise AutostartFailed(f"the registry refused: {exc}") from exc


def register(
    command: Sequence[str],
    home: Home,
    *,
    platform: str = sys.platform,
    run: Callable[[Sequence[str]], str] = autostart.run,
    classes: Callable[[], Classes] = WinregClasses,
    folder: Path | None = None,
) -> bool:
    """Have links opened by this command; False where this system wants a bundle for it.

    Raises:
        AutostartFailed: the system refused.
        HomeUnusable: the entry cannot be written.
    """
    if home.is_throwaway or platform == "darwin":
        return False
    if platform == "win32":
        _register_class(command, classes())
    else:
        place = folder or Path.home() / ".local" / "share" / "applications"
        _register_entry(command, place, run)
    return True


def _register_entry(
    command: Sequence[str], folder: Path, run: Callable[[Sequence[str]], str]
) -> None:
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        "Name=ChmlFrp UI",
        f"Exec={exec_line(command)} %u",
        "Terminal=false",
        "NoDisplay=true",
        f"MimeType=x-scheme-handler/{SCHEME};",
        "",
    ]
    text = "\n".join(lines).encode()
    file = folder / ENTRY
    if file.is_file() and file.read_bytes() == text:
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_private(file, text)
    run(("xdg-mime", "default", ENTRY, f"x-scheme-handler/{SCHEME}"))


def _register_class(command: Sequence[str], classes: Classes) -> None:
    line = f'{subprocess.list2cmdline(list(command))} "%1"'
    classes.set(CLASS_KEY, "", f"URL:{SCHEME}")
    classes.set(CLASS_KEY, "URL Protocol", "")
    classes.set(rf"{CLASS_KEY}\shell\open\command", "", line)
