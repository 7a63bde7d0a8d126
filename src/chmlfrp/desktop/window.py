"""The main window: navigation at the side, trouble on top, one page."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from chmlfrp.desktop.design.theme import Choice, Theme
from chmlfrp.desktop.design.tokens import SIDEBAR, XL, L, M, S
from chmlfrp.desktop.design.views import Banner
from chmlfrp.desktop.design.widgets import (
    Elided,
    button,
    column,
    label,
)
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.frame import show_trouble
from chmlfrp.desktop.mirror import Mirror
from chmlfrp.desktop.pages import PAGES
from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.desktop.toast import Toast
from chmlfrp.errors import ChmlFrpError

AGE_EVERY_MS = 5_000
"""How often the age of what is old is told anew."""
CHOICES: tuple[Choice, ...] = ("auto", "light", "dark")


class Window(QMainWindow):
    """All of it; pages are made when they are first shown."""

    closing = Signal()
    theme_chosen = Signal(str)

    def __init__(
        self, mirror: Mirror, theme: Theme, *, pages: Sequence[type[Page]] = PAGES
    ) -> None:
        super().__init__()
        self.setWindowTitle(t("app.name"))
        self.resize(1200, 760)
        self.setMinimumSize(760, 520)
        self.toast = Toast(self)
        self.desk = Desk(
            mirror=mirror,
            theme=theme,
            go=self.go,
            toast=self.toast.say,
            new_tunnel=self.new_tunnel,
            import_tunnels=self.import_tunnels,
        )
        QShortcut(QKeySequence.StandardKey.New, self, self.new_tunnel)
        self.banner = Banner()
        self.stack = QStackedWidget()
        self._kinds = {kind.name: kind for kind in pages}
        self._made: dict[str, Page] = {}
        self.setCentralWidget(self._assembled())
        theme.changed.connect(self._word_theme)
        mirror.moved.connect(self._moved)
        mirror.standing_moved.connect(self._standing_moved)
        mirror.restart_failed.connect(self._restart_failed)
        self._age = QTimer(self, interval=AGE_EVERY_MS)
        self._age.timeout.connect(self._standing_moved)
        self._standing_moved()
        self._show_account()
        self.toast.raise_()
        self.go(pages[0].name)
        # Else the first entry of the navigation looks as if it were chosen, too.
        self.stack.setFocus()

    @property
    def page(self) -> Page:
        """The page that is shown."""
        shown = self.stack.currentWidget()
        assert isinstance(shown, Page)
        return shown

    def go(self, name: str, what: str = "") -> None:
        """Show the page of that name, with something in it chosen."""
        if name not in self._made:
            self._made[name] = made = self._kinds[name](self.desk)
            self.stack.addWidget(made)
        self.stack.setCurrentWidget(self._made[name])
        self.navigation[name].setChecked(True)
        if what:
            self._made[name].choose(what)

    def new_tunnel(self) -> None:
        """Open the dialog that makes one."""
        from chmlfrp.desktop.new.dialog import NewTunnel

        NewTunnel(self.desk, self).open()

    def import_tunnels(self) -> None:
        """Open the same dialog where tunnels are taken out of a file."""
        from chmlfrp.desktop.new.dialog import NewTunnel, Room

        NewTunnel(self.desk, self, way=Room.FILE).open()

    def come_up(self) -> None:
        """Be seen, above other windows."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave what happens then to whoever made the window."""
        self.closing.emit()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the toast in its place."""
        super().resizeEvent(event)
        if self.toast.isVisible():
            self.toast.place()

    def _assembled(self) -> QWidget:
        room = QWidget()
        row = QHBoxLayout(room)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._sidebar())
        holder = QVBoxLayout()
        holder.setContentsMargins(XL, L, XL, 0)
        holder.addWidget(self.banner)
        right = column(spacing=0)
        right.addLayout(holder)
        right.addWidget(self.stack, 1)
        page = QWidget()
        page.setProperty("role", "page")
        page.setLayout(right)
        row.addWidget(page, 1)
        return room

    def _sidebar(self) -> QFrame:
        side = QFrame()
        side.setProperty("role", "sidebar")
        side.setFixedWidth(SIDEBAR)
        side.setAccessibleName(t("nav.name"))
        body = column(label(t("app.name"), "brand"), margins=(M, L, M, M), spacing=S)
        body.addSpacing(M)
        group = QButtonGroup(side)
        self.navigation = {}
        for number, (name, kind) in enumerate(self._kinds.items(), 1):
            entry = button(
                kind.page_title(),
                _going(self, name),
                glyph=kind.glyph or name,
                role="nav",
                hint=t("nav.key", page=kind.page_title(), n=number),
            )
            entry.setCheckable(True)
            group.addButton(entry)
            body.addWidget(entry)
            self.navigation[name] = entry
            key = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            key.activated.connect(_going(self, name))
        body.addStretch(1)
        self.theme_button = button("", self._next_theme, glyph="theme")
        self._word_theme()
        self.account = Elided(role="caption")
        body.addWidget(self.theme_button)
        body.addWidget(self.account)
        side.setLayout(body)
        return side

    def _next_theme(self) -> None:
        theme = self.desk.theme
        place = (CHOICES.index(theme.choice) + 1) % len(CHOICES)
        theme.choose(CHOICES[place])
        self.theme_chosen.emit(theme.choice)

    def _word_theme(self) -> None:
        text = t(f"theme.{self.desk.theme.choice}")
        self.theme_button.setText(text)
        self.theme_button.setAccessibleName(text)

    def _moved(self) -> None:
        self._show_account()
        if self.desk.mirror.is_live:
            show_trouble(self.banner, self.desk)

    def _standing_moved(self) -> None:
        show_trouble(self.banner, self.desk)
        if self.desk.mirror.is_live:
            self._age.stop()
        elif not self._age.isActive():
            self._age.start()

    def _restart_failed(self, error: ChmlFrpError) -> None:
        self.toast.say(whole_error(error))

    def _show_account(self) -> None:
        snapshot = self.desk.mirror.snapshot
        account = snapshot.session.account if snapshot else None
        if account is None:
            self.account.setText(t("account.none"))
        else:
            text = t("account.strip", name=account.name, group=account.group)
            self.account.setText(text)


def _going(window: Window, name: str) -> Callable[[], None]:
    return lambda: window.go(name)
