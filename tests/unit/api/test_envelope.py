import contextlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.api import envelope
from chmlfrp.errors import (
    ApiError,
    NotFound,
    RateLimited,
    ServiceGarbled,
    ServiceRefused,
    ServiceUnreachable,
    SignInRequired,
)
from support.replies import SAMPLES, reply, sample

SAMPLE_NAMES = sorted(path.stem for path in SAMPLES.glob("*.json"))
SPRING = {"timestamp": "t", "status": 404, "error": "Not Found", "path": "/x?token=Q"}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["code", "msg", "state", "data"]) | st.text(), inner
        )
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_every_captured_reply_is_data_or_its_own_refusal(name: str) -> None:
    whole = msgspec.json.decode(sample(name))
    if whole["code"] == 200:
        assert envelope.unwrap(reply(sample(name))) == whole.get("data")
        return
    with pytest.raises(ApiError) as caught:
        envelope.unwrap(reply(sample(name)))
    if name.endswith("_unreachable"):
        assert type(caught.value) is ServiceUnreachable
        assert whole["msg"] in caught.value.message
    else:
        assert isinstance(caught.value, ServiceRefused)
        assert caught.value.service_message == whole["msg"]
        assert caught.value.service_code == whole["code"]


@pytest.mark.parametrize(
    "name", [name for name in SAMPLE_NAMES if name.endswith("_bad_token")]
)
def test_a_bad_token_asks_for_a_sign_in(name: str) -> None:
    with pytest.raises(SignInRequired) as caught:
        envelope.unwrap(reply(sample(name)))
    assert caught.value.field == ""


def test_code_200_is_success_whatever_state_says() -> None:
    body = {"code": 200, "state": "fail", "data": 1}
    assert envelope.unwrap(reply(body)) == 1


@pytest.mark.parametrize("code", [200, "200"])
def test_a_code_may_be_a_string(code: object) -> None:
    assert envelope.unwrap(reply({"code": code, "data": [1]})) == [1]


def test_absent_data_is_none() -> None:
    assert envelope.unwrap(reply({"code": 200})) is None


def test_state_counts_where_the_code_is_missing() -> None:
    assert envelope.unwrap(reply({"state": "success", "data": 2})) == 2
    with pytest.raises(ServiceRefused) as caught:
        envelope.unwrap(reply({"state": "fail1", "msg": "不行"}))
    assert (caught.value.service_code, caught.value.service_message) == (200, "不行")


@pytest.mark.parametrize("status", [200, 400, 404, 500])
def test_a_refusal_counts_at_any_http_status(status: int) -> None:
    body = {"code": 404, "msg": "节点不存在"}
    with pytest.raises(NotFound):
        envelope.unwrap(reply(body, status))


def test_a_success_at_a_failing_status_is_not_believed() -> None:
    with pytest.raises(ServiceUnreachable):
        envelope.unwrap(reply({"code": 200, "data": 1}, 502))
    with pytest.raises(ServiceGarbled):
        envelope.unwrap(reply({"code": 200, "data": 1}, 404))


@pytest.mark.parametrize("body", [b"<html>", {"code": 200, "data": 1}])
def test_429_is_a_rate_limit_whatever_the_body(body: object) -> None:
    with pytest.raises(RateLimited) as caught:
        envelope.unwrap(reply(body, 429, retry_after_s=30.0))
    assert caught.value.retry_after_s == 30


def test_a_429_with_an_envelope_keeps_the_words_of_the_service() -> None:
    body = {"code": 403, "msg": "请求过多，请稍后再试", "state": "fail"}
    with pytest.raises(RateLimited) as caught:
        envelope.unwrap(reply(body, 429, retry_after_s=30.0))
    assert caught.value.service_message == "请求过多，请稍后再试"
    assert caught.value.retry_after_s == 30


def test_a_redirect_names_the_host_it_wants() -> None:
    with pytest.raises(ServiceGarbled, match=r"to login\.hotel\.example"):
        envelope.unwrap(reply(b"", 302, location_host="login.hotel.example"))


def test_a_bare_401_of_the_service_is_a_sign_in_but_a_page_is_not() -> None:
    with pytest.raises(SignInRequired):
        envelope.unwrap(reply({"status": 401, "error": "Unauthorized"}, 401))
    with pytest.raises(ServiceGarbled):
        envelope.unwrap(reply(b"<html>", 401))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "an empty body"),
        (b" <!DOCTYPE html>", "a web page"),
        (b'{"code": 2', "broken JSON"),
        (b"[" * 100_000, "broken JSON"),
        (b"\xff\xfe", "something else"),
        (b"[]", "JSON of another shape"),
        (b'{"code": true}', "JSON of another shape"),
        (b'{"code": null, "state": "odd"}', "JSON of another shape"),
    ],
)
def test_what_cannot_be_read_says_what_was_expected(body: bytes, found: str) -> None:
    expected = f"expected an object with code and msg, got {found}"
    with pytest.raises(ServiceGarbled, match=expected):
        envelope.unwrap(reply(body))


def test_the_error_holds_nothing_of_an_unreadable_body() -> None:
    for body in (b"<p>CanaryToken</p>", b'{"usertoken": "CanaryToken"', b"CanaryToken"):
        with pytest.raises(ServiceGarbled) as caught:
            envelope.unwrap(reply(body))
        assert "Canary" not in str(caught.value)
    with pytest.raises(ServiceGarbled) as caught:
        envelope.unwrap(reply(SPRING, 404))
    assert "token" not in str(caught.value)


def test_an_unknown_route_is_told_from_a_missing_thing() -> None:
    assert envelope.is_unknown_route(reply(SPRING, 404))
    assert envelope.is_unknown_route(reply(b"<html>", 405))
    assert envelope.is_unknown_route(reply({"code": 405, "msg": "not supported"}))
    assert not envelope.is_unknown_route(reply({"code": 404, "msg": "隧道不存在"}, 404))
    assert not envelope.is_unknown_route(reply({"code": 200}))
    assert not envelope.is_unknown_route(reply(b"<html>", 403))


def test_only_a_lost_parameter_asks_for_another_form() -> None:
    assert envelope.is_form_unknown(reply(SPRING, 404))
    assert envelope.is_form_unknown(reply({"status": 400, "error": "Bad Request"}, 400))
    assert envelope.is_form_unknown(reply({"code": 400, "msg": "缺少参数username"}))
    assert envelope.is_form_unknown(reply({"code": 415, "msg": "media type"}, 415))
    assert not envelope.is_form_unknown(reply(sample("login_wrong_password")))
    assert not envelope.is_form_unknown(reply(sample("login_password_rule")))
    assert not envelope.is_form_unknown(reply(b"<html>", 403))
    assert not envelope.is_form_unknown(reply(b"", 502))


def answers_or_api_error(body: bytes, status: int) -> None:
    answer = reply(body, status)
    envelope.is_form_unknown(answer)
    envelope.is_unknown_route(answer)
    with contextlib.suppress(ApiError):
        envelope.unwrap(answer)


@given(st.binary(), st.integers(100, 599))
def test_no_bytes_raise_anything_but_an_api_error(body: bytes, status: int) -> None:
    answers_or_api_error(body, status)


@given(json_values, st.integers(100, 599))
def test_no_json_raises_anything_but_an_api_error(value: object, status: int) -> None:
    answers_or_api_error(msgspec.json.encode(value), status)
