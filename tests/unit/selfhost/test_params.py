from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.selfhost.params import Params, read
from chmlfrp.selfhost.refusal import Refusal

FORM = "application/x-www-form-urlencoded"


def take(query: bytes = b"", body: bytes = b"", kind: str = "") -> dict[str, object]:
    return read(query=query, content_type=kind, body=body)


def test_json_goes_before_query_and_form_as_well() -> None:
    assert take(b"a=1&b=2", b'{"b":3}') == {"a": "1", "b": 3}
    assert take(b"a=1&b=2", b"b=3", FORM + ";charset=utf-8") == {"a": "1", "b": "3"}


def test_an_empty_value_is_given_and_a_missing_body_is_fine() -> None:
    assert take(b"a=&b") == {"a": "", "b": ""}
    assert take(b"node=%E6%9C%88%E7%90%83CN2") == {"node": "月球CN2"}


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b'"x"', b"\xff", b"[" * 5000])
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        take(body=body, kind="application/json")
    assert caught.value.code == 400


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(Refusal):
        take(b"&".join(b"a%d=1" % n for n in range(100)))


@given(st.binary(max_size=200), st.binary(max_size=200), st.sampled_from(["", FORM]))
def test_any_bytes_are_read_or_refused(query: bytes, body: bytes, kind: str) -> None:
    try:
        take(query, body, kind)
    except Refusal:
        return


@pytest.mark.parametrize(
    ("values", "authorization"),
    [
        ({"token": "t"}, ""),
        ({"token": "t"}, "Bearer other"),
        ({}, "t"),
        ({}, "Bearer t"),
        ({}, "bearer  t "),
        ({"token": ""}, "t"),
    ],
)
def test_a_token_comes_as_parameter_or_header(
    values: dict[str, Any], authorization: str
) -> None:
    assert Params(values, authorization=authorization).token() == "t"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer  "])
def test_no_token_is_a_bad_token(authorization: str) -> None:
    with pytest.raises(Refusal, match="无效的Token"):
        Params({"token": 5}, authorization=authorization).token()


def test_a_parameter_without_a_name_of_its_own_is_refused_as_well() -> None:
    with pytest.raises(Refusal, match="请求参数格式错误"):
        Params({"unheard_of": "\0"}).optional_text("unheard_of")


def test_null_counts_as_not_given_and_empty_as_given() -> None:
    assert not Params({"banddomain": None}).has("banddomain")
    assert Params({"banddomain": ""}).has("banddomain")


def test_a_number_stands_for_its_text() -> None:
    assert Params({"username": 10001}).text("username") == "10001"


@pytest.mark.parametrize("value", ["x" * 5000, "a\0b", True, 1.5, {}])
def test_a_text_that_cannot_be_is_refused(value: object) -> None:
    with pytest.raises(Refusal, match="用户名格式错误"):
        Params({"username": value}).text("username")


@pytest.mark.parametrize("value", ["9" * 11, 2**31, str(2**31), "٣", "-1", "", None])
def test_a_number_that_cannot_be_is_refused(value: object) -> None:
    with pytest.raises(Refusal, match="隧道ID"):
        Params({"tunnelid": value}).integer("tunnelid")
