"""One window per home: a second start raises the first and hands its link over."""

import hashlib
import os

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from chmlfrp.local.paths import Home

ANSWER_WITHIN_MS = 500
"""A window that runs answers in a millisecond; this is before there is a window."""
HEARD_WITHIN_MS = 50
LONGEST = 4096
"""Bytes of a link; nothing longer is read."""


class SingleWindow(QObject):
    """Listens for later starts."""

    raised = Signal()
    linked = Signal(str)
    """A link that a later start was given."""

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._name = _name(home)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._somebody_came)

    def is_first(self, link: str = "") -> bool:
        """Become the one window; False if there is one, which comes up with the link."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(ANSWER_WITHIN_MS):
            socket.write(link.encode()[:LONGEST])
            socket.flush()
            socket.disconnectFromServer()
            if socket.state() != QLocalSocket.LocalSocketState.UnconnectedState:
                socket.waitForDisconnected(ANSWER_WITHIN_MS)
            return False
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def end(self) -> None:
        """Make room for the next one."""
        self._server.close()

    def _somebody_came(self) -> None:
        while self._server.hasPendingConnections():
            caller = self._server.nextPendingConnection()
            # A later start has said all before it is heard of, or says nothing.
            caller.waitForReadyRead(HEARD_WITHIN_MS)
            said = bytes(caller.read(LONGEST).data()).decode("utf-8", "replace")
            caller.disconnected.connect(caller.deleteLater)
            caller.disconnectFromServer()
            if said:
                self.linked.emit(said)
        self.raised.emit()


def _name(home: Home) -> str:
    """Return a name of this user and this home alone."""
    key = os.fsencode(home.state_dir)
    return f"chmlfrp-window-{hashlib.sha256(key).hexdigest()[:16]}"
