import json

import pytest

from chmlfrp.guard.har import archive
from chmlfrp.guard.inspector import Inspector
from chmlfrp.guard.veil import veil_body, veil_headers, veil_target

CANARY = "c4n4ry"
SAID = (
    f"POST /login?token={CANARY}&page=2 HTTP/1.1\r\nHost: a.example\r\n"
    f"Authorization: Bearer {CANARY}\r\nCookie: a={CANARY}\r\n"
    f"X-Forwarded-For: 203.0.113.7\r\nX-Api-Key: {CANARY}\r\n"
    f"Referer: http://a.example/?code={CANARY}\r\n"
    "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n"
)
BODY = json.dumps({"name": "anna", "password": CANARY, "code": 200})
ANSWER = (
    f"HTTP/1.1 302 Found\r\nSet-Cookie: s={CANARY}\r\n"
    f"Location: /?access_token={CANARY}\r\nContent-Length: 2\r\n\r\nhi"
)


@pytest.fixture
def inspector() -> Inspector:
    inspector = Inspector()
    watch = inspector.watch("203.0.113.7")
    watch.said((SAID.replace("{}", str(len(BODY))) + BODY).encode())
    watch.answered(ANSWER.encode())
    watch.left()
    return inspector


def test_an_archive_has_what_passed_and_no_secret(inspector: Inspector) -> None:
    found = archive(inspector, is_masked=True, maker="1")
    text = json.dumps(found)

    assert CANARY not in text
    assert "203.0.113.7" not in text
    (entry,) = found["log"]["entries"]
    assert entry["request"]["method"] == "POST"
    assert entry["request"]["url"] == "http://a.example/login?token=***&page=2"
    assert {"name": "page", "value": "2"} in entry["request"]["queryString"]
    assert json.loads(entry["request"]["postData"]["text"]) == {
        "name": "anna",
        "password": "***",
        "code": 200,
    }
    assert entry["response"]["status"] == 302
    assert entry["response"]["content"]["text"] == "hi"


def test_unmasked_it_is_all_there(inspector: Inspector) -> None:
    text = json.dumps(archive(inspector, is_masked=False, maker="1"))

    assert text.count(CANARY) >= 7
    assert "203.0.113.7" in text


@pytest.mark.parametrize(
    "body",
    [
        f"user=anna&password={CANARY}",
        f'{{"access_token" : "{CANARY}\\"{CANARY}", "a": 1}}',
        f'{{"user[password]": "{CANARY}"}}',
        f'--x\r\nContent-Disposition: form-data; name="passwd"\r\n\r\n{CANARY}\r\n--x--',
    ],
)
def test_fields_that_let_somebody_in_are_veiled(body: str) -> None:
    assert CANARY not in veil_body(body)


def test_what_lets_nobody_in_stays() -> None:
    assert veil_body('{"code": 200, "author": "anna"}') == (
        '{"code": 200, "author": "anna"}'
    )
    assert veil_target("/page?author=anna") == "/page?author=anna"
    assert veil_headers([("content-type", "text/html")]) == [
        ("content-type", "text/html")
    ]
