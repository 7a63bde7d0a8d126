"""The theme in force: follows the system live, or what the person chose."""

from typing import Literal
from weakref import WeakSet

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from chmlfrp.desktop.design.style import style_sheet
from chmlfrp.desktop.design.tokens import BODY, DARK, FAMILIES, LIGHT, Tokens

Choice = Literal["auto", "light", "dark"]

_in_force = LIGHT


def tokens() -> Tokens:
    """Return the colours in force; painters ask at each stroke."""
    return _in_force


def colour(name: str) -> QColor:
    """Return a token's colour by its name."""
    return QColor(getattr(_in_force, name))


class Theme(QObject):
    """Puts tokens in force and tells of it."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: Choice = "auto") -> None:
        super().__init__(app)
        self._app = app
        self._dressed: WeakSet[QWidget] = WeakSet()
        self.choice: Choice = choice
        app.setStyle("Fusion")
        font = QFont()
        font.setFamilies(FAMILIES)
        font.setPixelSize(BODY)
        app.setFont(font)
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.choose(choice)

    def dress(self, window: QWidget) -> None:
        """Put the style sheet on a window without a parent, and on all that is in it.

        The application has none: with one, Qt styles a widget anew each time it comes
        into a layout, and all that is in it, which makes building a dialog eight times
        as slow.
        """
        self._dressed.add(window)
        window.setStyleSheet(style_sheet(_in_force))

    def choose(self, choice: Choice) -> None:
        """Take a theme; `auto` is what the system has."""
        self.choice = choice
        self._put_in_force()

    def _system_changed(self) -> None:
        if self.choice == "auto":
            self._put_in_force()

    def _put_in_force(self) -> None:
        global _in_force
        system = self._app.styleHints().colorScheme()
        is_dark = self.choice == "dark" or (
            self.choice == "auto" and system == Qt.ColorScheme.Dark
        )
        _in_force = DARK if is_dark else LIGHT
        self._app.setPalette(_palette(_in_force))
        sheet = style_sheet(_in_force)
        for window in filter(isValid, self._dressed):
            window.setStyleSheet(sheet)
        self.changed.emit()


def _palette(theme: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for part, name in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.field),
        (role.AlternateBase, theme.card_hover),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.text_faint),
        (role.Button, theme.card),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.card),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
    ):
        palette.setColor(part, QColor(name))
    for part in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, QColor(theme.text_faint))
    return palette
