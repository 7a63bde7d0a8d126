"""Taking photographs of the window against a scripted daemon."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.design.theme import Choice
from chmlfrp.desktop.launch import find
from chmlfrp.desktop.pages import PAGES
from chmlfrp.local.paths import Home
from chmlfrp.local.settings import Settings
from chmlfrp.words.language import Language, speaking
from support.many import filled_daemon
from support.new_tunnel import ready
from support.scripted_daemon import ScriptedDaemon, scripted_daemon
from support.shots_new import photograph_new

SETTLE_MS = 700
"""What a page asks for comes within this time."""
THEMES: tuple[Choice, ...] = ("light", "dark")


def main(folder: Path, names: Sequence[str]) -> int:
    """Photograph the pages named, or all."""
    folder.mkdir(exist_ok=True)
    app = QApplication([])
    for count in (3, 60, 0):
        with tempfile.TemporaryDirectory() as home:
            os.environ["CHMLFRP_HOME"] = home
            with scripted_daemon(ready(filled_daemon(count))) as daemon:
                for language in Language:
                    with speaking(language), opened(app) as desktop:
                        for theme in THEMES:
                            desktop.theme.choose(theme)
                            photograph(
                                desktop, folder, names, f"{count}-{theme}-{language}"
                            )
                assert isinstance(daemon, ScriptedDaemon)
    return 0


def photograph(
    desktop: Desktop, folder: Path, names: Sequence[str], suffix: str
) -> None:
    """Save each page as `PAGE-SUFFIX.png`, and again with something chosen."""
    if suffix.startswith("3-") and (not names or "new" in names):
        photograph_new(desktop, folder, suffix, settle)
    for kind in PAGES:
        if names and kind.name not in names:
            continue
        desktop.window.go(kind.name)
        settle()
        desktop.window.grab().save(str(folder / f"{kind.name}-{suffix}.png"))
        for what in kind.shown_by:
            desktop.window.go(kind.name, what)
            settle()
            name = what.replace(":", "-")
            desktop.window.grab().save(str(folder / f"{kind.name}-{name}-{suffix}.png"))


@contextmanager
def opened(app: QApplication) -> Iterator[Desktop]:
    """Give the window with what the daemon says in it."""
    home = Home.locate()
    desktop = Desktop(app, home, settings=Settings(), find=find)
    desktop.open()
    settle_until(lambda: desktop.mirror.is_live)
    try:
        yield desktop
    finally:
        desktop.end()
        desktop.window.hide()
        desktop.window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def settle(milliseconds: int = SETTLE_MS) -> None:
    """Let the window do what it has to."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def settle_until(is_so: Callable[[], bool]) -> None:
    """Let the window go on until that is so."""
    for _ in range(200):
        if is_so():
            return
        settle(50)
    raise AssertionError("it did not come to be")
