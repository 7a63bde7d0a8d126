"""Checking passwords and codes where guesses are counted and stopped."""

import hashlib
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.params import Caller
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.guess import (
    ACCOUNT,
    ADDRESS,
    account_limit,
    address_limit,
    banned,
)
from chmlfrp.selfhost.store import account, guard, log, mailcode
from chmlfrp.selfhost.store.guard import Who
from chmlfrp.selfhost.store.models import User


async def sign_in(
    context: Context, caller: Caller, *, login: str, password: str
) -> User:
    """Return the account that the password opens.

    A name that nobody has takes as long and is counted like one that somebody has.

    Raises:
        Refusal: there is no such account, the password is wrong, the account is shut
            out, or too many were wrong before.
    """
    async with context.database.read() as session:
        user = await account.by_login(session, login)
    whose = Who(ACCOUNT, str(user.id) if user else _digest(login))
    async with context.sign_ins:
        await _admit(context, [whose, _place(caller)])
        is_right = await context.passwords.is_right(
            password, user.password_hash if user else None
        )
        if user is None or not is_right:
            await _count(context, caller, whose, user)
    if user is None:
        raise Refusal("用户不存在", code=401)
    if not is_right:
        raise Refusal("密码错误", code=401)
    if account.is_shut_out(user):
        raise Refusal(account.SHUT_OUT, code=403)
    await welcome(context, caller, user, "login")
    return user


async def welcome(context: Context, caller: Caller, user: User, action: str) -> None:
    """Write down that somebody came in, and forget their wrong passwords."""
    async with context.database.write() as session:
        found = await session.get_one(User, user.id)
        found.login_attempts = 0
        await guard.forget(session, Who(ACCOUNT, str(user.id)))
        log.write(session, user.id, action, caller, now_ms=context.now_ms)


async def check_code(
    context: Context, caller: Caller, *, purpose: str, address: str, code: str
) -> None:
    """Use up a mailed code.

    Raises:
        Refusal: it is not the one, or too many were wrong before.
    """
    place = _place(caller)
    await _admit(context, [place])
    async with context.database.write() as session:
        is_right = await mailcode.take(
            session, purpose, address, code, code_rules(context), now_ms=context.now_ms
        )
        if not is_right:
            await _count_at(context, session, place)
    if not is_right:
        raise Refusal("验证码错误")


def code_rules(context: Context) -> mailcode.CodeRules:
    """Return how long and how often a mailed code can be used here."""
    mail = context.settings.mail
    return mailcode.CodeRules(
        lifetime_ms=mail.code_minutes * 60_000,
        cooldown_ms=mail.cooldown_seconds * 1000,
        tries=mail.code_tries,
    )


async def check_own_password(
    context: Context, caller: Caller, user: User, password: str
) -> None:
    """Check the password of somebody who has signed in already.

    Raises:
        Refusal: it is wrong, or too many were wrong before.
    """
    whose = Who(ACCOUNT, str(user.id))
    async with context.sign_ins:
        await _admit(context, [whose, _place(caller)])
        if not await context.passwords.is_right(password, user.password_hash):
            await _count(context, caller, whose, user)
            raise Refusal("原密码错误")


async def _admit(context: Context, whose: Sequence[Who]) -> None:
    async with context.database.read() as session:
        for who in whose:
            left_ms = await guard.ban_left(session, who, now_ms=context.now_ms)
            if left_ms:
                raise banned(who.kind, left_ms)


async def _count(
    context: Context, caller: Caller, whose: Who, user: User | None
) -> None:
    limit = account_limit(context.settings.guard)
    now_ms = context.now_ms
    async with context.database.write() as session:
        await guard.count(session, whose, limit, now_ms=now_ms)
        await _count_at(context, session, _place(caller))
        if user is not None:
            found = await session.get_one(User, user.id)
            found.login_attempts += 1
            log.write(session, user.id, "login", caller, now_ms=now_ms, status="failed")


async def _count_at(context: Context, session: AsyncSession, place: Who) -> None:
    limit = address_limit(context.settings.guard)
    await guard.count(session, place, limit, now_ms=context.now_ms)


def _place(caller: Caller) -> Who:
    return Who(ADDRESS, caller.address)


def _digest(login: str) -> str:
    return "?" + hashlib.sha256(login.encode()).hexdigest()
