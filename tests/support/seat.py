"""Somebody at the real window: `python seat.py` is the window, told what to do on stdin.

It is driven by what a screen reader knows, accessible names, with mouse and keys. Each line
in is a JSON list `[verb, *arguments]`, each line out `[answer]` or `[null, complaint]`.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QTabBar,
    QWidget,
)

from chmlfrp.desktop import app
from chmlfrp.desktop.design.loglines import LogLines
from chmlfrp.desktop.tunnel.delegate import switch_box

HAND_MS = 200
"""On its way to a row a hand takes longer than the window to lay it out."""
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


class NotThere(Exception):
    """What was asked for is not seen now."""


class Hand(QObject):
    """Does on the Qt thread what came on stdin."""

    came = Signal(bytes)

    def __init__(self) -> None:
        super().__init__()
        self.came.connect(self._do, Qt.ConnectionType.QueuedConnection)

    def _do(self, line: bytes) -> None:
        verb, *arguments = msgspec.json.decode(line)
        try:
            answer = [VERBS[verb](*arguments)]
        except NotThere as exc:
            answer = [None, str(exc)]
        print(msgspec.json.encode(answer).decode(), flush=True)


def rooms() -> list[QWidget]:
    """Return the windows that take clicks now."""
    if modal := QApplication.activeModalWidget():
        return [modal]
    return [w for w in QApplication.topLevelWidgets() if w.isVisible()]


def seen_of(kind: type[QObject]) -> Iterator[QWidget]:
    """Yield the widgets of that kind that are seen."""
    for room in rooms():
        for widget in room.findChildren(kind):
            if isinstance(widget, QWidget) and widget.isVisible():
                yield widget


def name_of(widget: QWidget) -> str:
    """Return what a screen reader calls it."""
    face = QAccessible.queryAccessibleInterface(widget)
    return str(face.text(QAccessible.Text.Name)).replace("&", "")


def one(kind: type[QObject], name: str) -> QWidget:
    """Return the first control of that kind and name."""
    for widget in seen_of(kind):
        if widget.isEnabled() and name_of(widget) == name:
            return widget
    raise NotThere(f"no {kind.__name__} is called {name}")


def soon(act: Callable[[], object], *, after_ms: int = 0) -> str:
    """Do it once this has been answered: it may open a dialog that waits."""
    QTimer.singleShot(after_ms, act)
    return "done"


def click(name: str) -> str:
    """Click on the button of that name."""
    button = one(QAbstractButton, name)
    return soon(lambda: QTest.mouseClick(button, LEFT, PLAIN))


def write(name: str, text: str) -> str:
    """Put that text into the field."""
    field = one(QLineEdit, name)
    field.setFocus()
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, text)
    return "done"


def pick(name: str, text: str) -> str:
    """Choose that entry of a box."""
    box = one(QComboBox, name)
    assert isinstance(box, QComboBox)
    if box.findText(text) < 0:
        raise NotThere(f"{name} has no {text}")
    return soon(lambda: box.setCurrentText(text))


def tab(name: str) -> str:
    """Show the tab of that name."""
    for bar in seen_of(QTabBar):
        assert isinstance(bar, QTabBar)
        for number in range(bar.count()):
            if bar.tabText(number) == name:
                place = bar.tabRect(number).center()
                return soon(lambda b=bar, p=place: QTest.mouseClick(b, LEFT, PLAIN, p))
    raise NotThere(f"no tab is called {name}")


def row(text: str, where: str = "middle") -> str:
    """Click on the row with that text, or on its switch."""
    for view in seen_of(QAbstractItemView):
        assert isinstance(view, QAbstractItemView)
        model = view.model()
        for number in range(model.rowCount() if model else 0):
            index = model.index(number, 0)
            if text in str(index.data()):
                return soon(partial(_hit, view, number, where), after_ms=HAND_MS)
    raise NotThere(f"no row has {text}")


def _hit(view: QAbstractItemView, number: int, where: str) -> None:
    area = view.visualRect(view.model().index(number, 0))
    at = switch_box(area) if where == "switch" else area
    QTest.mouseClick(view.viewport(), LEFT, PLAIN, at.center())


def texts() -> list[str]:
    """Return all words that are seen, rows as a screen reader says them."""
    found = []
    for label in seen_of(QLabel):
        assert isinstance(label, QLabel)
        found.append(label.text())
    found += [name_of(button) for button in seen_of(QAbstractButton)]
    for lines in seen_of(LogLines):
        assert isinstance(lines, LogLines)
        found.append(lines.text())
    for view in seen_of(QAbstractItemView):
        assert isinstance(view, QAbstractItemView)
        model = view.model()
        for number in range(min(50, model.rowCount() if model else 0)):
            said = model.index(number, 0).data(Qt.ItemDataRole.AccessibleTextRole)
            found.append(str(said or model.index(number, 0).data()))
    return [text for text in found if text]


def clipboard() -> str:
    """Return what was copied."""
    return QGuiApplication.clipboard().text()


def leave() -> str:
    """End the window, as the system does when the session ends."""
    return soon(QApplication.quit)


VERBS: dict[str, Callable[..., object]] = {
    made.__name__: made
    for made in (click, write, pick, tab, row, texts, clipboard, leave)
}


def listen(hand: Hand) -> None:
    """Hand on what comes, until nothing comes any more."""
    # Without a buffer: its lock would be held when Python ends.
    with open(0, "rb", buffering=0, closefd=False) as asked:
        while line := asked.readline():
            hand.came.emit(line)


class Seated(QApplication):
    """The application, with a hand."""

    def __init__(self, argv: list[str]) -> None:
        super().__init__(argv)
        self.hand = Hand()
        threading.Thread(target=listen, args=[self.hand], daemon=True).start()


def main() -> int:
    """Be the window."""
    setattr(app, "QApplication", Seated)  # noqa: B010 - the one place to come in
    return app.run(["chmlfrp-desktop"])


if __name__ == "__main__":
    sys.exit(main())
