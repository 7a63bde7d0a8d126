"""A sentence at the foot of the window that goes by itself."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QWidget

from chmlfrp.desktop.design.tokens import XL, L, M, S
from chmlfrp.desktop.design.widgets import button, label, line
from chmlfrp.desktop.text import t

SEEN_FOR_MS = 6_000
SEEN_WITH_ACTION_MS = 12_000
WIDEST = 720


class Toast(QFrame):
    """One at a time; the next takes the place of the last."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setProperty("role", "toast")
        self.text = label(wraps=True)
        self.action = button("")
        self.action.clicked.connect(self._act)
        self.close_button = button(t("do.close"), self.hide)
        row = line(spacing=M, margins=(L, S, S, S))
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button)
        self.setLayout(row)
        self._do: Callable[[], object] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(
        self, text: str, action: str = "", do: Callable[[], object] | None = None
    ) -> None:
        """Show it for some seconds."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self.action.setText(action)
        self.action.setAccessibleName(action)
        self.action.setVisible(bool(action))
        self._do = do
        self._timer.start(SEEN_WITH_ACTION_MS if action else SEEN_FOR_MS)
        self.show()
        self.place()
        self.raise_()

    def place(self) -> None:
        """Stand at the foot of the window, in the middle."""
        parent = self._room
        room = parent.width() - 2 * XL
        width = min(WIDEST, room, max(320, self.sizeHint().width()))
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry(
            (parent.width() - width) // 2, parent.height() - height - XL, width, height
        )

    def _act(self) -> None:
        do, self._do = self._do, None
        self.hide()
        if do is not None:
            do()
