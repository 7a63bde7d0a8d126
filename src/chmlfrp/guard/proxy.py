"""The PROXY protocol, versions 1 and 2: read what frpc says of a visitor, and write it.

Source: HAProxy's proxy-protocol.txt of 2020-03-05, sections 2.1 and 2.2.
"""

import ipaddress
import struct
from dataclasses import dataclass
from typing import Literal

from chmlfrp.model.guard import Address, plain

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LONGEST_V1 = 107
"""Bytes, line end included."""
LONGEST = 1024
"""Bytes; frpc writes 28 or 52, others add a few values."""

_V1 = b"PROXY "
_FIXED = 16
_VERSION, _LOCAL, _PROXY = 0x20, 0x0, 0x1
_SIZES = {0x10: 12, 0x20: 36}
"""Bytes of both addresses and ports: IPv4, IPv6."""
_STREAM, _DATAGRAM = 0x1, 0x2


class Malformed(ValueError):
    """What came is no PROXY header."""


@dataclass(frozen=True, slots=True)
class Ends:
    """A visitor and where they knocked."""

    source: Address
    source_port: int
    target: Address
    target_port: int


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was read: its size, and the ends unless it names none."""

    size: int
    ends: Ends | None


def read(data: bytes | bytearray) -> Header | None:
    """Return the header that begins the data, None while it is not complete.

    Raises:
        Malformed: no byte that follows can make a header of it.
    """
    if data[: len(SIGNATURE)] == SIGNATURE[: len(data)]:
        return _read_v2(bytes(data))
    if data[: len(_V1)] == _V1[: len(data)]:
        return _read_v1(bytes(data[:LONGEST_V1]))
    raise Malformed("neither version of the header begins so")


def read_datagram(data: bytes) -> Header | None:
    """Return the header before a datagram, None if there is none.

    Raises:
        Malformed: it begins as a header does and is none.
    """
    if not data.startswith(SIGNATURE):
        return None
    header = _read_v2(data, kind=_DATAGRAM)
    if header is None:
        raise Malformed("the header is cut off")
    return header


def write(ends: Ends, *, version: Literal[1, 2]) -> bytes:
    """Return the header for a TCP visitor."""
    return _write_v1(ends) if version == 1 else _write_v2(ends)


def _read_v2(data: bytes, *, kind: int = _STREAM) -> Header | None:
    if len(data) < _FIXED:
        return None
    first, family, length = struct.unpack_from("!BBH", data, len(SIGNATURE))
    size, command = _FIXED + length, first & 0x0F
    if first & 0xF0 != _VERSION or command not in (_LOCAL, _PROXY):
        raise Malformed("unknown version or command")
    if size > LONGEST:
        raise Malformed("the header is too long")
    if len(data) < size:
        return None
    wanted = _SIZES.get(family & 0xF0)
    if command == _LOCAL or wanted is None or family & 0x0F != kind:
        return Header(size, None)
    if length < wanted:
        raise Malformed("the header is shorter than its addresses")
    return Header(size, _unpack(data[_FIXED : _FIXED + wanted]))


def _unpack(block: bytes) -> Ends:
    half = (len(block) - 4) // 2
    source, target = block[:half], block[half : 2 * half]
    source_port, target_port = struct.unpack("!HH", block[2 * half :])
    return Ends(_address(source), source_port, _address(target), target_port)


def _address(packed: bytes) -> Address:
    return plain(ipaddress.ip_address(packed))


def _read_v1(data: bytes) -> Header | None:
    line, end, _ = data.partition(b"\r\n")
    if not end:
        if len(data) >= LONGEST_V1:
            raise Malformed("the line does not end")
        return None
    size = len(line) + 2
    words = line.split(b" ")
    if words[1] == b"UNKNOWN":
        return Header(size, None)
    if len(words) != 6 or words[1] not in (b"TCP4", b"TCP6"):
        raise Malformed("the line has not the words that it should have")
    version = 4 if words[1] == b"TCP4" else 6
    source, target = (_written(word, version) for word in words[2:4])
    return Header(size, Ends(source, _port(words[4]), target, _port(words[5])))


def _written(word: bytes, version: int) -> Address:
    try:
        found = ipaddress.ip_address(word.decode("ascii"))
    except ValueError as exc:
        raise Malformed("an address cannot be read") from exc
    if found.version != version or (found.version == 6 and found.scope_id):
        raise Malformed("an address is of another family")
    return plain(found)


def _port(word: bytes) -> int:
    if not word.isdigit() or len(word) > 5 or int(word) > 65535:
        raise Malformed("a port cannot be read")
    if len(word) > 1 and word.startswith(b"0"):
        raise Malformed("a port begins with a zero")
    return int(word)


def _write_v1(ends: Ends) -> bytes:
    source, target = _alike(ends)
    words = (f"TCP{source.version}", source, target, ends.source_port, ends.target_port)
    return f"PROXY {' '.join(map(str, words))}\r\n".encode()


def _write_v2(ends: Ends) -> bytes:
    source, target = _alike(ends)
    family = (0x10 if source.version == 4 else 0x20) | _STREAM
    block = source.packed + target.packed
    block += struct.pack("!HH", ends.source_port, ends.target_port)
    fixed = struct.pack("!BBH", _VERSION | _PROXY, family, len(block))
    return SIGNATURE + fixed + block


def _alike(ends: Ends) -> tuple[Address, Address]:
    """Return both addresses in one family; IPv4 is mapped where the other is IPv6."""
    if ends.source.version == ends.target.version:
        return ends.source, ends.target
    return _mapped(ends.source), _mapped(ends.target)


def _mapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv6Address):
        return address
    return ipaddress.IPv6Address(b"\0" * 10 + b"\xff\xff" + address.packed)
