import pytest
from hypothesis import given
from hypothesis import strategies as some

from chmlfrp.guard.veil import veil_body, veil_bytes, veil_headers

CANARY = b"c4n4ry"
PARTS = "multipart/form-data; boundary=x"
FORM = "application/x-www-form-urlencoded"


def parts(*said: bytes) -> bytes:
    return b"".join(b"--x\r\n" + part + b"\r\n" for part in said) + b"--x--\r\n"


def field(name: str, value: bytes) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value


IMAGE = b"Content-Disposition: form-data; name=f; filename=a\r\nContent-Type: image/png"
IMAGE += b"\r\n\r\n\x89PNG\xff\x00\x01"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (PARTS, parts(IMAGE, field("password", CANARY))),
        (PARTS, parts(field("user", b"\xff"), field("password", b"a\r\n--" + CANARY))),
        (PARTS, parts(IMAGE, field("pin", CANARY))[:-7]),
        ("", parts(IMAGE, field("password", CANARY))),
        ("text/plain; charset=gbk", '{"名":"中","password":"c4n4ry"}'.encode("gbk")),
        ("application/json", '{"password":"c4n4ry","名":"中'.encode()[:-1]),
        (FORM, "用户=中&password=c4n4ry".encode("gbk")),
        (FORM, b"a=\xff;b&token=x;" + CANARY + b"#" + CANARY),
        ("", b"user=anna&password=a b;" + CANARY),
        ("text/xml; charset=gb2312", "<密><pin>c4n4ry</pin>".encode("gbk")),
        ("application/json; charset=utf-16", '{"pin":"c4n4ry"}'.encode("utf-16")),
        ("application/json", '{"pin":"c4n4ry"}'.encode("utf-16-le")),
        ("application/x-protobuf", b"\x0a\x06" + CANARY),
        ("", b"\x81\xa8password\xa6" + CANARY),
        ("image/png", b"\x89PNG\xff?token=" + CANARY),
    ],
)
def test_a_body_that_is_no_text_shows_no_secret(kind: str, body: bytes) -> None:
    found = veil_bytes(body, kind=kind)

    assert CANARY not in found
    assert CANARY not in found.replace(b"\0", b"")


@given(some.binary(max_size=40), some.binary(max_size=20), some.sampled_from([0, 1, 9]))
def test_a_secret_part_never_survives_what_stands_around_it(
    around: bytes, value: bytes, cut: int
) -> None:
    body = parts(field("a", around), field("pwd", value + CANARY), field("b", around))
    found = veil_bytes(body[: len(body) - cut], kind=PARTS)

    assert CANARY not in found


def test_a_packed_text_is_withheld_even_if_it_can_be_read() -> None:
    assert veil_bytes(CANARY, coding="br", kind="text/plain") == b"***"
    assert veil_bytes(b"", coding="br", kind="text/plain") == b""


def test_what_is_no_secret_is_kept_byte_for_byte() -> None:
    whole = parts(IMAGE, field("name", "安娜".encode("gbk")))
    for kind, body in [
        (PARTS, whole),
        ("image/png", bytes(range(256))),
        ("text/html; charset=gbk", "<p>键盘 keyboard</p>".encode("gbk")),
        ("text/plain", "中文".encode()[:-1]),
        ("application/octet-stream", b"text alone"),
    ]:
        assert veil_bytes(body, kind=kind) == body


def test_a_part_goes_on_behind_the_secret_one() -> None:
    found = veil_bytes(parts(field("pin", CANARY), IMAGE), kind=PARTS)

    assert found == parts(field("pin", b"***"), IMAGE)


def test_json_in_a_part_or_a_form_is_veiled() -> None:
    part = field("data", b'{"jwt":["c4n4ry"]}').decode()

    assert "c4n4ry" not in veil_body(f"--x\r\n{part}\r\n--x--")
    assert "c4n4ry" not in veil_body("payload=%7B%22pin%22%3A+%22c4n4ry%22%7D")


def test_headers_hold_nobody_who_asks() -> None:
    shown = veil_headers(
        [
            ("referer", "http://anna:c4n4ry@a.example/?key=c4n4ry"),
            ("x-pin", "c4n4ry"),
            ("x-said", '{"tokens":["c4n4ry"]}'),
            ("access-control-allow-credentials", "true"),
            ("sec-websocket-key", "a"),
            ("x-author", "anna"),
        ]
    )

    assert "c4n4ry" not in str(shown)
    assert shown[0] == ("referer", "http://***@a.example/?key=***")
    assert [value for _, value in shown[3:]] == ["true", "a", "anna"]
