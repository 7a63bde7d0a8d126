import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chmlfrp.guard.veiltext import veil_address, veil_form, veil_text

CANARY = "c4n4ry"
NAMES = some.sampled_from(
    [
        "password",
        "tokens",
        "jwt",
        "pin",
        "credential",
        "credentials",
        "secret",
        "apiKey",
        "session",
        "sig",
    ]
)
PLAIN = some.text(max_size=8)
NESTED = some.recursive(
    PLAIN.map(lambda text: f"{text}{CANARY}{text}"),
    lambda inner: (
        some.lists(inner, min_size=1, max_size=3)
        | some.dictionaries(PLAIN, inner, min_size=1, max_size=3)
    ),
    max_leaves=5,
)
AROUND = some.recursive(
    PLAIN | some.integers() | some.none() | some.booleans(),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(PLAIN, inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=60)
@given(NAMES, NESTED, AROUND, some.booleans(), some.integers(0, 2))
def test_nothing_below_a_secret_field_of_json_survives(
    name: str, value: object, around: object, is_ascii: bool, wrapped: int
) -> None:
    said: object = {"before": around, name: value, "after": [around]}
    for _ in range(wrapped):
        said = {"inner": json.dumps(said, ensure_ascii=is_ascii)}
    found = veil_text(json.dumps(said, ensure_ascii=is_ascii))

    assert CANARY not in found


@settings(max_examples=60)
@given(NAMES, some.text(max_size=9), some.text(max_size=9), some.integers(0, 30))
def test_nothing_of_a_secret_field_survives_in_a_form_xml_or_a_cut(
    name: str, before: str, after: str, cut: int
) -> None:
    clean = after.translate(str.maketrans("", "", "<>&"))
    form = veil_form(f"a={clean}&{name}={clean}{CANARY};{clean}{CANARY}&b=1")
    value = clean.replace('"', "").replace("\\", "") + CANARY
    xml = f"<r><{name} a='1'><b>{clean}{CANARY}</b>{CANARY}</{name}></r>"
    left = json.dumps({"a": before, name: [value, value]})
    left = left[: len(left) - cut]

    for text in (form, veil_text(xml), veil_text(xml[:-cut] if cut else xml)):
        assert CANARY not in text
    assert CANARY not in veil_text(left)


@pytest.mark.parametrize(
    "text",
    [
        '{"tokens":["c4n4ry","c4n4ry"],"a":1}',
        '{"password":{"new":"c4n4ry","old":["c4n4ry"]}}',
        '{"jwt":"c4n4ry"}',
        '{"p\\u0061ssword":"c4n4ry"}',
        '{"url":"http:\\/\\/anna:c4n4ry@a.example\\/"}',
        '{"url":"http://a.example/?a=1\\u0026token=c4n4ry"}',
        "<password>c4n4ry</password>",
        "<w:Password T='x'><![CDATA[</w:Password>c4n4ry]]></w:Password>",
        "<token><token>a</token>c4n4ry</token>",
        '<user password="c4n4ry"/>',
        '<input value="c4n4ry" name="csrf_token">',
        '<string name="password">c4n4ry</string>',
        'password = "c4n4ry"',
        "DB_PASSWORD=c4n4ry",
    ],
)
def test_each_form_is_veiled(text: str) -> None:
    assert CANARY not in veil_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "/?key=c4n4ry",
        "/?a=1&sig=c4n4ry",
        "/a;jsessionid=c4n4ry?b",
        "http://a.example/#access_token=c4n4ry",
        "http://anna:c4n4ry@a.example/",
        "http://c4n4ry@a.example/",
        "/?user%5Bpassword%5D=c4n4ry",
        "/?next=http%3A%2F%2Fa.example%2F%3Ftoken%3Dc4n4ry",
        "/?q=%7B%22password%22%3A%22c4n4ry%22%7D",
        "/?q=" + "%25" * 2 + "25" * 9 + "3Ftoken%3Dc4n4ry",
    ],
)
def test_addresses_are_veiled(text: str) -> None:
    assert CANARY not in veil_address(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"keyboard": "a", "author": ["b"], "pinned": {"c": 1}, "code": 2, "key": "d"}',
        '{"is_authenticated": true, "token": null, "shipping": "e@f.example"}',
        "<keyboard>a</keyboard><author>b</author><Key>c</Key>",
        "/page?author=anna&keyword=b&pinned=1&mail=a@b.example",
        "https://a.example/@anna?mail=b@c.example",
        '<p name="author" keyboard="us">the password is asked for</p>',
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert veil_text(text) == text


def test_what_stands_around_stays() -> None:
    assert json.loads(veil_text('{"a": "x", "tokens": [1, {"b": "]"}], "c": 2}')) == {
        "a": "x",
        "tokens": "***",
        "c": 2,
    }
    assert veil_text("<r><pin>1</pin><a>b</a></r>") == "<r><pin>***</pin><a>b</a></r>"
    assert veil_address("//a.example/?key=1&b=2") == "//a.example/?key=***&b=2"


@pytest.mark.parametrize(
    "text", ['"', "\\", '\\"', "<a ", '{"token":[', "a=%25", "://"]
)
def test_a_long_hostile_text_comes_to_an_end(text: str) -> None:
    assert veil_text(text * (40_000 // len(text))) is not None
