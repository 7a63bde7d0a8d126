"""What starts with the system: the window or its tray icon, and the daemon by itself."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from chmlfrp.desktop.design.widgets import rule
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.settings.rows import CONTROL_WIDTH, Choice, Part, Row
from chmlfrp.desktop.text import error_title, t, told
from chmlfrp.errors import AutostartFailed, ChmlFrpError
from chmlfrp.local import autostart, login
from chmlfrp.local.daemon import COMMAND
from chmlfrp.local.login import AtLogin
from chmlfrp.local.paths import Home
from chmlfrp.local.process import python_module

WINDOW = python_module("chmlfrp.desktop")
DAEMON_CHOICES = ("off", "login", "boot")


@dataclass(frozen=True, kw_only=True)
class Starting:
    """How things stand; a reason in place of what this system cannot."""

    window: AtLogin = AtLogin.NOTHING
    daemon: str = "off"
    can_boot: bool = False
    refused: ChmlFrpError | None = None


def look(home: Home) -> Starting:
    """Return how things stand; reads files."""
    try:
        window = login.of_this_system(WINDOW, home).read()
        system = autostart.of_this_system(COMMAND, home)
    except AutostartFailed as refused:
        return Starting(refused=refused)
    daemon = "off"
    if system.is_on():
        daemon = "boot" if system.is_before_login() else "login"
    return Starting(window=window, daemon=daemon, can_boot=bool(system.before_login))


def start_daemon(home: Home, when: str) -> None:
    """Have the daemon started then; raises AutostartFailed or HomeUnusable."""
    system = autostart.of_this_system(COMMAND, home)
    if when == "off":
        system.turn_off()
        return
    system.turn_on()
    if when == "boot":
        autostart.run(system.before_login)


def open_window(home: Home, what: AtLogin) -> None:
    """Have that opened at login; raises AutostartFailed or HomeUnusable."""
    login.of_this_system(WINDOW, home).write(what)


class StartupPart(Part):
    """Two choices; what the system refuses is said below them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.opened = Choice()
        for what in AtLogin:
            self.opened.addItem(t(f"set.window.{what}"), what)
        self.daemon = Choice()
        for box, name in ((self.opened, "window"), (self.daemon, "daemon")):
            box.setFixedWidth(CONTROL_WIDTH)
            box.setAccessibleName(t(f"set.{name}"))
        self.window_row = Row(t("set.window"), t("set.window.hint"), self.opened)
        self.daemon_row = Row(t("set.daemon"), t("set.daemon.hint"), self.daemon)
        self.body.setSpacing(0)
        for widget in (self.window_row, rule(), self.daemon_row):
            self.body.addWidget(widget)
        self.opened.activated.connect(lambda _: self._open_window())
        self.daemon.activated.connect(lambda _: self._start_daemon())

    def refresh(self) -> None:
        """Look how things stand."""
        home = self._desk.mirror.home
        self._desk.mirror.aside(
            lambda: asyncio.to_thread(look, home), done=self._show, owner=self
        )

    def _show(self, found: Starting) -> None:
        self.opened.setCurrentIndex(self.opened.findData(found.window))
        self.daemon.clear()
        for when in DAEMON_CHOICES:
            if when != "boot" or found.can_boot:
                self.daemon.addItem(t(f"set.daemon.{when}"), when)
        self.daemon.setCurrentIndex(self.daemon.findData(found.daemon))
        for box in (self.opened, self.daemon):
            box.setEnabled(found.refused is None)
        if found.refused is not None:
            self.window_row.say_error(error_title(found.refused))

    def _open_window(self) -> None:
        what = AtLogin(self.opened.currentData())
        home = self._desk.mirror.home
        self._do(self.window_row, lambda: open_window(home, what))

    def _start_daemon(self) -> None:
        when = str(self.daemon.currentData())
        home = self._desk.mirror.home
        self._do(self.daemon_row, lambda: start_daemon(home, when))

    def _do(self, row: Row, work: Callable[[], None]) -> None:
        row.say_error("")
        self._desk.mirror.aside(
            lambda: asyncio.to_thread(work),
            failed=lambda error: self._refused(row, error),
            owner=self,
        )

    def _refused(self, row: Row, error: ChmlFrpError) -> None:
        row.say_error(told(error))
        self.refresh()
