"""The window, offscreen, against a scripted daemon."""

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTEST_QT_API"] = "pyside6"

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.launch import find
from chmlfrp.local.paths import Home
from chmlfrp.local.settings import Settings
from chmlfrp.words.language import Language, speaking
from support.scripted_daemon import ScriptedDaemon, scripted_daemon

PATIENCE_MS = 20_000


@contextmanager
def window_of(qapp: QApplication) -> Iterator[Desktop]:
    """Give a window that is shown; it never starts a daemon."""
    desktop = Desktop(qapp, Home.locate(), settings=Settings(), find=find)
    desktop.open()
    try:
        yield desktop
    finally:
        desktop.end()
        desktop.window.hide()
        desktop.window.deleteLater()
        desktop.rubbish.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def _collected_here() -> Iterator[None]:
    """Collect garbage in this thread alone, as the window does: widgets are in it."""
    gc.disable()
    yield
    gc.enable()


class Opened(Protocol):
    """Opens a window on a daemon."""

    def __call__(
        self, daemon: ScriptedDaemon, language: Language = Language.EN
    ) -> Desktop: ...


@pytest.fixture
def opened(qapp: QApplication, qtbot: QtBot) -> Iterator[Opened]:
    """Return what opens a window on a daemon and waits until it is live."""
    with ExitStack() as stack:

        def open_on(
            daemon: ScriptedDaemon, language: Language = Language.EN
        ) -> Desktop:
            stack.enter_context(speaking(language))
            Home.locate().prepare()
            stack.enter_context(scripted_daemon(daemon))
            desktop = stack.enter_context(window_of(qapp))
            mirror = desktop.mirror
            qtbot.waitUntil(
                lambda: mirror.is_live and mirror.snapshot is not None,
                timeout=PATIENCE_MS,
            )
            return desktop

        yield open_on
