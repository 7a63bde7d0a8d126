import httpx2
import msgspec
import pytest

from chmlfrp.api.account import SignedIn
from chmlfrp.errors import (
    RateLimited,
    ServiceGarbled,
    ServiceRefused,
    SignInRequired,
)
from chmlfrp.model.secret import Secret
from support.replies import (
    PASSWORD,
    SPRING_404,
    TOKEN,
    ScriptedService,
    gives,
    sample,
    says,
)

LEARNED = Secret("Dm4kQ8vZr1TbX7nLw2Hc9sYp")


async def sign_in(service: ScriptedService, url: str = "https://x.example") -> SignedIn:
    async with service.client(url, token=None) as client:
        return await client.account.sign_in("me@example.com", PASSWORD)


async def test_a_sign_in_returns_account_and_token() -> None:
    service = ScriptedService().on("POST /login", sample("login_ok"))

    signed_in = await sign_in(service)
    assert signed_in.account.name == "boring_student"
    assert signed_in.token == LEARNED
    assert LEARNED.reveal() not in repr(signed_in)


async def test_the_password_travels_in_a_json_body() -> None:
    service = ScriptedService().on("POST /login", sample("login_ok"))

    await sign_in(service)
    (request,) = service.requests
    body = msgspec.json.decode(request.content)
    assert body == {"username": "me@example.com", "password": PASSWORD.reveal()}
    assert PASSWORD.reveal() not in str(request.url)


@pytest.mark.parametrize(
    ("name", "field"), [("login_wrong_password", "password"), ("login_no_user", "name")]
)
async def test_a_wrong_password_is_sent_once(name: str, field: str) -> None:
    service = ScriptedService().on("POST /login", sample(name))

    with pytest.raises(SignInRequired) as caught:
        await sign_in(service)
    assert caught.value.field == field
    assert service.asked == ["POST /login"]


async def test_a_password_against_the_rule_is_refused_in_the_services_words() -> None:
    service = ScriptedService().on("POST /login", sample("login_password_rule"))

    with pytest.raises(ServiceRefused) as caught:
        await sign_in(service)
    assert caught.value.service_message.startswith("密码不符合要求")
    assert service.asked == ["POST /login"]


async def test_a_ban_is_a_rate_limit() -> None:
    ban = says(401, "该账户已被临时封禁，剩余 4分钟5秒")
    with pytest.raises(RateLimited) as caught:
        await sign_in(ScriptedService().on("POST /login", ban))
    assert caught.value.retry_after_s == 245


async def test_a_server_that_does_not_look_in_json_is_asked_with_a_form() -> None:
    def form_only(request: httpx2.Request) -> httpx2.Response:
        if request.headers["Content-Type"] == "application/json":
            return says(400, "缺少参数username")
        return httpx2.Response(200, content=sample("login_ok"))

    service = ScriptedService().on("POST /login", form_only)
    assert (await sign_in(service)).token == LEARNED
    assert service.asked == ["POST /login", "POST /login"]


async def test_the_url_is_the_last_way_and_only_where_nobody_reads_along() -> None:
    service = ScriptedService().on("GET /login", sample("login_ok"))

    assert (await sign_in(service)).token == LEARNED
    assert (await sign_in(service, "http://127.0.0.1:9")).token == LEARNED
    assert service.asked == ["POST /login", "POST /login", "GET /login"] * 2
    service.requests.clear()
    with pytest.raises(ServiceGarbled):
        await sign_in(service, "http://x.example")
    assert service.asked == ["POST /login", "POST /login"]


async def test_a_firewall_page_does_not_move_the_password_into_the_url() -> None:
    page = httpx2.Response(403, content=b"<html>")
    service = ScriptedService().on("POST /login", page)

    with pytest.raises(RateLimited):
        await sign_in(service)
    assert service.asked == ["POST /login"]


async def test_a_service_that_echoes_the_password_does_not_get_it_shown() -> None:
    echo = says(400, f"密码 {PASSWORD.reveal()} 不好")
    with pytest.raises(ServiceRefused) as caught:
        await sign_in(ScriptedService().on("POST /login", echo))
    assert caught.value.service_message == "密码 *** 不好"


async def test_a_sign_in_without_a_token_in_the_answer_is_garbled() -> None:
    service = ScriptedService().on("POST /login", gives({"id": 1, "username": "x"}))
    with pytest.raises(ServiceGarbled, match="no usable token"):
        await sign_in(service)


async def test_the_account_is_read_with_the_token_in_the_header() -> None:
    service = ScriptedService().on("GET /userinfo", sample("userinfo_ok"))
    async with service.client() as client:
        assert (await client.account.get()).tunnels_used == 2

    (request,) = service.requests
    assert request.headers["Authorization"] == f"Bearer {TOKEN.reveal()}"
    assert not request.url.query


async def test_a_revoked_token_asks_for_a_sign_in() -> None:
    service = ScriptedService().on("GET /userinfo", sample("userinfo_bad_token"))
    async with service.client() as client:
        with pytest.raises(SignInRequired):
            await client.account.get()


async def test_who_am_i_returns_the_token_of_the_answer() -> None:
    service = ScriptedService().on("GET /userinfo", sample("userinfo_ok"))
    async with service.client() as client:
        assert (await client.account.identify()).token == LEARNED
        service.on("GET /userinfo", gives({"id": 1, "username": "x"}))
        assert (await client.account.identify()).token == TOKEN


async def test_without_a_token_nothing_is_asked() -> None:
    service = ScriptedService().on("GET /userinfo", SPRING_404)
    async with service.client(token=None) as client:
        with pytest.raises(SignInRequired):
            await client.account.get()
    assert not service.requests
