from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from chmlfrp.selfhost.mail.letter import Letter
from chmlfrp.selfhost.mail.send import MailFailed
from support.clock import FakeClock
from support.people import Postman
from support.selfhost import PASSWORD, InMemory, in_memory

MAIL = "ada@example.com"
NEW = {"username": "ada", "password": PASSWORD, "mail": MAIL, "qq": "10001"}


@dataclass
class Town:
    service: InMemory
    post: Postman
    clock: FakeClock

    async def code(self, purpose: str, mail: str = MAIL) -> str:
        reply = await self.service.call("/sendmailcode", type=purpose, mail=mail)
        assert reply == {"msg": "发送成功", "code": 200, "state": "success"}
        return self.post.code()

    async def register(self) -> None:
        code = await self.code("register")
        reply = await self.service.call("/register", **NEW, code=code)
        assert reply["msg"] == "注册成功"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    post, clock = Postman(), FakeClock(1_800_000_000.0)
    async with in_memory(tmp_path / "data", mailer=post, clock=clock) as service:
        yield Town(service, post, clock)


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


async def test_who_reads_the_mail_gets_an_account(town: Town) -> None:
    code = await town.code("register")
    assert "Hello" in town.post.letters[0].text
    assert "您好" in town.post.letters[0].text
    reply = await town.service.http.get("/register", params={**NEW, "code": code})
    assert reply.json() == {"msg": "注册成功", "code": 200, "state": "success"}
    login = await town.service.call("/login", username=MAIL, password=PASSWORD)
    assert login["data"]["usergroup"] == "免费用户"
    assert login["data"]["realname"] == "未实名"
    assert login["data"]["qq"] == "10001"


async def test_a_wrong_code_makes_no_account_and_a_code_is_good_once(
    town: Town,
) -> None:
    code = await town.code("register")
    refused = await town.service.refused("/register", **NEW, code=wrong(code))
    assert refused == (400, "验证码错误")
    await town.service.call("/register", **NEW, code=code)
    again = {**NEW, "username": "bob", "qq": "10002", "code": code}
    assert await town.service.refused("/register", **again) == (400, "验证码错误")


async def test_a_code_ends_after_ten_minutes_and_after_five_tries(town: Town) -> None:
    code = await town.code("register")
    town.clock.now += 600
    assert (await town.service.refused("/register", **NEW, code=code))[0] == 400
    code = await town.code("register")
    for _ in range(5):
        await town.service.refused("/register", **NEW, code=wrong(code))
    assert (await town.service.refused("/register", **NEW, code=code))[0] == 400


async def test_the_next_code_must_wait_and_ends_the_one_before(town: Town) -> None:
    first = await town.code("register")
    code, text = await town.service.refused("/sendmailcode", type="register", mail=MAIL)
    assert (code, text) == (429, "发送过于频繁，请在60秒后重试")
    town.clock.now += 60
    second = await town.code("register")
    if first != second:
        assert (await town.service.refused("/register", **NEW, code=first))[0] == 400
    assert (await town.service.call("/register", **NEW, code=second))["code"] == 200


async def test_a_code_is_for_one_purpose_only(town: Town) -> None:
    await town.register()
    town.clock.now += 60
    code = await town.code("login")
    refused = await town.service.refused(
        "/email_reset_password", email=MAIL, new_password="another-1", code=code
    )
    assert refused == (400, "验证码错误")
    reply = await town.service.call("/login_by_email_code", mail=MAIL, code=code)
    assert reply["data"]["username"] == "ada"


async def test_a_forgotten_password_is_set_anew(town: Town) -> None:
    await town.register()
    code = await town.code("reset_password")
    await town.service.call(
        "/email_reset_password", email=MAIL, new_password="another-1", code=code
    )
    await town.service.call("/login", username="ada", password="another-1")
    refused = await town.service.refused("/login", username="ada", password=PASSWORD)
    assert refused == (401, "密码错误")


async def test_a_reply_does_not_tell_whether_an_address_is_known(town: Town) -> None:
    await town.register()
    sent = len(town.post.letters)
    reply = await town.service.call(
        "/sendmailcode", type="login", mail="no@example.com"
    )
    assert reply["msg"] == "发送成功"
    assert len(town.post.letters) == sent
    town.clock.now += 60
    await town.service.call("/sendmailcode", type="register", mail=MAIL)
    assert "已有账户" in town.post.letters[-1].text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"username": "a"}, "用户名不符合规范，长度在2到20个字符之间"),
        ({"username": "12345"}, "用户名不符合规范，长度在2到20个字符之间"),
        ({"username": "eve@example.com"}, "用户名不符合规范，长度在2到20个字符之间"),
        ({"password": "short"}, "密码不符合要求，长度在6到48个字符之间，"),
        ({"mail": "nowhere"}, "邮箱格式错误"),
        ({"qq": "12"}, "QQ号格式错误"),
        ({"code": ""}, "验证码缺失"),
    ],
)
async def test_what_cannot_be_is_named(
    town: Town, change: dict[str, str], text: str
) -> None:
    code, said = await town.service.refused(
        "/register", **{**NEW, "code": "123456", **change}
    )
    assert code == 400
    assert said.startswith(text)


async def test_a_name_that_is_taken_does_not_use_the_code_up(town: Town) -> None:
    await town.service.user("ada")
    code = await town.code("register")
    refused = await town.service.refused("/register", **NEW, code=code)
    assert refused == (400, "用户名已被占用")
    reply = await town.service.call(
        "/register", **{**NEW, "username": "ada2"}, code=code
    )
    assert reply["code"] == 200


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"type": "retoken", "mail": "x"}, "邮箱格式错误"),
        ({"type": "moon", "mail": MAIL}, "验证码类型错误"),
        ({"mail": MAIL}, "验证码类型缺失"),
    ],
)
async def test_a_mail_that_cannot_be_sent_is_refused(
    town: Town, params: dict[str, str], text: str
) -> None:
    assert await town.service.refused("/sendmailcode", **params) == (400, text)


async def test_one_address_cannot_have_mail_sent_without_end(town: Town) -> None:
    limit = town.service.context.settings.guard.mails_per_hour
    for number in range(limit):
        await town.service.call(
            "/sendmailcode", type="register", mail=f"a{number}@example.com"
        )
    code, text = await town.service.refused("/sendmailcode", type="register", mail=MAIL)
    assert (code, text) == (403, "IP地址已被临时封禁，剩余时间：60分钟0秒")


async def test_a_closed_service_registers_nobody(town: Town) -> None:
    context = town.service.context
    accounts = msgspec.structs.replace(context.settings.accounts, registration=False)
    context.settings = msgspec.structs.replace(context.settings, accounts=accounts)
    assert (await town.service.refused("/register", **NEW, code="1"))[0] == 403


class _Broken:
    async def send(self, letter: Letter) -> None:
        raise MailFailed("SMTPConnectError")


async def test_mail_that_fails_is_told_and_logged_without_the_code(
    town: Town, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("a letter was not sent: SMTPConnectError")
    town.service.context.mailer = _Broken()
    code, text = await town.service.refused("/sendmailcode", type="register", mail=MAIL)
    assert (code, text) == (500, "邮件发送失败，请稍后重试")
