import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.guard.web import LONGEST_HEAD, FirstHead

REQUEST = (
    b"POST /a HTTP/1.1\r\nHost: a.example\r\nConnection: keep-alive\r\n\r\n"
    b"body\r\n\r\nx"
)


@given(st.integers(0, len(REQUEST)))
def test_the_service_is_asked_to_close_wherever_the_head_is_cut(place: int) -> None:
    head = FirstHead()
    gone = [head.feed(part) for part in (REQUEST[:place], REQUEST[place:])]
    wanted = (
        b"POST /a HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\nbody\r\n\r\nx"
    )

    assert gone[-1] == wanted or gone[0] == wanted[: len(gone[0] or b"")]


def test_a_request_for_another_protocol_stays_as_it_is() -> None:
    request = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"

    assert FirstHead().feed(request) == request


def test_a_head_without_end_is_handed_on() -> None:
    head = FirstHead()
    dull = b"x" * LONGEST_HEAD

    assert head.feed(dull) is None
    assert head.feed(b"y") == dull + b"y"


@pytest.mark.parametrize("extra", [b"", b"\r\nUpgrade: websocket"])
def test_a_service_is_told_the_address_that_the_node_names_alone(extra: bytes) -> None:
    head = FirstHead()
    head.source = "203.0.113.7"

    gone = head.feed(
        b"GET / HTTP/1.1\r\nX-Forwarded-For: 10.0.0.1\r\nHost: a.example\r\n"
        b"x-real-ip: 10.0.0.1\r\nForwarded: for=10.0.0.1" + extra + b"\r\n\r\nbody"
    )

    assert gone is not None
    lines = gone.removesuffix(b"\r\n\r\nbody").split(b"\r\n")
    assert b"X-Forwarded-For: 203.0.113.7" in lines
    assert b"X-Real-IP: 203.0.113.7" in lines
    assert b"10.0.0.1" not in gone
    assert b"Host: a.example" in lines
