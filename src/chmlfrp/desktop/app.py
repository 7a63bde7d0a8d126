"""Putting it together: one process, one window, and how it ends."""

import os
import sys
from collections.abc import Sequence

from PySide6.QtWidgets import QApplication, QMessageBox

from chmlfrp.desktop.bridge import Bridge
from chmlfrp.desktop.design.theme import Theme
from chmlfrp.desktop.design.tokens import Tone
from chmlfrp.desktop.launch import Find, find_or_start
from chmlfrp.desktop.mirror import Mirror
from chmlfrp.desktop.single import SingleWindow
from chmlfrp.desktop.text import t
from chmlfrp.desktop.tray import Tray, app_icon
from chmlfrp.desktop.window import Window
from chmlfrp.errors import ChmlFrpError
from chmlfrp.local.paths import Home
from chmlfrp.local.settings import Settings, change, load
from chmlfrp.words.language import Language, chosen_by, speaking


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
        self.bridge = Bridge()
        self.mirror = Mirror(home, self.bridge, find=find)
        self.theme = Theme(app, settings.ui.theme)
        self.window = Window(self.mirror, self.theme)
        self.tray = Tray(self.mirror)
        self.window.closing.connect(self._window_closed)
        self.window.theme_chosen.connect(self._keep_theme)
        self.tray.show_asked.connect(self.window.come_up)
        self.tray.quit_asked.connect(self.quit)

    def open(self) -> None:
        """Show what is known, then follow the daemon."""
        self.window.show()
        self.mirror.start()

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
                failed=lambda error: self.window.toast.say(error.message),
                done=lambda _: self.app.quit(),
            )

    def _wanted(self) -> list[int]:
        snapshot = self.mirror.snapshot
        views = snapshot.tunnels.values() if snapshot else ()
        return [view.id for view in views if view.wanted]

    def _window_closed(self) -> None:
        if self.tray.is_there:
            self.tray.say_once_that_it_stays()
        else:
            self.app.quit()

    def _keep_theme(self, choice: str) -> None:
        try:
            change(self.home.settings_file, {"ui.theme": choice})
        except ChmlFrpError as exc:
            self.window.toast.say(exc.message)


def run(argv: Sequence[str]) -> int:
    """Show the window until it is quit; a second start raises the first's."""
    home = Home.locate()
    app = QApplication(list(argv))
    app.setApplicationName("chmlfrp")
    app.setDesktopFileName("chmlfrp")
    single = SingleWindow(home)
    if not single.is_first():
        return 0
    home.prepare()
    settings = load(home.settings_file).settings
    with speaking(spoken(settings)):
        desktop = Desktop(app, home, settings=settings)
        single.raised.connect(desktop.window.come_up)
        desktop.open()
        try:
            return app.exec()
        finally:
            desktop.end()
            single.end()


def spoken(settings: Settings) -> Language:
    """Return the language that settings, or else the environment, ask for."""
    chosen = settings.ui.language
    return chosen_by(os.environ) if chosen == "auto" else Language(chosen)


def main() -> int:
    """Be the program `chmlfrp-desktop`."""
    return run(sys.argv)
