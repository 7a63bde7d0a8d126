"""What can never work is refused with its field before anything is sent."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import msgspec
import pytest

from chmlfrp.api.client import ServiceClient
from chmlfrp.errors import InvalidInput, RateLimited
from chmlfrp.model.identity import CaptchaProof, MailPurpose
from chmlfrp.model.secret import Secret
from support.endpoints import NAME, NEWCOMER, samples
from support.replies import PASSWORD, ScriptedService, gives

new = msgspec.structs.replace
WRONG: list[tuple[str, Callable[[ServiceClient], Awaitable[Any]]]] = [
    ("email", lambda c: c.registration.send_code(MailPurpose.LOGIN, "ada")),
    ("name", lambda c: c.registration.register(new(NEWCOMER, name="a b"))),
    ("email", lambda c: c.registration.register(new(NEWCOMER, email="a@b"))),
    ("qq", lambda c: c.registration.register(new(NEWCOMER, qq="1234"))),
    ("code", lambda c: c.registration.register(new(NEWCOMER, code="no"))),
    (
        "password",
        lambda c: c.registration.register(new(NEWCOMER, password=Secret("123456"))),
    ),
    ("email", lambda c: c.registration.sign_in("", "123456")),
    ("code", lambda c: c.registration.sign_in("a@b.cc", "12 34")),
    (
        "password",
        lambda c: c.registration.reset_password("a@b.cc", Secret("a"), "123456"),
    ),
    ("name", lambda c: c.profile.rename("天")),
    ("qq", lambda c: c.profile.change_qq("12345a")),
    ("avatar_url", lambda c: c.profile.change_avatar("ftp://example.com/a")),
    ("avatar_url", lambda c: c.profile.change_avatar("https://u:p@example.com/a")),
    ("new_password", lambda c: c.profile.change_password(PASSWORD, Secret("short"))),
    ("code", lambda c: c.profile.renew_token("x")),
    ("code", lambda c: c.rewards.redeem(Secret(" "))),
    ("page", lambda c: c.log.page(0)),
    ("size", lambda c: c.log.page(size=101)),
    (
        "until",
        lambda c: c.log.page(since=date(2026, 3, 2), until=date(2026, 3, 1)),
    ),
    ("priority", lambda c: c.messages.page(priority=4)),
    ("keyword", lambda c: c.messages.search(" ")),
    ("days", lambda c: c.nodes.uptime(days=91)),
    ("domain", lambda c: c.domains.create(new(NAME, domain="frp"))),
    ("record", lambda c: c.domains.create(new(NAME, record="a..b"))),
    ("target", lambda c: c.domains.create(new(NAME, target="127.0.0.1"))),
    ("ttl_s", lambda c: c.domains.create(new(NAME, ttl_s=61))),
    ("target", lambda c: c.domains.update(NAME, target="nowhere")),
    ("record", lambda c: c.domains.delete("frp.wtf", "")),
]


@pytest.mark.parametrize(("field", "ask"), WRONG)
async def test_what_can_never_work_is_not_sent(
    field: str, ask: Callable[[ServiceClient], Awaitable[Any]]
) -> None:
    service = ScriptedService()
    async with service.client() as client:
        with pytest.raises(InvalidInput) as caught:
            await ask(client)
    assert caught.value.field == field
    assert service.requests == []


async def test_a_new_password_is_never_put_into_the_url_of_an_open_line() -> None:
    service = ScriptedService()
    async with service.client("http://service.example") as client:
        for ask in (
            client.profile.change_password(PASSWORD, PASSWORD),
            client.registration.register(NEWCOMER),
        ):
            with pytest.raises(Exception, match="expected an object"):
                await ask
    assert service.asked == ["POST /reset_password", "POST /register"]


async def test_a_solved_captcha_goes_along_and_is_not_shown() -> None:
    service = ScriptedService().on("POST /qiandao", gives(None))
    proof = CaptchaProof(
        lot_number="l",
        captcha_output=Secret("canary-out"),
        pass_token=Secret("canary-pass"),
        gen_time="1",
    )
    async with service.client() as client:
        assert await client.rewards.check_in(captcha=proof) == 0
    assert b"canary-pass" in service.requests[0].content
    assert "canary" not in repr(proof)


async def test_who_guesses_cards_is_told_how_long_to_wait() -> None:
    body = next(one.reply for one in samples() if one.name == "giftcard_redeem_banned")
    service = ScriptedService()
    service.on("POST /giftcard/redeem", msgspec.json.encode(body))
    async with service.client() as client:
        with pytest.raises(RateLimited) as caught:
            await client.rewards.redeem(Secret("GUESS"))
    assert caught.value.retry_after_s == 28 * 60


async def test_the_list_of_programs_is_on_another_host_only_for_the_hosted_service() -> (
    None
):
    path = "/download/frpc/frpc_info.json"
    service = ScriptedService().on(f"GET {path}", gives({}))
    for url in ("https://cf-v2.uapis.cn", "https://service.example"):
        async with service.client(url) as client:
            await client.programs.list()
    hosts = [request.url.host for request in service.requests]
    assert hosts == ["cf-v1.uapis.cn", "service.example"]
    assert "authorization" not in service.requests[0].headers


async def test_a_log_is_asked_for_whole_days() -> None:
    service = ScriptedService().on("GET /log/query", gives({}))
    async with service.client() as client:
        await client.log.page(since=date(2026, 3, 1), until=date(2026, 3, 2))
    query = dict(service.requests[0].url.params)
    assert query["start_time"] == "2026-03-01 00:00:00"
    assert query["end_time"] == "2026-03-02 23:59:59"
