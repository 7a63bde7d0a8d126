"""One look at the daemon without an event loop: half the start-up time of a command."""

import http.client
import socket

import msgspec

from chmlfrp.control.address import Address, from_bytes
from chmlfrp.control.answer import check, read
from chmlfrp.control.protocol import PROTOCOL, PROTOCOL_HEADER, Snapshot
from chmlfrp.errors import DaemonNotRunning

_START = "chmlfrp daemon start"


def glance(address_file: bytes | None, *, timeout_s: float = 10.0) -> Snapshot:
    """Return all there is; waits for nobody.

    address_file: what is in the daemon's address file, None if there is none.

    Raises:
        DaemonNotRunning: nobody answers.
        VersionMismatch: the daemon speaks another protocol.
    """
    if address_file is None:
        raise DaemonNotRunning("no daemon is running", hint=_START)
    try:
        address = from_bytes(address_file)
    except (msgspec.MsgspecError, ValueError) as exc:
        message = "the daemon's address file cannot be read"
        raise DaemonNotRunning(message, hint=_START) from exc
    headers = {"Host": address.host, PROTOCOL_HEADER: str(PROTOCOL)}
    if address.token is not None:
        headers["Authorization"] = f"Bearer {address.token.reveal()}"
    connection = _connection(address, timeout_s)
    try:
        connection.request("GET", "/v1/snapshot", headers=headers)
        answer = connection.getresponse()
        status, body = answer.status, answer.read()
    except (OSError, http.client.HTTPException) as exc:
        message = f"the daemon does not answer ({type(exc).__name__})"
        raise DaemonNotRunning(message, hint=_START) from exc
    finally:
        connection.close()
    check(status, body)
    return read(Snapshot, body)


def _connection(address: Address, timeout_s: float) -> http.client.HTTPConnection:
    if address.path is not None:
        return _UnixConnection(address.path, timeout_s)
    return http.client.HTTPConnection("127.0.0.1", address.port, timeout=timeout_s)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
