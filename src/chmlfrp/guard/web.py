"""One request a connection, for http tunnels.

A node's frps keeps connections to a service open and sends the requests of other visitors
through them, while the PROXY header names the first visitor alone (frp 0.65,
`pkg/util/vhost/http.go`). So the service is asked to close after its answer.
"""

import re

from chmlfrp.guard.pipe import Data

LONGEST_HEAD = 64 * 1024
"""Bytes; a longer one is handed on as it is."""

_END = b"\r\n\r\n"
_CONNECTION = re.compile(rb"\r\n(?:connection|keep-alive)[ \t]*:[^\r]*", re.IGNORECASE)
_SOURCE = re.compile(
    rb"\r\n(?:x-forwarded-for|x-real-ip|forwarded)[ \t]*:[^\r]*", re.IGNORECASE
)
"""What a visitor may have written as well."""
_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:", re.IGNORECASE)


class FirstHead:
    """Gathers the head of the first request."""

    def __init__(self) -> None:
        self._seen = bytearray()
        self.source = ""
        """The visitor's address, if the service is told it in the head."""

    def feed(self, data: Data) -> bytes | None:
        """Return what goes on in the place of all that was fed, None while more is needed.

        A request that asks for another protocol stays as it is: its connection is its own.
        """
        self._seen += data
        head, end, rest = bytes(self._seen).partition(_END)
        if not end:
            return None if len(self._seen) <= LONGEST_HEAD else bytes(self._seen)
        if not _UPGRADE.search(head):
            head = _CONNECTION.sub(b"", head) + b"\r\nConnection: close"
        if self.source:
            source = self.source.encode()
            head = _SOURCE.sub(b"", head) + (
                b"\r\nX-Forwarded-For: %s\r\nX-Real-IP: %s" % (source, source)
            )
        return head + end + rest
