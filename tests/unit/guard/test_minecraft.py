import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.guard.minecraft import LONGEST_HELLO, Greeting, Hello, Stand, Wants
from support.fake_minecraft import handshake, login, packet, text, varint

LOGIN = login("Steve")
PING = packet(1, struct.pack(">q", 77))


def heard(*parts: bytes) -> Greeting:
    greeting = Greeting()
    for part in parts:
        greeting.feed(part)
    return greeting


@given(st.integers(0, 60))
def test_a_player_is_known_wherever_the_bytes_are_cut(place: int) -> None:
    said = handshake(2) + LOGIN + b"more"
    greeting = heard(said[:place], said[place:])

    assert greeting.hello == Hello(wants=Wants.LOGIN, protocol=767, player="Steve")
    assert greeting.is_over


def test_a_client_that_reads_the_list_has_no_name() -> None:
    greeting = heard(handshake(1, host="mc.example\0FML3\0", protocol=0xFFFFFFFF))

    assert greeting.hello == Hello(wants=Wants.STATUS, protocol=-1)


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\xff" * 8,
        b"\x80" * LONGEST_HELLO * 2,
        handshake(9),
        packet(0, varint(767) + text("x" * 2000)),
        packet(3, b""),
        handshake(2) + packet(0, text("no\nname") + bytes(16)),
        handshake(2) + packet(0, text("a" * 17)),
    ],
    ids=lambda said: repr(said[:12]),
)
def test_other_protocols_name_nobody(said: bytes) -> None:
    greeting = heard(said)

    assert greeting.is_over
    assert greeting.hello is None or not greeting.hello.player


@given(st.lists(st.binary(max_size=80), max_size=30))
def test_whatever_comes_is_read_without_a_fault_and_bounded(parts: list[bytes]) -> None:
    assert heard(*parts).is_over in (True, False)
    assert len(b"".join(map(Stand("zzz").feed, parts))) < 4096


def test_a_stand_in_tells_the_list_and_answers_the_ping() -> None:
    stand = Stand("睡着了")
    said = stand.feed(handshake(1) + packet(0, b"")) + stand.feed(PING)

    assert said.endswith(PING)
    status = json.loads(said[: -len(PING)].partition(b"{")[2].join([b"{", b""]))
    assert status["description"] == {"text": "睡着了"}
    assert status["version"]["protocol"] == 767
    assert stand.is_done


def test_who_wants_to_play_is_told_the_same() -> None:
    stand = Stand("back at 8")
    said = stand.feed(handshake(2) + LOGIN)

    assert b'{"text": "back at 8"}' in said
    assert stand.is_done


def test_a_stand_in_says_nothing_to_others() -> None:
    stand = Stand("zzz")

    assert stand.feed(b"GET / HTTP/1.1\r\n\r\n") == b""
    assert stand.is_done
