"""Where the daemon's door is: a Unix socket, or loopback TCP with a private token.

The daemon writes it into a file that only its owner can read; the faces read it there.
"""

import secrets
import socket
import sys
from pathlib import Path

import msgspec

from chmlfrp.model.secret import Secret

UNIX_HOST = "chmlfrp"
"""`Host` of requests over the Unix socket, where no network name exists."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Either `path`, or `port` and `token`."""

    path: str | None = None
    port: int | None = None
    token: Secret | None = None

    @property
    def host(self) -> str:
        """The `Host` that requests must carry."""
        return UNIX_HOST if self.port is None else f"127.0.0.1:{self.port}"

    def to_bytes(self) -> bytes:
        """Return what is written into the private file."""
        token = None if self.token is None else self.token.reveal()
        return msgspec.json.encode(
            {"path": self.path, "port": self.port, "token": token}
        )


def from_bytes(raw: bytes) -> Address:
    """Return the address in such a file, or raise msgspec.MsgspecError/ValueError."""
    fields = msgspec.json.decode(raw, type=dict[str, str | int | None])
    path, port, token = fields.get("path"), fields.get("port"), fields.get("token")
    if isinstance(path, str) and path:
        return Address(path=path)
    if isinstance(port, int) and isinstance(token, str) and token:
        return Address(port=port, token=Secret(token))
    raise ValueError("neither a path nor a port with a token")


def listen(
    socket_path: Path, *, platform: str = sys.platform
) -> tuple[socket.socket, Address]:
    """Return a listening socket and its address; the path's folder is private.

    A socket file that is there already belongs to a daemon that is gone: whoever calls
    this holds the instance lock.
    """
    if platform == "win32":
        return _listen_loopback()
    socket_path.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    door.bind(str(socket_path))
    socket_path.chmod(0o600)
    door.listen(128)
    return door, Address(path=str(socket_path))


def _listen_loopback() -> tuple[socket.socket, Address]:
    # Named, so that asyncio sets TCP_NODELAY on what is accepted.
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.bind(("127.0.0.1", 0))
    door.listen(128)
    token = Secret(secrets.token_urlsafe(32))
    return door, Address(port=door.getsockname()[1], token=token)
