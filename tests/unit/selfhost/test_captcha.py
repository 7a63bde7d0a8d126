"""GeeTest v4 against a small server that checks the signature as GeeTest says."""

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from chmlfrp.selfhost.captcha import FIELDS, Anybody, verifier
from chmlfrp.selfhost.hidden import Hidden
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.settings import Captcha
from support.people import Postman
from support.selfhost import in_memory
from support.small_http import Asked, answering, reply

KEY = "canary-captcha-key"
SOLVED = {name: f"{name}-1" for name in FIELDS}


def geetest(asked: Asked) -> bytes:
    """Answer as GeeTest does: `success` for a signed form of a captcha solved."""
    form = {k: v[0] for k, v in parse_qs(asked.body.decode()).items()}
    target = urlsplit(asked.line.split()[1])
    lot = form["lot_number"].encode()
    signed = hmac.new(KEY.encode(), lot, hashlib.sha256).hexdigest()
    is_good = (
        target.path == "/validate"
        and parse_qs(target.query) == {"captcha_id": ["the-id"]}
        and form["sign_token"] == signed
        and form["pass_token"] == "pass_token-1"
    )
    return reply(
        json.dumps({"status": "success", "result": "success" if is_good else "fail"})
    )


def settings(port: int, key: str = KEY, **more: str) -> Captcha:
    url = f"http://127.0.0.1:{port}/validate"
    return Captcha(kind="geetest", id="the-id", key=Hidden(key), url=url, **more)  # type: ignore[arg-type]  # when_down


async def said(captcha: Captcha, params: dict[str, str]) -> str:
    """Return the refusal, "" for a person."""
    try:
        await verifier(captcha).check(Params(params))
    except Refusal as refusal:
        return refusal.msg
    return ""


async def test_a_solved_captcha_is_a_person() -> None:
    async with answering(geetest) as port:
        assert await said(settings(port), SOLVED) == ""
        wrong = {**SOLVED, "pass_token": "other"}
        assert await said(settings(port), wrong) == "人机验证失败"
        assert await said(settings(port, key="other"), SOLVED) == "人机验证失败"


async def test_without_the_four_values_nobody_is_asked() -> None:
    for name in FIELDS:
        params = {key: value for key, value in SOLVED.items() if key != name}
        assert await said(settings(1), params) == "请完成人机验证"


@pytest.mark.parametrize("answer", ["{}", "[]", "<html>", "null"])
async def test_an_answer_that_says_nothing_closes_or_opens_as_set(
    answer: str, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("the captcha's verifier gave no usable answer")
    async with answering(lambda _: reply(answer)) as port:
        assert await said(settings(port), SOLVED) == "人机验证失败"
        assert await said(settings(port, when_down="open"), SOLVED) == ""


async def test_a_verifier_that_is_not_there_closes_or_opens_as_set(
    expected_logs: Callable[[str], None],
) -> None:
    expected_logs("the captcha's verifier gave no usable answer")
    assert await said(settings(1), SOLVED) == "人机验证失败"
    assert await said(settings(1, when_down="open"), SOLVED) == ""


async def test_a_private_service_asks_nobody() -> None:
    assert isinstance(verifier(Captcha()), Anybody)
    assert await said(Captcha(), {}) == ""


async def test_mail_codes_and_points_take_a_person(tmp_path: Path) -> None:
    post = Postman()
    async with (
        answering(geetest) as port,
        in_memory(
            tmp_path / "data", captcha=verifier(settings(port)), mailer=post
        ) as service,
    ):
        token = (await service.user("ada")).token
        for route, params in (
            ("/qiandao", {"token": token}),
            ("/sendmailcode", {"type": "register", "mail": "a@example.com"}),
        ):
            refused = await service.refused(route, **params)
            assert refused == (400, "请完成人机验证")
            assert (await service.call(route, **params, **SOLVED))["code"] == 200
    assert len(post.letters) == 1
