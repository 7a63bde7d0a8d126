"""Taking photographs of the window against a scripted daemon.

A page names what is to be seen of it (`Page.shown_by`); dialogs and states of the whole
window are the scenes of `support.shot_scenes`. Each is taken as the round says.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.design.theme import Choice
from chmlfrp.desktop.launch import find
from chmlfrp.desktop.pages import PAGES
from chmlfrp.local.paths import Home
from chmlfrp.local.settings import Settings
from chmlfrp.model.message import Message, MessagePage
from chmlfrp.model.traffic import DayTraffic
from chmlfrp.words.language import Language, speaking
from support.crowd import crowd
from support.many import filled_daemon
from support.new_tunnel import ready
from support.scripted_daemon import ScriptedDaemon, scripted_daemon
from support.shot_index import write_index
from support.shot_scenes import SCENES, Scene
from support.shots_new import photograph_new

SETTLE_MS = 450
"""What a page asks for comes within this time."""
THEMES: tuple[Choice, ...] = ("light", "dark")
SCALES = ("1", "1.5")
SCALE = "QT_SCALE_FACTOR"


class Round(NamedTuple):
    """How many tunnels there are, and whether all is photographed or pages alone."""

    count: int
    is_whole: bool


ROUNDS = (Round(3, True), Round(1000, False), Round(0, False))


class Camera(NamedTuple):
    """Where pictures go, and what all of a series have in their names."""

    folder: Path
    suffix: str

    def take(self, widget: QWidget, name: str) -> None:
        """Save one picture."""
        widget.grab().save(str(self.folder / f"{name}-{self.suffix}.png"))


def main(folder: Path, names: Sequence[str]) -> int:
    """Photograph the pages and scenes named, or all, in every scale."""
    folder.mkdir(exist_ok=True)
    if SCALE in os.environ:
        _photograph_all(folder, names)
        return 0
    for scale in SCALES:
        # Qt takes one scale for each process.
        done = subprocess.run(
            [sys.executable, *sys.argv],
            env={**os.environ, SCALE: scale},
            check=False,
        )
        if done.returncode:
            return done.returncode
    write_index(folder)
    return 0


def visited(count: int) -> ScriptedDaemon:
    """Return a daemon with that many tunnels, visitors and news; with none, nothing."""
    if not count:
        return ScriptedDaemon()
    daemon = ready(filled_daemon(count))
    crowd(daemon)
    daemon.account.days = [
        DayTraffic(day=f"11-{day:02}", in_bytes=day << 24, out_bytes=(day % 4) << 29)
        for day in range(10, 17)
    ]
    notices = ("节点维护：今晚 23:00 到 24:00", "New nodes in Tokyo and Frankfurt")
    daemon.account.message_page = MessagePage(
        messages=tuple(
            Message(id=number, title=title, published_at="2026-11-16T12:00:00")
            for number, title in enumerate(notices)
        )
    )
    return daemon


def _photograph_all(folder: Path, names: Sequence[str]) -> None:
    app = QApplication([])
    scale = round(float(os.environ[SCALE]) * 100)
    for count, is_whole in ROUNDS:
        with scene_daemon(partial(visited, count)):
            for language in Language:
                with speaking(language), opened(app) as desktop:
                    for theme in THEMES:
                        desktop.theme.choose(theme)
                        suffix = f"{count}-{theme}-{language}-{scale}"
                        camera = Camera(folder, suffix)
                        photograph(desktop, camera, names, is_whole=is_whole)
                        if is_whole and (not names or "new" in names):
                            photograph_new(desktop, folder, suffix, settle)
        if is_whole:
            _photograph_scenes(app, folder, names, scale)


def _photograph_scenes(
    app: QApplication, folder: Path, names: Sequence[str], scale: int
) -> None:
    for scene in SCENES:
        if names and scene.name not in names and scene.name.split("-")[0] not in names:
            continue
        for language in Language:
            with (
                scene_daemon(scene.daemon) as daemon,
                speaking(language),
                opened(app) as desktop,
            ):
                for theme in THEMES:
                    desktop.theme.choose(theme)
                    camera = Camera(folder, f"{theme}-{language}-{scale}")
                    _photograph_scene(scene, desktop, daemon, camera)


def _photograph_scene(
    scene: Scene, desktop: Desktop, daemon: ScriptedDaemon, camera: Camera
) -> None:
    desktop.window.go(scene.page, scene.what)
    settle()

    def take() -> None:
        dialog = QApplication.activeModalWidget()
        camera.take(dialog or desktop.window, scene.name)
        if dialog is not None:
            dialog.close()

    # A dialog waits in the act itself, so the picture is on its way before.
    QTimer.singleShot(SETTLE_MS, take)
    scene.act(desktop, daemon)
    settle(SETTLE_MS + 100)


def photograph(
    desktop: Desktop, camera: Camera, names: Sequence[str], *, is_whole: bool
) -> None:
    """Save each page as `PAGE-SUFFIX.png`, and if whole with something chosen."""
    for kind in PAGES:
        if names and kind.name not in names:
            continue
        for what in ("", *(kind.shown_by if is_whole else ())):
            desktop.window.go(kind.name, what)
            settle()
            name = "-".join(filter(None, (kind.name, *what.split(":"))))
            camera.take(desktop.window, name)


@contextmanager
def scene_daemon(
    make: Callable[[], ScriptedDaemon],
) -> Iterator[ScriptedDaemon]:
    """Make a daemon in a home of its own, and run it."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["CHMLFRP_HOME"] = home
        daemon = make()
        with scripted_daemon(daemon):
            yield daemon


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
