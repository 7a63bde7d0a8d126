"""What a Minecraft (Java) client says first, and what is answered while nobody else is in.

The protocol since 1.7: packets are a length, a number and a body, lengths and numbers as
VarInt; the first packet is the handshake, and a login follows with the player's name
(https://minecraft.wiki/w/Java_Edition_protocol/Packets, "Handshake", "Login Start").
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum

from chmlfrp.guard.watch import Watch

LONGEST_HELLO = 1024
"""Bytes; handshake and login start are shorter, with whatever mod loaders add."""
_LONGEST_NAME = 16
_LONGEST_HOST = 255 * 4
_LONGEST_VARINT = 5


class Wants(IntEnum):
    """What the client came for, as the handshake numbers it."""

    STATUS = 1
    LOGIN = 2
    TRANSFER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """A client's first words."""

    wants: Wants
    protocol: int
    """Of the client: 767 is 1.21."""
    player: str = ""
    """Whom the client says it is; empty where it only asks for the status."""


class _Short(Exception):
    """More bytes are needed."""


class _Other(Exception):
    """This is another protocol."""


class Greeting:
    """Reads a connection's first bytes, until it is known who speaks, or that nobody does.

    Nothing is proved by a hello: a name is what the client calls itself.
    """

    def __init__(self) -> None:
        self._seen = bytearray()
        self.hello: Hello | None = None
        self.is_over = False

    def feed(self, data: bytes) -> None:
        """Read on; afterwards `hello` may be there, and `is_over` says no more is read."""
        if self.is_over:
            return
        self._seen += data[: LONGEST_HELLO + 1]
        try:
            self._read()
        except _Short:
            self.is_over = len(self._seen) > LONGEST_HELLO
        except _Other:
            self.is_over = True
        if self.is_over:
            self._seen.clear()

    def _read(self) -> None:
        reader = _Reader(bytes(self._seen))
        hello = _handshake(reader.packet())
        self.hello = hello
        if hello.wants is not Wants.STATUS:
            self.hello = replace(hello, player=_login_start(reader.packet()))
        self.is_over = True


class PlayerWatch(Watch):
    """Tells the name and the protocol version of who logs in to play."""

    def __init__(self, tell: Callable[[str, int], None]) -> None:
        self._tell = tell
        self._greeting = Greeting()

    def said(self, data: bytes) -> None:
        self._greeting.feed(data)
        self.is_over = self._greeting.is_over
        hello = self._greeting.hello
        if self.is_over and hello is not None and hello.player:
            self._tell(hello.player, hello.protocol)

    def answered(self, data: bytes) -> None:
        # Who plays speaks first; what answers before is another protocol.
        self.is_over = self._greeting.hello is None

    def left(self) -> None:
        self.is_over = True


class Stand:
    """Speaks for a server that is not there: its status, and why nobody can play.

    text: what the list of servers, and who wants to play, is shown.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen = bytearray()
        self._hello: Hello | None = None
        self.is_done = False

    def feed(self, data: bytes) -> bytes:
        """Return what is answered; `is_done` afterwards if the client has it all."""
        self._seen += data
        said = b""
        try:
            while not self.is_done:
                reader = _Reader(bytes(self._seen))
                said += self._answer(reader.packet())
                del self._seen[: reader.place]
        except _Short:
            self.is_done = len(self._seen) > LONGEST_HELLO
        except _Other:
            self.is_done = True
        return said

    def _answer(self, packet: "_Reader") -> bytes:
        if self._hello is None:
            self._hello = _handshake(packet)
            return b""
        if self._hello.wants is not Wants.STATUS:
            self.is_done = True
            return _packet(0, _text(json.dumps({"text": self._text})))
        number = packet.varint()
        if number == 1:
            self.is_done = True
            return _packet(1, packet.rest())
        if number != 0:
            raise _Other
        return _packet(0, _text(json.dumps(self._status(self._hello))))

    def _status(self, hello: Hello) -> dict[str, object]:
        return {
            "version": {"name": "-", "protocol": hello.protocol},
            "players": {"online": 0, "max": 0},
            "description": {"text": self._text},
        }


class _Reader:
    """Bytes of a packet, or of several."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def packet(self) -> "_Reader":
        """Return the next packet whole; nobody who says hello sends others than 0 and 1."""
        size = self.varint()
        if not 1 <= size <= LONGEST_HELLO or self._data[self.place :][:1] > b"\1":
            raise _Other
        return _Reader(self.take(size))

    def varint(self) -> int:
        """Return a number of 32 bits with sign; who does not know its version says -1."""
        number = 0
        for shift in range(0, 7 * _LONGEST_VARINT, 7):
            (byte,) = self.take(1)
            number |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return number - (number >> 31 << 32)
        raise _Other

    def text(self, longest: int) -> str:
        size = self.varint()
        if size > longest:
            raise _Other
        try:
            return self.take(size).decode()
        except UnicodeDecodeError:
            raise _Other from None

    def take(self, size: int) -> bytes:
        taken = self._data[self.place : self.place + size]
        if len(taken) < size:
            raise _Short
        self.place += size
        return taken

    def rest(self) -> bytes:
        return self.take(len(self._data) - self.place)


def _handshake(packet: _Reader) -> Hello:
    try:
        if packet.varint() != 0:
            raise _Other
        protocol = packet.varint()
        packet.text(_LONGEST_HOST)
        packet.take(2)
        wants = packet.varint()
    except _Short:
        raise _Other from None
    if wants not in set(Wants) or packet.rest():
        raise _Other
    return Hello(wants=Wants(wants), protocol=protocol)


def _login_start(packet: _Reader) -> str:
    try:
        number, name = packet.varint(), packet.text(_LONGEST_NAME * 4)
    except _Short:
        raise _Other from None
    is_name = 0 < len(name) <= _LONGEST_NAME and name.isprintable()
    if number != 0 or not is_name:
        raise _Other
    return name


def _packet(number: int, body: bytes) -> bytes:
    inner = _varint(number) + body
    return _varint(len(inner)) + inner


def _text(text: str) -> bytes:
    raw = text.encode()
    return _varint(len(raw)) + raw


def _varint(number: int) -> bytes:
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)
