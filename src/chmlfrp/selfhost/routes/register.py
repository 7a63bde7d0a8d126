"""sendmailcode, register and email_reset_password: what needs no account yet."""

import logging

from litestar.di import NamedDependency
from litestar.handlers import post, route

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost import guess
from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.mail.letter import PURPOSES, Letter, code_letter, known_letter
from chmlfrp.selfhost.mail.send import MailFailed
from chmlfrp.selfhost.params import Caller, Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.account import (
    TWO_KINDS_RULE,
    is_email,
    is_name_allowed,
    is_password_allowed,
    is_qq,
)
from chmlfrp.selfhost.rules.guess import MAIL, banned, mail_limit
from chmlfrp.selfhost.store import account, grants, guard, log, mailcode
from chmlfrp.selfhost.store.models import User
from chmlfrp.selfhost.takes import CAPTCHA, PURPOSE, costly
from chmlfrp.selfhost.wire import Reply

TAKEN = {"email": "邮箱已被注册", "qq": "QQ号已被使用", "name": "用户名已被占用"}
FOR_STRANGERS = ("register", "reset_email")
"""Purposes of codes that go to an address that no account has."""

logger = logging.getLogger(__name__)


@post(
    "/sendmailcode", status_code=200, opt=costly("type", "mail", *CAPTCHA, type=PURPOSE)
)
async def sendmailcode(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Mail a code; whether an account has the address cannot be seen from the reply."""
    purpose, mail = params.text("type"), params.text("mail").lower()
    if purpose not in PURPOSES:
        raise Refusal("验证码类型错误")
    if not is_email(mail):
        raise Refusal("邮箱格式错误")
    await context.captcha.check(params)
    letter = await _letter(context, params.caller, purpose, mail)
    if letter is not None:
        try:
            await context.mailer.send(letter)
        except MailFailed as exc:
            logger.warning("a letter was not sent: %s", exc)
            raise Refusal("邮件发送失败，请稍后重试", code=500) from exc
    return Reply(msg="发送成功")


@route(
    "/register",
    http_method=METHODS,
    status_code=200,
    opt=costly("username", "password", "mail", "code", "qq?"),
)
async def register(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Make an account for whoever reads mail at the address."""
    if not context.settings.accounts.registration:
        raise Refusal("本服务未开放注册", code=403)
    name, password = params.text("username"), params.text("password")
    mail, qq = params.text("mail").lower(), params.optional_text("qq") or None
    code = params.text("code")
    _check_new(name=name, password=password, mail=mail, qq=qq)
    await _check_free(context, name=name, qq=qq)
    await guess.check_code(
        context, params.caller, purpose="register", address=mail, code=code
    )
    password_hash = await context.passwords.hash(password)
    try:
        async with context.database.write() as session:
            user = await account.add(
                session,
                name=name,
                password_hash=password_hash,
                group=context.settings.accounts.group,
                email=mail,
                qq=qq,
                has_real_name=False,
                today=context.day(),
            )
            log.write(
                session, user.id, "register", params.caller, now_ms=context.now_ms
            )
    except SelfhostError as exc:
        raise Refusal(TAKEN.get(exc.field or "", TAKEN["name"])) from exc
    return Reply(msg="注册成功")


@route(
    "/email_reset_password",
    http_method=METHODS,
    status_code=200,
    opt=costly("email", "code", "new_password"),
)
async def email_reset_password(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Set a new password with a mailed code; whoever is signed in elsewhere is out."""
    mail, code = params.text("email").lower(), params.text("code")
    password = params.text("new_password")
    if not is_password_allowed(password):
        raise Refusal(TWO_KINDS_RULE)
    await guess.check_code(
        context, params.caller, purpose="reset_password", address=mail, code=code
    )
    password_hash = await context.passwords.hash(password)
    async with context.database.write() as session:
        user = await account.find(session, User.email == mail)
        if user is None:
            raise Refusal("用户不存在", code=401)
        user.password_hash = password_hash
        await grants.revoke_all(session, user.id)
        log.write(
            session,
            user.id,
            "email_reset_password",
            params.caller,
            now_ms=context.now_ms,
        )
    return Reply(msg="密码重置成功")


async def _letter(
    context: Context, caller: Caller, purpose: str, mail: str
) -> Letter | None:
    now_ms, name = context.now_ms, context.settings.name
    await _count_mail(context, caller)
    async with context.database.write() as session:
        user = await account.find(session, User.email == mail)
        code, wait_ms = await mailcode.make(
            session, purpose, mail, guess.code_rules(context), now_ms=now_ms
        )
    if not code:
        seconds = -(-wait_ms // 1000)
        raise Refusal(f"发送过于频繁，请在{seconds}秒后重试", code=429)
    if (user is None) is not (purpose in FOR_STRANGERS):
        return None if user is None else known_letter(name, to=mail)
    return code_letter(
        name, purpose, to=mail, code=code, minutes=context.settings.mail.code_minutes
    )


async def _count_mail(context: Context, caller: Caller) -> None:
    who, now_ms = guard.Who(MAIL, caller.address), context.now_ms
    async with context.database.write() as session:
        left_ms = await guard.ban_left(session, who, now_ms=now_ms)
        if not left_ms:
            limit = mail_limit(context.settings.guard)
            await guard.count(session, who, limit, now_ms=now_ms)
    if left_ms:
        raise banned(MAIL, left_ms)


async def _check_free(context: Context, *, name: str, qq: str | None) -> None:
    """Refuse what is taken before the code is used up."""
    async with context.database.read() as session:
        if await account.find(session, User.name == name):
            raise Refusal(TAKEN["name"])
        if qq is not None and await account.find(session, User.qq == qq):
            raise Refusal(TAKEN["qq"])


def _check_new(*, name: str, password: str, mail: str, qq: str | None) -> None:
    if not is_name_allowed(name):
        raise Refusal("用户名不符合规范，长度在2到20个字符之间")
    if not is_password_allowed(password):
        raise Refusal(TWO_KINDS_RULE)
    if not is_email(mail):
        raise Refusal("邮箱格式错误")
    if qq is not None and not is_qq(qq):
        raise Refusal("QQ号格式错误")
