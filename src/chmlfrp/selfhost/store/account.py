"""Reading and writing accounts."""

from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.refusal import Refusal, bad_token
from chmlfrp.selfhost.rules.account import new_token
from chmlfrp.selfhost.store.models import Tunnel, User


async def by_token(
    session: AsyncSession, token: str, *, refusal: Refusal | None = None
) -> User:
    """Return the account of a user token.

    Raises:
        Refusal: nobody has it; `refusal` where another text is wanted.
    """
    user = await find(session, User.token == token)
    if user is None:
        raise refusal or bad_token()
    return user


async def by_login(session: AsyncSession, login: str) -> User | None:
    """Return the account whose name, e-mail address or QQ number this is."""
    same = or_(User.name == login, User.email == login, User.qq == login)
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
        email=email,
        qq=qq,
        tunnel_limit=tunnel_limit,
        token=new_token(),
        registered_on=today.isoformat(),
    )
    session.add(user)
    try:
        await session.flush()
    except IntegrityError as exc:
        field = next((f for f in ("email", "qq") if f in str(exc.orig)), "name")
        raise SelfhostError(
            f"another account has this {field} already", field=field
        ) from exc
    return user
