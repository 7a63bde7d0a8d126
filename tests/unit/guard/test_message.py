import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.guard.message import LONGEST_BODY, read_answer, read_request

POST = b"POST /a?b=1 HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\n\r\nbody"


def answer(*lines: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", *lines, b"", body))


def test_a_request_is_read_whole() -> None:
    request = read_request(POST)

    assert request is not None
    assert (request.method, request.target, request.body) == (
        "POST",
        "/a?b=1",
        b"body",
    )
    assert request.header("host") == "a.example"
    assert request.is_whole


def test_a_request_whose_body_is_on_its_way_is_not_whole() -> None:
    request = read_request(POST[:-2])

    assert request is not None
    assert (request.body, request.is_whole) == (b"bo", False)


def test_chunks_are_put_together_and_opened() -> None:
    packed = gzip.compress(b"hello" * 100)
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    head = (b"Transfer-Encoding: chunked", b"Content-Encoding: gzip")

    found = read_answer(answer(*head, body=chunk), "GET")

    assert found is not None
    assert found.body == b"hello" * 100


def test_a_body_that_unpacks_to_very_much_is_bounded() -> None:
    packed = gzip.compress(bytes(LONGEST_BODY * 4))
    found = read_answer(
        answer(
            b"Content-Encoding: gzip",
            b"Content-Length: %d" % len(packed),
            body=packed,
        ),
        "GET",
    )

    assert found is not None
    assert len(found.body) == LONGEST_BODY


def test_early_answers_are_passed_over_and_a_switch_is_one() -> None:
    early = b"HTTP/1.1 100 Continue\r\n\r\n" + answer(b"Content-Length: 0")
    switch = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x00"

    found = [read_answer(said, "GET") for said in (early, switch)]

    assert [each and each.status for each in found] == [200, 101]


def test_an_answer_to_head_has_no_body() -> None:
    found = read_answer(answer(b"Content-Length: 99"), "HEAD")

    assert found is not None
    assert found.body == b""


@pytest.mark.parametrize("said", [b"", b"GET", b"SSH-2.0-x\r\n", b"\xff\r\n\r\n"])
def test_what_is_none_is_none(said: bytes) -> None:
    assert read_request(said) is None
    assert read_answer(said, "GET") is None


@given(st.binary(max_size=200), st.sampled_from([b"", POST[:30], answer()[:20]]))
def test_whatever_is_kept_is_read_without_a_fault(said: bytes, first: bytes) -> None:
    read_request(first + said)
    for method in ("GET", "HEAD", "CONNECT", ""):
        read_answer(first + said, method)
