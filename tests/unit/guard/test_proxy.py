import ipaddress
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.guard import proxy
from chmlfrp.guard.proxy import Ends, Malformed
from chmlfrp.model.guard import plain

ports = st.integers(0, 65535)
addresses = st.ip_addresses().map(plain)
ends = st.builds(Ends, addresses, ports, addresses, ports)
versions = st.sampled_from([1, 2])

FRPC = bytes.fromhex("0d0a0d0a000d0a515549540a2111000ccb007107c000020901bb1f90")
"""As frpc 0.65.0 writes it, with addresses of the documents."""


def test_the_header_of_frpc_is_read() -> None:
    found = proxy.read(FRPC + b"GET /")

    assert found is not None
    assert found.size == len(FRPC)
    assert found.ends is not None
    assert str(found.ends.source) == "203.0.113.7"
    assert (found.ends.source_port, found.ends.target_port) == (443, 8080)


@given(ends, versions, st.binary(max_size=40))
def test_what_is_written_is_read_back(
    visitor: Ends, version: Literal[1, 2], rest: bytes
) -> None:
    header = proxy.write(visitor, version=version)

    found = proxy.read(header + rest)

    assert found == proxy.Header(len(header), visitor)


@given(ends, versions, st.data())
def test_a_header_that_is_not_complete_is_waited_for(
    visitor: Ends, version: Literal[1, 2], data: st.DataObject
) -> None:
    header = proxy.write(visitor, version=version)
    size = data.draw(st.integers(0, len(header) - 1))

    assert proxy.read(header[:size]) is None


@given(st.binary(max_size=2000))
def test_whatever_comes_is_read_waited_for_or_refused(data: bytes) -> None:
    judge(data)


@given(st.binary(max_size=600))
def test_whatever_follows_the_signature_is_read_or_refused(data: bytes) -> None:
    judge(proxy.SIGNATURE + data)


@given(st.text(max_size=120))
def test_whatever_follows_the_word_is_read_or_refused(text: str) -> None:
    judge(b"PROXY " + text.encode() + b"\r\n")


@given(ends, versions, st.data())
def test_a_header_with_one_byte_changed_never_does_harm(
    visitor: Ends, version: Literal[1, 2], data: st.DataObject
) -> None:
    header = bytearray(proxy.write(visitor, version=version))
    place = data.draw(st.integers(0, len(header) - 1))
    header[place] = data.draw(st.integers(0, 255))

    judge(bytes(header))


def judge(data: bytes) -> None:
    try:
        found = proxy.read(data)
    except Malformed:
        return
    if found is None:
        assert len(data) < proxy.LONGEST
    else:
        assert found.size <= len(data)


@given(ends, st.binary(max_size=40))
def test_a_header_before_a_datagram_is_read_back(visitor: Ends, rest: bytes) -> None:
    header = for_datagrams(proxy.write(visitor, version=2))

    found = proxy.read_datagram(header + rest)

    assert found == proxy.Header(len(header), visitor)


@given(st.binary(max_size=80), st.booleans())
def test_whatever_a_datagram_holds_is_read_or_refused(
    data: bytes, is_signed: bool
) -> None:
    judge_datagram(proxy.SIGNATURE + data if is_signed else data)


@given(ends, st.data())
def test_a_datagrams_header_changed_or_cut_never_does_harm(
    visitor: Ends, data: st.DataObject
) -> None:
    header = bytearray(for_datagrams(proxy.write(visitor, version=2)))
    place = data.draw(st.integers(len(proxy.SIGNATURE), len(header) - 1))
    header[place] = data.draw(st.integers(0, 255))

    judge_datagram(bytes(header))
    with pytest.raises(Malformed):
        proxy.read_datagram(bytes(header[:15]))


def for_datagrams(header: bytes) -> bytes:
    """Return a header of version 2 as it is for udp."""
    changed = bytearray(header)
    changed[13] = changed[13] & 0xF0 | 0x2
    return bytes(changed)


def judge_datagram(data: bytes) -> None:
    try:
        found = proxy.read_datagram(data)
    except Malformed:
        assert data.startswith(proxy.SIGNATURE)
        return
    assert (found is None) is not data.startswith(proxy.SIGNATURE)
    assert found is None or found.size <= len(data)


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.1\r\n",
        b"PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n",
        b"PROXY TCP4 ::1 ::1 1 2\r\n",
        b"PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n",
        b"PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n",
        b"PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
        b"PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n",
        b"PROXY TCP4 " + b"1" * 200,
        proxy.SIGNATURE + b"\x31\x11\x00\x0c" + bytes(12),
        proxy.SIGNATURE + b"\x21\x11\x00\x04" + bytes(4),
        proxy.SIGNATURE + b"\x21\x11\xff\xff",
    ],
)
def test_what_is_no_header_is_refused_at_once(line: bytes) -> None:
    with pytest.raises(Malformed):
        proxy.read(line)


@pytest.mark.parametrize(
    "header",
    [
        b"PROXY UNKNOWN\r\n",
        b"PROXY UNKNOWN ffff:: ffff:: 65535 65535\r\n",
        proxy.SIGNATURE + b"\x20\x00\x00\x00",
        proxy.SIGNATURE + b"\x21\x31\x00\x02ab",
    ],
)
def test_a_header_may_name_nobody(header: bytes) -> None:
    assert proxy.read(header + b"more") == proxy.Header(len(header), None)


def test_a_mapped_visitor_is_the_ipv4_that_it_means() -> None:
    found = proxy.read(b"PROXY TCP6 ::ffff:203.0.113.7 ::1 1 2\r\n")

    assert found is not None
    assert found.ends is not None
    assert found.ends.source == ipaddress.ip_address("203.0.113.7")
