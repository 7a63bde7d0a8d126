"""A widget goes in the thread that it belongs to."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from chmlfrp.desktop.rubbish import Rubbish


class Ring:
    """Keeps itself and a widget alive."""

    def __init__(self) -> None:
        self.me = self
        self.widget = QWidget()


def test_only_the_qt_thread_collects(qtbot: QtBot) -> None:
    holder = QObject()
    rubbish = Rubbish(holder)
    gone_in: list[int] = []
    ring = Ring()
    weakref.finalize(ring, lambda: gone_in.append(threading.get_ident()))
    del ring

    def allocate() -> None:
        # Far more than what sets Python off.
        kept = [[n] for n in range(200_000)]
        kept.clear()

    other = threading.Thread(target=allocate)
    other.start()
    other.join()
    assert not gone_in

    gc.set_threshold(*[1] * 3)
    try:
        rubbish._thresholds = gc.get_threshold()
        qtbot.waitUntil(lambda: bool(gone_in), timeout=10_000)
    finally:
        gc.set_threshold(700, 10, 10)
        holder.deleteLater()
    assert gone_in == [threading.get_ident()]
