import traceback

import httpx2
import pytest

from chmlfrp.api.credentials import Credentials
from chmlfrp.api.oauth import DEVICE_GRANT, Registration, SignInByDevice
from chmlfrp.errors import (
    ApiError,
    InvalidInput,
    ServiceGarbled,
    ServiceRefused,
    SignInDenied,
    SignInExpired,
    SignInRequired,
)
from chmlfrp.model.secret import Secret
from support.clock import FakeClock

ISSUER = "https://accounts.example"
START = {
    "device_code": "canary-device",
    "user_code": "ABCD-EFGH",
    "verification_uri": f"{ISSUER}/oauth-device-verify",
    "expires_in": 300,
    "interval": 5,
}
TOKENS = {
    "access_token": "canary.access",
    "refresh_token": "canary-refresh",
    "token_type": "Bearer",
    "expires_in": 599,
}
HTML_502 = httpx2.Response(502, html="<html>")
HTML = httpx2.Response(200, html="<html>")


def no(error: str, status: int = 400) -> httpx2.Response:
    return httpx2.Response(status, json={"error": error, "error_description": "说明"})


class Server:
    """An authorisation server that gives its answers in order, and a clock it moves."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.forms: list[httpx2.QueryParams] = []
        self.requests: list[httpx2.Request] = []
        self.document: httpx2.Response = httpx2.Response(404)
        """What is at the well-known places."""
        self.clock = FakeClock(0.0)
        self.slept: list[float] = []

    def program(self, client_secret: Secret | None = None) -> SignInByDevice:
        return SignInByDevice(
            Registration(issuer=ISSUER, client_id="ours", client_secret=client_secret),
            transport=httpx2.MockTransport(self._answer),
            sleep=self._sleep,
            now=self.clock,
            wall=lambda: 1000.0,
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.now += seconds

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(
                self.document.status_code, content=self.document.content
            )
        self.requests.append(request)
        self.forms.append(httpx2.QueryParams(request.content.decode()))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def ok(body: object) -> httpx2.Response:
    return httpx2.Response(200, json=body)


async def test_a_code_is_shown_and_waited_for_at_the_servers_pace() -> None:
    server = Server(
        ok(START),
        no("authorization_pending"),
        no("slow_down"),
        no("authorization_pending"),
        ok(TOKENS),
    )
    async with server.program() as program:
        code = await program.start()
        got = await program.wait(code)

    assert (code.user_code, code.interval_s) == ("ABCD-EFGH", 5)
    assert server.slept == [5, 5, 10, 10]
    assert got.token == Secret("canary.access")
    assert got.refresh_token == Secret("canary-refresh")
    assert got.expires_at == 1599
    assert "chmlfrp_api" in server.forms[0]["scope"]
    assert dict(server.forms[1]) == {
        "grant_type": DEVICE_GRANT,
        "device_code": "canary-device",
        "client_id": "ours",
    }


async def test_nobody_there_only_slows_the_asking_down() -> None:
    server = Server(ok(START), httpx2.ConnectError("no"), HTML_502, ok(TOKENS))
    async with server.program() as program:
        await program.wait(await program.start())

    assert server.slept == [5, 10, 20]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (no("access_denied"), SignInDenied),
        (no("expired_token"), SignInExpired),
        (no("invalid_grant"), SignInRequired),
        (no("invalid_client", 401), ServiceRefused),
        (HTML, ServiceGarbled),
        (ok(["tokens"]), ServiceGarbled),
        (ok({"access_token": "two words"}), ServiceGarbled),
        (ok({}), ServiceGarbled),
    ],
)
async def test_every_end_of_the_wait_has_its_error(
    answer: httpx2.Response, kind: type[ApiError]
) -> None:
    server = Server(ok(START), answer)
    async with server.program() as program:
        with pytest.raises(kind) as caught:
            await program.wait(await program.start())

    assert type(caught.value) is kind
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    if isinstance(caught.value, ServiceRefused):
        assert caught.value.service_message == "说明"


async def test_the_wait_ends_when_the_code_does() -> None:
    pending = [no("authorization_pending")] * 100
    server = Server(ok(START), *pending)
    async with server.program() as program:
        with pytest.raises(SignInExpired):
            await program.wait(await program.start())

    assert server.clock.now <= 300
    assert len(server.slept) == 59


async def test_a_refresh_token_is_exchanged_by_a_program_with_a_secret() -> None:
    server = Server(ok({**TOKENS, "refresh_token": "second"}))
    async with server.program(Secret("hush")) as program:
        new = await program.refresh(
            Credentials(
                token=Secret("a"),
                refresh_token=Secret("first"),
                user_token=Secret("user"),
            )
        )

    assert server.requests[0].headers["Authorization"].startswith("Basic ")
    assert dict(server.forms[0]) == {
        "grant_type": "refresh_token",
        "refresh_token": "first",
    }
    assert new.refresh_token == Secret("second")
    assert new.user_token == Secret("user")


@pytest.mark.parametrize(
    ("issuer", "client_id", "field"),
    [("http://accounts.example", "ours", "issuer"), (ISSUER, "", "client_id")],
)
def test_what_cannot_work_is_refused_before_anything_is_sent(
    issuer: str, client_id: str, field: str
) -> None:
    registration = Registration(issuer=issuer, client_id=client_id)
    with pytest.raises(InvalidInput) as caught:
        SignInByDevice(registration)
    assert caught.value.field == field


DOCUMENT = {
    "issuer": ISSUER,
    "device_authorization_endpoint": "https://login.example/device",
    "token_endpoint": f"{ISSUER}/token",
}


async def test_endpoints_are_where_the_server_says() -> None:
    server = Server(ok(START), ok(TOKENS))
    server.document = ok(DOCUMENT)
    async with server.program() as program:
        await program.wait(await program.start())
    asked = [str(request.url) for request in server.requests]
    assert asked == ["https://login.example/device", f"{ISSUER}/token"]


@pytest.mark.parametrize(
    "document",
    [
        ok({**DOCUMENT, "issuer": "https://other.example"}),
        ok({**DOCUMENT, "token_endpoint": "http://login.example/token"}),
        ok({**DOCUMENT, "token_endpoint": None}),
        ok([]),
        HTML,
        httpx2.Response(404, json=DOCUMENT),
    ],
    ids=["other issuer", "in clear", "no endpoint", "no object", "HTML", "404"],
)
async def test_a_document_that_must_not_be_used_leaves_the_usual_places(
    document: httpx2.Response,
) -> None:
    server = Server(ok(START), ok(TOKENS))
    server.document = document
    async with server.program() as program:
        await program.wait(await program.start())
    assert [request.url.path for request in server.requests] == [
        "/oauth2/device_authorization",
        "/oauth2/token",
    ]
