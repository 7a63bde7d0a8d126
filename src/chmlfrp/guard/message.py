"""HTTP/1.1 messages read from kept bytes, as much of them as there is (RFC 9112)."""

import zlib
from dataclasses import dataclass

import h11

LONGEST_BODY = 1 << 20
"""Bytes of a body that was compressed and is opened."""
_HEAD = 1 << 17
_SWITCHING = 101
_WINDOW = {b"gzip": 16 + zlib.MAX_WBITS, b"deflate": zlib.MAX_WBITS}

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    method: str
    target: str
    version: str
    headers: Headers
    body: bytes
    coding: str
    """How the body is still packed, as with `br`; empty if it is not."""
    is_whole: bool
    """Whether all of the body is there."""

    def header(self, name: str) -> str:
        """Return the first header of that name in small letters; empty without one."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    reason: str
    version: str
    headers: Headers
    body: bytes
    coding: str
    """As of a request."""


def read_request(kept: bytes) -> Request | None:
    """Return what the bytes ask, None where they are no request or its head is cut."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD)
    try:
        connection.receive_data(kept)
        head = connection.next_event()
    except h11.RemoteProtocolError:
        return None
    if not isinstance(head, h11.Request):
        return None
    body, coding = _body(connection, head)
    return Request(
        head.method.decode(),
        head.target.decode("latin-1"),
        head.http_version.decode(),
        _headers(head),
        body,
        coding,
        connection.their_state not in (h11.SEND_BODY, h11.ERROR),
    )


def read_answer(kept: bytes, method: str) -> Answer | None:
    """Return what the bytes answer to that method, None where they are no answer."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD)
    asked = [("Host", "x"), ("Upgrade", "x"), ("Connection", "Upgrade")]
    try:
        connection.send(h11.Request(method=method, target="/", headers=asked))
        connection.send(h11.EndOfMessage())
        connection.receive_data(kept)
        head = connection.next_event()
        while _is_informal(head):
            head = connection.next_event()
    except (h11.LocalProtocolError, h11.RemoteProtocolError):
        return None
    if not isinstance(head, h11.Response | h11.InformationalResponse):
        return None
    return Answer(
        head.status_code,
        head.reason.decode("latin-1"),
        head.http_version.decode(),
        _headers(head),
        *(_body(connection, head) if isinstance(head, h11.Response) else (b"", "")),
    )


def _is_informal(head: object) -> bool:
    """Whether the answer itself is still to come."""
    is_early = isinstance(head, h11.InformationalResponse)
    return is_early and head.status_code != _SWITCHING  # type: ignore[attr-defined] # it is one


def _headers(head: h11.Request | h11.Response | h11.InformationalResponse) -> Headers:
    return [(k.decode("latin-1"), v.decode("latin-1")) for k, v in head.headers]


def _body(
    connection: h11.Connection, head: h11.Request | h11.Response
) -> tuple[bytes, str]:
    """Return the body so far, without the form in which it travelled, and its coding."""
    found = bytearray()
    try:
        while isinstance(event := connection.next_event(), h11.Data):
            found += event.data
    except h11.RemoteProtocolError:
        pass
    return _opened(bytes(found), head)


def _opened(body: bytes, head: h11.Request | h11.Response) -> tuple[bytes, str]:
    said = next((v for k, v in head.headers if k == b"content-encoding"), b"")
    coding = said.strip().lower()
    if coding in (b"", b"identity"):
        return body, ""
    window = _WINDOW.get(coding)
    if window is None:
        return body, coding.decode("latin-1")
    try:
        return zlib.decompressobj(window).decompress(body, LONGEST_BODY), ""
    except zlib.error:
        return body, coding.decode("latin-1")
