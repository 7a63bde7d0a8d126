"""What the SDK promises when the other side is broken, over real sockets."""

import socket
import traceback
from email.utils import formatdate

import pytest

from chmlfrp.api.client import ServiceClient
from chmlfrp.errors import (
    ApiError,
    RateLimited,
    ServiceGarbled,
    ServiceRefused,
    ServiceUnreachable,
    SignInRequired,
)
from chmlfrp.model.tunnel import TunnelId
from support.broken_service import (
    HTML,
    Behaviour,
    BrokenService,
    answers,
    babbles,
    dribbles,
    floods,
    hangs,
    resets,
)
from support.replies import PASSWORD, TOKEN

REFUSAL = '{"msg":"无效的Token","code":401,"state":"fail"}'.encode()


async def error_of(
    behave: Behaviour, kind: type[ApiError], *, timeout_s: float = 10
) -> ApiError:
    """Return the error for an answer; every one of them must keep the secrets."""
    async with (
        BrokenService(behave) as service,
        ServiceClient(service.url, token=TOKEN, timeout_s=timeout_s) as client,
    ):
        with pytest.raises(kind) as caught:
            await client.tunnels.config("月球CN2", ["a"])
    assert type(caught.value) is kind
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.hint
    assert TOKEN.reveal() not in shown
    assert "tunnel_names" not in caught.value.message
    assert len(service.heads) == 1, "a call is sent once"
    return caught.value


@pytest.mark.parametrize(
    ("behave", "kind"),
    [
        (answers("200 OK", HTML), ServiceGarbled),
        (answers("200 OK", b""), ServiceGarbled),
        (answers("200 OK", b'{"msg":"ok","code":200,"da'), ServiceGarbled),
        (answers("200 OK", b"x", "Content-Encoding: gzip"), ServiceGarbled),
        (answers("403 Forbidden", HTML), RateLimited),
        (answers("404 Not Found", HTML), ServiceGarbled),
        (answers("500 Internal Server Error", HTML), ServiceUnreachable),
        (answers("502 Bad Gateway", HTML), ServiceUnreachable),
        (answers("525 SSL Handshake Failed", b""), ServiceUnreachable),
        (answers("200 OK", b"{", length=50), ServiceUnreachable),
        (answers("401 Unauthorized", REFUSAL), SignInRequired),
        (resets, ServiceUnreachable),
        (babbles, ServiceUnreachable),
        (floods, ServiceGarbled),
    ],
)
async def test_a_broken_answer_is_the_promised_error(
    behave: Behaviour, kind: type[ApiError]
) -> None:
    await error_of(behave, kind)


@pytest.mark.parametrize("behave", [hangs, dribbles])
async def test_a_whole_call_has_one_time_limit(behave: Behaviour) -> None:
    error = await error_of(behave, ServiceUnreachable, timeout_s=0.3)

    assert error.message == "GET /tunnel_config: no answer within 0.3 s"


@pytest.mark.parametrize("wait", ["17", formatdate(17, usegmt=True), "soon"])
async def test_a_rate_limit_says_how_long_to_wait(wait: str) -> None:
    limit = answers("429 Unknown Status", HTML, f"Retry-After: {wait}")
    error = await error_of(limit, RateLimited)

    assert isinstance(error, RateLimited)
    assert error.retry_after_s == (
        17 if wait == "17" else None if wait == "soon" else 0
    )


async def test_a_redirect_is_shown_and_not_followed() -> None:
    async with BrokenService(answers("200 OK", HTML)) as other:
        moved = answers("302 Found", b"", f"Location: {other.url}/?token=x")
        error = await error_of(moved, ServiceGarbled)
    assert "redirected to 127.0.0.1" in error.message
    assert not other.heads


async def test_nobody_there_is_unreachable() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        async with ServiceClient(url, token=TOKEN, timeout_s=5) as client:
            with pytest.raises(
                ServiceUnreachable, match="GET /userinfo: no connection"
            ):
                await client.account.get()


async def test_a_name_that_nobody_knows_is_unreachable() -> None:
    async with ServiceClient("http://nowhere.invalid", token=TOKEN) as client:
        with pytest.raises(ServiceUnreachable, match="GET /userinfo: no connection"):
            await client.account.get()


async def test_tls_to_a_plain_server_is_unreachable() -> None:
    async with BrokenService(babbles) as service:
        url = service.url.replace("http:", "https:")
        async with ServiceClient(url, token=TOKEN, timeout_s=0.5) as client:
            with pytest.raises(ServiceUnreachable):
                await client.account.get()


async def test_a_server_that_refuses_every_way_of_deleting_is_garbled() -> None:
    async with (
        BrokenService(answers("405 Method Not Allowed", HTML)) as service,
        ServiceClient(service.url, token=TOKEN) as client,
    ):
        with pytest.raises(ServiceGarbled):
            await client.tunnels.delete(TunnelId(7))
    first = [head.split(b"\r\n")[0] for head in service.heads]
    assert first == [
        b"GET /delete_tunnel?tunnelid=7 HTTP/1.1",
        b"POST /delete_tunnel?tunnelid=7 HTTP/1.1",
        b"POST /deletetunnel?tunnelid=7 HTTP/1.1",
    ]
    assert all(f"Bearer {TOKEN.reveal()}".encode() in head for head in service.heads)


async def test_a_refused_password_was_never_in_a_url() -> None:
    refusal = '{"msg":"密码错误","code":401,"state":"fail"}'.encode()
    async with (
        BrokenService(answers("200 OK", refusal)) as service,
        ServiceClient(service.url) as client,
    ):
        with pytest.raises(SignInRequired) as caught:
            await client.account.sign_in("me", PASSWORD)
    (head,) = service.heads
    assert head.startswith(b"POST /login HTTP/1.1\r\n")
    assert PASSWORD.reveal() not in head.decode()
    assert isinstance(caught.value, ServiceRefused)
    assert caught.value.service_message == "密码错误"
