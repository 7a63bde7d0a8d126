"""Every page in both languages: no word is cut off, every control can be reached by Tab."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTabBar,
    QWidget,
)
from pytestqt.exceptions import TimeoutError as QtTimeoutError
from pytestqt.qtbot import QtBot

from chmlfrp.desktop.design.widgets import Elided
from chmlfrp.desktop.pages import PAGES
from chmlfrp.desktop.window import Window
from chmlfrp.words.language import Language
from desktop.conftest import Opened
from support.many import filled_daemon

USUAL = (1200, 760)
AT_150_PERCENT = (910, 560)
"""What is left of a usual small screen (1366 by 768) where all is half as large again."""
ROUNDING = 1
CONTROLS = (QAbstractButton, QLineEdit, QAbstractItemView, QComboBox, QSpinBox, QTabBar)


def cut_off(root: QWidget) -> Iterator[str]:
    """Yield the words that have less room than they need, unless made to be elided."""
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, Elided):
            continue
        if isinstance(widget, QLabel):
            if not widget.text():
                continue
            wraps = widget.wordWrap()
            needed = widget.heightForWidth(widget.width()) if wraps else 0
            is_cut = needed > widget.height() + ROUNDING or (
                not wraps and widget.sizeHint().width() > widget.width() + ROUNDING
            )
        elif isinstance(widget, QPushButton):
            is_cut = widget.sizeHint().width() > widget.width() + ROUNDING
        else:
            continue
        if is_cut:
            yield f"{widget.text()!r} has {widget.size().toTuple()}"


def unreachable(root: QWidget) -> Iterator[str]:
    """Yield the controls at which Tab does not stop."""
    for kind in CONTROLS:
        for widget in root.findChildren(kind):
            if not widget.isVisible() or not widget.isEnabled():
                continue
            if isinstance(widget, QHeaderView):
                continue  # sorting by it has a key of its own
            if isinstance(widget.parent(), (QComboBox, QLineEdit, QSpinBox, QTabBar)):
                continue  # a part of a control that is reached itself
            if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                yield f"{type(widget).__name__} {widget.accessibleName()!r}"


def seen_in_full(window: Window, qtbot: QtBot) -> Iterator[str]:
    """Show every page with everything it can show, and yield what is seen of it."""
    for kind in PAGES:
        for what in ("", *kind.shown_by):
            window.go(kind.name, what)
            qtbot.wait(30)
            yield f"{kind.name} {what}"
    # What the last page asked for is given up, and comes to its end.
    window.go("overview")
    qtbot.wait(100)


@pytest.mark.parametrize("language", list(Language))
def test_no_word_is_cut_off_and_every_control_is_reached(
    opened: Opened, qtbot: QtBot, language: Language
) -> None:
    window = opened(filled_daemon(9), language).window
    found = []
    for size in (USUAL, AT_150_PERCENT):
        window.resize(*size)
        for where in seen_in_full(window, qtbot):
            # What a page asks for comes a little later, and is laid out after that.
            with suppress(QtTimeoutError):
                qtbot.waitUntil(lambda: not any(cut_off(window)), timeout=1000)
            found += [f"{where} at {size}: {one}" for one in cut_off(window)]
            found += [f"{where}: {one}" for one in unreachable(window)]
    assert not found, "\n".join(found)
