import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp import __version__
from chmlfrp.api import caller
from chmlfrp.api.call import Call, Reply
from chmlfrp.api.caller import BODY_LIMIT_BYTES, Caller
from chmlfrp.api.credentials import Credentials
from chmlfrp.errors import InvalidInput, ServiceGarbled, ServiceUnreachable
from chmlfrp.model.secret import Secret
from support.replies import TOKEN

URL = "https://service.example/base"
THING = Call(method="GET", path="/thing", query={"node": "月球 CN2"})


class Recorder(httpx2.AsyncBaseTransport):
    """Keeps the request and answers, or raises, as told."""

    def __init__(self, answer: httpx2.Response | Exception) -> None:
        self.answer = answer
        self.requests: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await request.aread()
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def send(
    answer: httpx2.Response | Exception,
    call: Call = THING,
    *,
    token: Secret | None = TOKEN,
) -> tuple[Reply, httpx2.Request]:
    transport = Recorder(answer)
    each = Caller(URL, timeout_s=5, transport=transport)
    await each.open()
    try:
        reply = await each.send(call, Credentials.of_user(token) if token else None)
    finally:
        await each.close()
    return reply, transport.requests[0]


async def test_a_call_goes_under_the_base_path_with_its_name_percent_encoded() -> None:
    _, request = await send(httpx2.Response(200))

    encoded = "%E6%9C%88%E7%90%83+CN2"
    url = str(request.url).replace("%20", "+")
    assert url == f"https://service.example/base/thing?node={encoded}"


async def test_the_token_travels_in_the_header_and_nowhere_else() -> None:
    _, request = await send(httpx2.Response(200))

    assert request.headers["Authorization"] == f"Bearer {TOKEN.reveal()}"
    assert TOKEN.reveal() not in str(request.url)
    assert request.headers["User-Agent"] == f"chmlfrp-ui/{__version__}"


async def test_public_calls_go_without_the_token() -> None:
    call = Call(method="GET", path="/node", is_signed=False)
    _, request = await send(httpx2.Response(200), call)

    assert "Authorization" not in request.headers


async def test_json_and_form_travel_in_the_body() -> None:
    fields: dict[str, str | int | bool] = {"name": "月球", "on": True}
    as_json = Call(method="POST", path="/x", json=fields)
    as_form = Call(method="POST", path="/x", form=fields)
    _, first = await send(httpx2.Response(200), as_json)
    _, second = await send(httpx2.Response(200), as_form)

    assert first.content == '{"name":"月球","on":true}'.encode()
    assert first.headers["Content-Type"] == "application/json"
    assert second.content == b"name=%E6%9C%88%E7%90%83&on=true"
    assert second.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert not first.url.query
    assert not second.url.query


async def test_a_reply_holds_status_body_and_what_to_wait() -> None:
    reply, _ = await send(
        httpx2.Response(429, content=b"x", headers={"Retry-After": "12"})
    )

    assert (reply.status, reply.body, reply.retry_after_s) == (429, b"x", 12)
    assert reply.secrets == (TOKEN,)


async def test_a_redirect_is_not_followed() -> None:
    elsewhere = {"Location": "https://other.example/thing?token=x"}
    reply, _ = await send(httpx2.Response(302, headers=elsewhere))

    assert (reply.status, reply.location_host) == (302, "other.example")


async def test_cookies_are_not_kept() -> None:
    transport = Recorder(httpx2.Response(200, headers={"Set-Cookie": "a=b"}))
    each = Caller(URL, timeout_s=5, transport=transport)
    await each.open()
    await each.send(THING, None)
    await each.send(THING, None)
    await each.close()

    assert "Cookie" not in transport.requests[1].headers


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (httpx2.ConnectError("refused"), ServiceUnreachable, "no connection.*refused"),
        (httpx2.ConnectTimeout("x"), ServiceUnreachable, "no answer in time"),
        (httpx2.ReadTimeout("x"), ServiceUnreachable, "no answer in time"),
        (httpx2.PoolTimeout("x"), ServiceUnreachable, "no answer in time"),
        (httpx2.ReadError("x"), ServiceUnreachable, "broke off"),
        (httpx2.RemoteProtocolError("x"), ServiceUnreachable, "broke off"),
        (httpx2.ProxyError("x"), ServiceUnreachable, "proxy"),
        (httpx2.DecodingError("x"), ServiceGarbled, "wrongly compressed"),
        (OSError("x"), ServiceUnreachable, "broke off"),
    ],
)
async def test_every_error_of_the_transport_is_translated(
    raised: Exception, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=f"^GET /thing: .*{words}") as caught:
        await send(raised)

    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "node" not in str(caught.value)


