"""The frame: keys, names, themes, trouble on top, one window only."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from chmlfrp.desktop.design.style import style_sheet
from chmlfrp.desktop.design.tokens import DARK, LIGHT, Tokens
from chmlfrp.desktop.pages import PAGES
from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.single import SingleWindow
from chmlfrp.local.paths import Home
from chmlfrp.local.settings import load
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon

CONTROLS = (QAbstractButton, QLineEdit, QAbstractItemView, QComboBox, QSpinBox)


def unnamed(root: QWidget) -> list[str]:
    found = []
    for kind in CONTROLS:
        for widget in root.findChildren(kind):
            if not widget.isVisible():
                continue
            face = QAccessible.queryAccessibleInterface(widget)
            if not face.text(QAccessible.Text.Name).strip():
                found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)
def test_every_control_of_every_page_has_a_name(
    opened: Opened, qtbot: QtBot, kind: type[Page]
) -> None:
    desktop = opened(filled_daemon(9))
    for what in ("", *kind.shown_by):
        desktop.window.go(kind.name, what)
        qtbot.wait(50)
        assert unnamed(desktop.window) == []


def test_keys_lead_to_the_pages(opened: Opened, qtbot: QtBot) -> None:
    window = opened(filled_daemon(1)).window
    window.activateWindow()
    for number, kind in enumerate(PAGES[:9], 1):
        key = getattr(Qt.Key, f"Key_{number}")
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda k=kind: window.page.name == k.name, timeout=PATIENCE_MS)
        assert window.navigation[kind.name].isChecked()


def test_a_chosen_theme_is_in_force_and_kept(opened: Opened) -> None:
    desktop = opened(filled_daemon(1))
    assert desktop.theme.choice == "auto"
    desktop.window.theme_button.click()
    desktop.window.theme_button.click()
    assert desktop.theme.choice == "dark"
    assert load(desktop.home.settings_file).settings.ui.theme == "dark"
    assert DARK.window in desktop.window.styleSheet()
    assert not desktop.app.styleSheet()


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_knows_every_token_it_names(tokens: Tokens) -> None:
    assert "$" not in style_sheet(tokens)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("tone", ["good", "busy", "bad", "idle", "accent"])
def test_words_can_be_read_on_their_colour(tokens: Tokens, tone: str) -> None:
    ink, wash = getattr(tokens, tone), getattr(tokens, f"{tone}_soft")
    assert contrast(ink, wash) >= 4.4
    assert contrast(tokens.text_soft, tokens.card) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5


def test_a_second_start_raises_the_first_window(
    qapp: QApplication, qtbot: QtBot
) -> None:
    home = Home.locate()
    home.prepare()
    first, second = SingleWindow(home), SingleWindow(home)
    assert first.is_first()
    with qtbot.waitSignal(first.raised, timeout=PATIENCE_MS):
        assert not second.is_first()
    first.end()
    assert second.is_first()
    second.end()
