"""What lets somebody in is taken out of whatever the inspector shows."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.guard.message import read_answer, read_request
from chmlfrp.guard.veil import (
    VEILED,
    veil_body,
    veil_bytes,
    veil_headers,
    veil_target,
)

CANARY = "c4n4ry"
SECRET_NAMES = (
    *("password", "newPassword", "user[passwd]", "pwd", "access_token", "tokens"),
    *("refresh-token", "jwt", "pin", "otp", "credential", "credentials", "apiKey"),
    *("client_secret", "sessionid", "csrf_token", "private_key", "Authorization"),
)
OTHER_NAMES = (
    "keyboard",
    "author",
    "authors",
    "pinned",
    "spin",
    "code",
    "keys",
    "sign",
)


@pytest.mark.parametrize(
    "body",
    [
        f'{{"tokens": ["{CANARY}", "{CANARY}"], "a": 1}}',
        f'{{"password": {{"old": "{CANARY}", "new": ["}}", "{CANARY}"]}}, "a": 1}}',
        f'{{"a": {{"credentials": [{{"x": "{CANARY}"',
        f"<login><password>{CANARY}</password><a>1</a></login>",
        f'<s:Password Type="x"><![CDATA[{CANARY}]]></s:Password>',
        f'<user name="anna" password="{CANARY}"/>',
        f'<input type="hidden" name="csrf_token" value="{CANARY}">',
        f"see http://anna:{CANARY}@a.example/",
        f"a=1&pin={CANARY}",
        f"eyJhbGciOiJIUzI1NiJ9.{CANARY}.{CANARY}",
        f"--x\r\nContent-Disposition: form-data; name=pin\r\n\r\n{CANARY}\r\n--x--",
    ],
)
def test_it_is_found_in_every_form(body: str) -> None:
    assert CANARY not in veil_body(body)


@pytest.mark.parametrize(
    "target",
    [
        f"/?key={CANARY}&a=1",
        f"/?a=1&sig={CANARY}",
        f"/?jwt={CANARY}",
        f"http://anna:{CANARY}@a.example/b",
    ],
)
def test_it_is_found_in_addresses_and_headers(target: str) -> None:
    assert CANARY not in veil_target(target)
    assert CANARY not in str(veil_headers([("referer", target)]))


def test_ordinary_words_stay() -> None:
    body = json.dumps({name: [1, {"x": "y"}] for name in OTHER_NAMES})
    page = (
        "<author>anna</author><keyboard layout='de'>x</keyboard> https://a.example/@b"
    )
    assert veil_body(body) == body
    assert veil_body(page) == page
    assert veil_target("/?keyboard=de&author=anna&pinned=1#key=1") == (
        "/?keyboard=de&author=anna&pinned=1#key=1"
    )


def test_what_follows_a_field_is_still_there() -> None:
    body = '{"password": {"a": "}"}, "tokens": ["]"], "pin": 12, "b": [true]}'
    assert json.loads(veil_body(body)) == {
        "password": VEILED,
        "tokens": VEILED,
        "pin": VEILED,
        "b": [True],
    }


JSON = st.recursive(
    st.just(CANARY) | st.integers() | st.booleans() | st.none() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(SECRET_NAMES), JSON, st.integers(0, 6), st.booleans())
def test_nothing_below_such_a_key_is_left(
    name: str, value: object, depth: int, is_plain: bool
) -> None:
    document: object = {name: value, "after": [1]}
    for _ in range(depth):
        document = [document, {"a": "b"}]
    text = json.dumps(document, ensure_ascii=is_plain)

    assert CANARY not in veil_body(text)
    json.loads(veil_body(text))
    assert CANARY not in veil_body(text[: len(text) * 2 // 3])


@given(st.sampled_from(SECRET_NAMES), st.binary(max_size=40), st.binary(max_size=40))
def test_parts_among_files_are_veiled(name: str, before: bytes, after: bytes) -> None:
    head = 'Content-Disposition: form-data; name="{}"\r\n\r\n'
    body = b"--x\r\n" + head.format("file").encode() + before + b"\r\n--x\r\n"
    body += head.format(name).encode() + CANARY.encode() + b"\r\n--x\r\n"
    body += head.format("other").encode() + after + b"\xff\r\n--x--"

    assert CANARY.encode() not in veil_bytes(body)


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_of_what_is_packed_nothing_is_shown(coding: str) -> None:
    said = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: 3\r\n\r\n"
    answer = read_answer(said.encode() + b"\xff\xfea", "GET")
    assert answer is not None
    assert veil_bytes(answer.body, coding=answer.coding) == VEILED.encode()


def test_what_was_unpacked_is_told_apart() -> None:
    request = read_request(
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n"
        b"Content-Length: 3\r\n\r\nabc"
    )
    assert request is not None
    assert request.coding == "gzip"
    text = f'{{"密码": 1, "password": "{CANARY}"}}'
    assert CANARY.encode() not in veil_bytes(text.encode("gbk"))
    assert veil_bytes(text.encode("utf-16")) == VEILED.encode()