async def test_an_answer_that_never_comes_times_out() -> None:
    async def never(_: httpx2.Request) -> httpx2.Response:
        await asyncio.Event().wait()
        raise AssertionError

    each = Caller(URL, timeout_s=0.05, transport=httpx2.MockTransport(never))
    await each.open()
    with pytest.raises(ServiceUnreachable, match=r"no answer within 0\.05 s"):
        await each.send(THING, Credentials.of_user(TOKEN))
    await each.close()


async def test_a_body_without_end_is_cut_off() -> None:
    body = b" " * (BODY_LIMIT_BYTES + 1)
    with pytest.raises(ServiceGarbled, match=r"GET /thing: .* larger than 4 MiB"):
        await send(httpx2.Response(200, content=body))
    reply, _ = await send(httpx2.Response(200, content=body[1:]))
    assert len(reply.body) == BODY_LIMIT_BYTES


@pytest.mark.parametrize("text", ["\udcff", "x" * 100_000])
async def test_a_value_that_cannot_be_sent_is_invalid_input(text: str) -> None:
    call = Call(method="GET", path="/thing", query={"node": text})
    with pytest.raises(InvalidInput, match="GET /thing: a value is no valid text"):
        await send(httpx2.Response(200), call)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "service.example",
        "ftp://x.example",
        "https://",
        "http://[::g]",
        "http://x:y",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Caller(url, timeout_s=5)
    assert caught.value.field == "base_url"


@pytest.mark.parametrize(
    "url", ["https://me:Canary@x.example", "https://x.example/?token=Canary"]
)
def test_an_address_with_secrets_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Caller(url, timeout_s=5)
    assert "Canary" not in str(caught.value)


@pytest.mark.parametrize("proxy", ["", "127.0.0.1:8080", "socks5://127.0.0.1:1"])
def test_a_proxy_that_is_none_is_refused(proxy: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Caller(URL, timeout_s=5, proxy=proxy)
    assert caught.value.field == "proxy"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://service.example", True),
        ("http://127.0.0.1:80", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("http://192.0.2.7", False),
        ("http://service.example", False),
    ],
)
def test_a_line_is_private_over_tls_or_on_this_machine(
    url: str, expected: bool
) -> None:
    assert Caller(url, timeout_s=5).is_private is expected


async def test_a_client_is_used_while_it_is_open_and_opened_once() -> None:
    each = Caller(URL, timeout_s=5)
    with pytest.raises(RuntimeError, match="not open"):
        await each.send(THING, Credentials.of_user(TOKEN))
    await each.open()
    with pytest.raises(RuntimeError, match="open already"):
        await each.open()
    await each.close()
    await each.close()


async def test_the_log_of_the_http_library_shows_no_urls(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        await send(httpx2.Response(200))
    assert not caplog.records


def test_retry_after_may_be_a_date() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=90)

    wait_s = caller._retry_after_s(format_datetime(soon, usegmt=True))
    assert wait_s is not None
    assert 80 < wait_s <= 90
    assert caller._retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert caller._retry_after_s("Wed, 21 Oct 2015 07:28:00") == 0
    assert caller._retry_after_s("soon") is None
    assert caller._retry_after_s("") is None


@given(st.text())
def test_any_header_is_read_without_raising(text: str) -> None:
    wait_s = caller._retry_after_s(text)
    assert wait_s is None or wait_s >= 0
    assert isinstance(caller._host(text), str)
