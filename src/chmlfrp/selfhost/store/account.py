"""Reading and writing accounts."""

import time
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.oauth import bearer
from chmlfrp.selfhost.refusal import Refusal, bad_login_state, bad_token
from chmlfrp.selfhost.rules.account import FREE, is_member, new_token
from chmlfrp.selfhost.store.database import WRITES
from chmlfrp.selfhost.store.models import Tunnel, User

UNIQUE = ("email", "qq", "token", "name")
SHUT_OUT = "该账户已被封禁"


async def by_token(
    session: AsyncSession, token: str, *, refusal: Refusal | None = None
) -> User:
    """Return the account of a user or access token, in the group that it is in today.

    Raises:
        Refusal: nobody has it, with `refusal` where another text is wanted; or the
            account is shut out.
    """
    if bearer.looks_like_one(token):
        user = await bearer.holder(session, token)
        refusal = refusal or bad_login_state()
    elif token.isascii() and token.isalnum():
        user = await find(session, User.token == token)
    else:
        user = None
    if user is None:
        raise refusal or bad_token()
    if session.info.get(WRITES):
        await session.refresh(user, with_for_update=True)
    if is_shut_out(user):
        raise Refusal(SHUT_OUT, code=403)
    end_membership(user, datetime.now().astimezone().date())
    return user


def end_membership(user: User, today: date) -> None:
    """Put an account back among the free ones once its membership is over."""
    if user.group != FREE and not is_member(user.member_until, today):
        user.group = FREE


def is_shut_out(user: User) -> bool:
    """Return whether the owner has shut the account out, for now or for good."""
    until_ms = user.banned_until_ms
    return until_ms is not None and until_ms > time.time() * 1000


async def by_login(session: AsyncSession, login: str) -> User | None:
    """Return the account whose name, e-mail address or QQ number this is."""
    same = or_(User.name == login, User.email == login.lower(), User.qq == login)
    return await find(session, same)


async def find(session: AsyncSession, where: ColumnElement[bool]) -> User | None:
    """Return the account that fits, None if none does."""
    return await session.scalar(select(User).where(where).limit(1))


async def everyone(session: AsyncSession) -> list[User]:
    """Return all accounts, oldest first."""
    return list(await session.scalars(select(User).order_by(User.id)))


async def usage(session: AsyncSession, user_id: int) -> tuple[int, int]:
    """Return how many tunnels the account has and how many connections they carry."""
    row = await session.execute(
        select(func.count(), func.coalesce(func.sum(Tunnel.connections), 0)).where(
            Tunnel.user_id == user_id
        )
    )
    tunnels, connections = row.one()
    return tunnels, connections


async def add(
    session: AsyncSession,
    *,
    name: str,
    password_hash: str,
    group: str,
    email: str | None = None,
    qq: str | None = None,
    tunnel_limit: int | None = None,
    has_real_name: bool = True,
    today: date,
) -> User:
    """Return the new account, already flushed.

    Raises:
        SelfhostError: name, e-mail address or QQ number is taken.
    """
    user = User(
        name=name,
        password_hash=password_hash,
        group=group,
        email=email.lower() if email else email,
        qq=qq,
        tunnel_limit=tunnel_limit,
        has_real_name=has_real_name,
        token=new_token(),
        registered_on=today.isoformat(),
    )
    session.add(user)
    await flush(session)
    return user


async def flush(session: AsyncSession) -> None:
    """Write what changed about accounts.

    Raises:
        SelfhostError: another account has the name, e-mail address or QQ number; the
            error's field says which.
    """
    try:
        await session.flush()
    except IntegrityError as exc:
        told = str(exc.orig)
        marks = {f: (f"users.{f}", f"uq_users_{f}") for f in UNIQUE}
        field = next((f for f in UNIQUE if any(m in told for m in marks[f])), "name")
        raise SelfhostError(
            f"another account has this {field} already", field=field
        ) from exc
