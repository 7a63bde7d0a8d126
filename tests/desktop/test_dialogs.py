"""Every dialog that a scene opens: named, reached by Tab, left by Esc, done by Enter.

In English, whose words are longer.
"""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMetaMethod, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.conftest import PATIENCE_MS, Opened
from desktop.test_layout import cut_off, unreachable
from desktop.test_window import unnamed
from support.shot_scenes import SCENES, Scene

LOOK_MS = 20
LOOKS = 5
SETTLE_MS = 250
"""What a page asks for comes within this time."""
OPENS_NONE = frozenset(
    scene.name
    for scene in SCENES
    if scene.name.startswith(("state-", "nodes-"))
    or scene.name
    in {
        "tunnels-wrong",
        "tunnels-failed",
        "tunnels-waiting",
        "tunnels-guard",
        "tunnels-traffic-guarded",
        "tunnels-knock",
        "tunnels-knock-none",
        "tunnels-requests",
        "account-add",
        "account-others",
        "account-signed-out",
    }
)
"""Scenes of pages."""
DIALOGS = [scene for scene in SCENES if scene.name not in OPENS_NONE]


def complaints(dialog: QDialog) -> Iterator[str]:
    """Yield what keeps somebody without mouse or eyes from using it."""
    yield from (f"without a name: {one}" for one in unnamed(dialog))
    yield from (f"not reached by Tab: {one}" for one in unreachable(dialog))
    yield from (f"cut off: {one}" for one in cut_off(dialog))
    if not dialog.windowTitle():
        yield "it has no title"
    if not by_enter(dialog):
        yield "Enter does nothing"


def by_enter(dialog: QDialog) -> bool:
    """Whether Enter presses a button, or does it from within a field."""
    buttons = [each for each in dialog.findChildren(QPushButton) if each.isVisible()]
    fields = [each for each in dialog.findChildren(QLineEdit) if each.isVisible()]
    return any(each.isDefault() or each.autoDefault() for each in buttons) or any(
        each.isSignalConnected(QMetaMethod.fromSignal(each.returnPressed))
        for each in fields
    )


class Visit:
    """Waits for a dialog, which may be waited for in the act itself, and leaves it."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.is_over = False
        self._looks = 0
        self._timer = QTimer(interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QDialog):
            return
        self._looks += 1
        if self._looks < LOOKS:
            return  # what it asks for comes a little later
        self._timer.stop()
        self.found = [*complaints(dialog)]
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        if dialog.isVisible():
            self.found.append("Esc does not leave it")
            dialog.done(0)
        self.is_over = True


@pytest.mark.parametrize("scene", DIALOGS, ids=lambda scene: scene.name)
def test_a_dialog_needs_no_mouse_and_no_eyes(
    opened: Opened, qtbot: QtBot, scene: Scene
) -> None:
    daemon = scene.daemon()
    desktop = opened(daemon)
    desktop.window.activateWindow()
    desktop.window.go(scene.page, scene.what)
    qtbot.wait(SETTLE_MS)
    visit = Visit()
    scene.act(desktop, daemon)
    qtbot.waitUntil(lambda: visit.is_over, timeout=PATIENCE_MS)

    assert visit.found == []
