"""Cyclic garbage is collected on the Qt thread alone.

Python collects in whatever thread happens to allocate; a widget that goes in the bridge's
thread takes the process with it. Source: Qt's rule that a QObject is deleted in its own
thread (https://doc.qt.io/qt-6/threads-qobject.html).
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 250


class Rubbish(QObject):
    """Does on a timer what Python does by itself, by the same thresholds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due."""
        due = zip(gc.get_count(), self._thresholds, strict=True)
        old = [n for n, (count, most) in enumerate(due) if most and count > most]
        if old:
            gc.collect(max(old))
