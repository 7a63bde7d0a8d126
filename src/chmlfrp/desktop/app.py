"""Putting it together: one process, one window, and how it ends."""

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from chmlfrp.desktop.bridge import Bridge
from chmlfrp.desktop.design.theme import Theme
from chmlfrp.desktop.design.tokens import Tone
from chmlfrp.desktop.launch import Find, find_or_start
from chmlfrp.desktop.links.ask import LinkDesk
from chmlfrp.desktop.mirror import Mirror
from chmlfrp.desktop.rubbish import Rubbish
from chmlfrp.desktop.single import SingleWindow
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.desktop.tray import Tray, app_icon
from chmlfrp.desktop.window import Window
from chmlfrp.errors import ChmlFrpError
from chmlfrp.local.links import SCHEME, register
from chmlfrp.local.login import HIDDEN
from chmlfrp.local.paths import Home
from chmlfrp.local.process import python_module
from chmlfrp.local.settings import Settings, change, load
from chmlfrp.words.language import Language, chosen_by, speaking

LOG = logging.getLogger(__name__)


class Desktop:
    """All parts of the window's process."""

    def __init__(
        self,
        app: QApplication,
        home: Home,
        *,
        settings: Settings,
        find: Find = find_or_start,
    ) -> None:
        self.app = app
        self.home = home
        app.setQuitOnLastWindowClosed(False)
        app.setWindowIcon(app_icon(Tone.ACCENT))
        self.rubbish = Rubbish(app)
        self.bridge = Bridge()
        self.mirror = Mirror(home, self.bridge, find=find)
        self.theme = Theme(app, settings.ui.theme)
        self.window = Window(self.mirror, self.theme)
        self.tray = Tray(self.mirror)
        self.theme.dress(self.window)
        self.theme.dress(self.tray.menu)
        self.window.closing.connect(self._window_closed)
        self.window.theme_chosen.connect(self._keep_theme)
        self.links = LinkDesk(self.window.desk, self.window)
        self._is_stay_told = settings.ui.is_tray_told
        self.tray.show_asked.connect(self.window.come_up)
        self.tray.quit_asked.connect(self.quit)
        self.tray.page_asked.connect(self._show_page)

    def open(self, *, hidden: bool = False) -> None:
        """Show what is known, then follow the daemon.

        hidden: begin as the icon beside the clock, where there is such a place.
        """
        if not (hidden and self.tray.is_there):
            self.window.show()
        self.mirror.start()

    def take_link(self, link: str) -> None:
        """Ask what becomes of it, in the window."""
        self.window.come_up()
        self.links.take(link)

    def say_broken(self) -> None:
        """Say that the settings could not be read, with the way to them."""
        self.window.toast.say(
            t("settings_broken"),
            t("settings_broken.do"),
            lambda: self.window.go("settings"),
        )

    def end(self) -> None:
        """Follow nothing any more; the daemon goes on."""
        self.mirror.end()
        self.bridge.end()
        self.tray.icon.hide()

    def quit(self) -> None:
        """End the window; ask what becomes of tunnels that are wanted."""
        wanted = self._wanted()
        if not wanted or not self.mirror.is_live:
            self.app.quit()
            return
        ask = QMessageBox(self.window)
        ask.setWindowTitle(t("quit.title"))
        ask.setText(t("quit.ask", n=len(wanted)))
        role = QMessageBox.ButtonRole
        keep = ask.addButton(t("quit.keep"), role.AcceptRole)
        stop = ask.addButton(t("quit.stop"), role.DestructiveRole)
        ask.addButton(t("do.cancel"), role.RejectRole)
        ask.setDefaultButton(keep)
        ask.exec()
        if ask.clickedButton() is keep:
            self.app.quit()
        elif ask.clickedButton() is stop:
            self.mirror.call(
                lambda client: client.stop(wanted),
                failed=lambda error: self.window.toast.say(whole_error(error)),
                done=lambda _: self.app.quit(),
            )

    def _wanted(self) -> list[int]:
        snapshot = self.mirror.snapshot
        views = snapshot.tunnels.values() if snapshot else ()
        return [view.id for view in views if view.wanted]

    def _window_closed(self) -> None:
        if self.tray.is_there:
            self._say_that_it_stays()
        else:
            self.app.quit()

    def _say_that_it_stays(self) -> None:
        """Once, and never again in any window to come."""
        if self._is_stay_told:
            return
        self._is_stay_told = True
        self.tray.say_that_it_stays()
        self._keep({"ui.is_tray_told": True})

    def _show_page(self, name: str, what: str) -> None:
        self.window.come_up()
        self.window.go(name, what)

    def _keep_theme(self, choice: str) -> None:
        self._keep({"ui.theme": choice})

    def _keep(self, changes: Mapping[str, object]) -> None:
        try:
            change(self.home.settings_file, changes)
        except ChmlFrpError as exc:
            self.window.toast.say(whole_error(exc))


class OpenedFiles(QObject):
    """Hears of links as macOS tells them: as files to be opened."""

    linked = Signal(str)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take links out of the events of the program."""
        if isinstance(event, QFileOpenEvent) and event.url().scheme() == SCHEME:
            self.linked.emit(event.url().toString())
            return True
        return super().eventFilter(watched, event)


def run(argv: Sequence[str]) -> int:
    """Show the window until it is quit; a second start raises the first's."""
    home = Home.locate()
    app = QApplication(list(argv))
    app.setApplicationName("chmlfrp")
    app.setDesktopFileName("chmlfrp")
    single = SingleWindow(home)
    link = next((word for word in argv[1:] if word.startswith(f"{SCHEME}:")), "")
    if not single.is_first(link):
        return 0
    home.prepare()
    settings, is_broken = settings_of(home)
    with speaking(spoken(settings)):
        desktop = Desktop(app, home, settings=settings)
        gc.freeze()  # all this stays: nobody need look through it again
        single.raised.connect(desktop.window.come_up)
        single.linked.connect(desktop.take_link)
        files = OpenedFiles()
        files.linked.connect(desktop.take_link)
        app.installEventFilter(files)
        desktop.open(hidden=HIDDEN in argv and not link)
        if is_broken:
            desktop.say_broken()
        if link:
            desktop.take_link(link)
        desktop.mirror.aside(lambda: asyncio.to_thread(register_links, home))
        try:
            return app.exec()
        finally:
            desktop.end()
            single.end()


def settings_of(home: Home) -> tuple[Settings, bool]:
    """Return the settings, the default ones where they cannot be read, and whether so."""
    try:
        loaded = load(home.settings_file)
    except ChmlFrpError:
        return Settings(), True
    return loaded.settings, loaded.broken is not None


def register_links(home: Home) -> None:
    """Have links of ours opened by this window; a system that refuses does no harm."""
    try:
        register(python_module("chmlfrp.desktop"), home)
    except (ChmlFrpError, OSError) as exc:
        LOG.info("links are not opened by the window: %s", exc)


def spoken(settings: Settings) -> Language:
    """Return the language that settings, or else the environment, ask for."""
    chosen = settings.ui.language
    return chosen_by(os.environ) if chosen == "auto" else Language(chosen)


def main() -> int:
    """Be the program `chmlfrp-desktop`."""
    return run(sys.argv)
