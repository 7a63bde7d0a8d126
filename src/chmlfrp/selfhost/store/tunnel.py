"""Reading and writing tunnels."""

import time
from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.proxy import NO_TUNNEL, NOT_YOURS, ProxyRecord
from chmlfrp.selfhost.rules.tunnel import (
    DOMAIN_TAKEN,
    NAME_TAKEN,
    PORT_TAKEN,
    TunnelForm,
)
from chmlfrp.selfhost.store.models import Tunnel, User
from chmlfrp.selfhost.talk import Granted


async def of_user(session: AsyncSession, user_id: int) -> Sequence[Tunnel]:
    """Return the account's tunnels with their nodes, oldest first."""
    found = await session.scalars(
        select(Tunnel)
        .where(Tunnel.user_id == user_id)
        .options(joinedload(Tunnel.node))
        .order_by(Tunnel.id)
    )
    return found.all()


async def of_node(session: AsyncSession, node_id: int) -> Sequence[Tunnel]:
    """Return the node's tunnels with their owners."""
    found = await session.scalars(
        select(Tunnel).where(Tunnel.node_id == node_id).options(joinedload(Tunnel.user))
    )
    return found.all()


async def by_name(session: AsyncSession, name: str) -> Tunnel | None:
    """Return the tunnel of that name, whoever owns it."""
    return await session.scalar(select(Tunnel).where(Tunnel.name == name))


async def record(session: AsyncSession, name: str) -> Granted | None:
    """Return the tunnel of that name as a node knows it."""
    return next(iter(await _records(session, Tunnel.name == name)), None)


async def granted(session: AsyncSession, token: str, node_id: int) -> list[Granted]:
    """Return what the account of a token may open on the node."""
    return await _records(session, User.token == token, Tunnel.node_id == node_id)


async def _records(session: AsyncSession, *where: ColumnElement[bool]) -> list[Granted]:
    rows = await session.execute(
        select(
            *(Tunnel.id, Tunnel.name, User.token, Tunnel.node_id, Tunnel.type),
            *(Tunnel.remote_port, Tunnel.domain, Tunnel.encryption),
            *(Tunnel.compression, Tunnel.shut_run_id, Tunnel.shut_until_ms),
        )
        .join(User, User.id == Tunnel.user_id)
        .where(*where)
    )
    now_ms = time.time() * 1000
    return [
        Granted(
            tunnel_id=row.id,
            name=row.name,
            record=ProxyRecord(
                owner_token=row.token,
                node_id=row.node_id,
                type=row.type,
                remote_port=row.remote_port,
                domain=row.domain,
                encryption=row.encryption,
                compression=row.compression,
                shut_run_id=row.shut_run_id if row.shut_until_ms > now_ms else "",
            ),
        )
        for row in rows
    ]


async def owned(session: AsyncSession, tunnel_id: int, user: User) -> Tunnel:
    """Return the account's tunnel of that number.

    Raises:
        Refusal: there is none, or it belongs to somebody else.
    """
    tunnel = await session.get(Tunnel, tunnel_id)
    if tunnel is None:
        raise Refusal(NO_TUNNEL)
    if tunnel.user_id != user.id:
        raise Refusal(NOT_YOURS)
    return tunnel


async def create(
    session: AsyncSession, form: TunnelForm, *, user_id: int, node_id: int
) -> Tunnel:
    """Return the new tunnel, already flushed.

    Raises:
        Refusal: name, port or domain is taken.
    """
    tunnel = Tunnel(user_id=user_id)
    session.add(tunnel)
    await change(session, tunnel, form, node_id=node_id)
    return tunnel


async def change(
    session: AsyncSession, tunnel: Tunnel, form: TunnelForm, *, node_id: int
) -> None:
    """Make the tunnel what the form says and flush it.

    Raises:
        Refusal: name, port or domain is taken.
    """
    if tunnel.node_id != node_id:
        tunnel.is_online, tunnel.connections, tunnel.run_id = False, 0, ""
    tunnel.node_id = node_id
    for name in (
        *("name", "type", "local_ip", "local_port", "remote_port", "domain"),
        *("encryption", "compression", "extra"),
    ):
        setattr(tunnel, name, getattr(form, name))
    try:
        await session.flush()
    except IntegrityError as exc:
        raise _taken(str(exc.orig)) from exc


async def remove(session: AsyncSession, tunnel: Tunnel) -> None:
    """Forget the tunnel."""
    await session.execute(delete(Tunnel).where(Tunnel.id == tunnel.id))


async def reset(session: AsyncSession, node_id: int) -> None:
    """Mark the node's tunnels as not open: its frps knows no client now."""
    await session.execute(
        update(Tunnel)
        .where(Tunnel.node_id == node_id)
        .values(is_online=False, connections=0, run_id="")
    )


def _taken(said: str) -> Refusal:
    reason = said.partition("DETAIL:")[0]  # PostgreSQL's detail quotes the values
    if "remote_port" in reason:
        return Refusal(PORT_TAKEN)
    return Refusal(DOMAIN_TAKEN if "domain" in reason else NAME_TAKEN)
