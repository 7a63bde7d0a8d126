"""Reading and writing free domains and the records below them."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.domain import (
    NO_DOMAIN,
    NO_RECORD,
    NOT_FILED,
    NOT_YOURS,
    RECORD_TAKEN,
    RecordForm,
    is_below,
)
from chmlfrp.selfhost.store.nodemodels import FreeDomain, FreeRecord


async def available(session: AsyncSession) -> Sequence[FreeDomain]:
    """Return the domains that are free to use, oldest first."""
    return (await session.scalars(select(FreeDomain).order_by(FreeDomain.id))).all()


async def offer(session: AsyncSession, domain: FreeDomain) -> None:
    """Add a domain.

    Raises:
        SelfhostError: it is there already.
    """
    session.add(domain)
    try:
        await session.flush()
    except IntegrityError as exc:
        raise SelfhostError(
            f"the domain {domain.domain!r} is there already", field="domain"
        ) from exc


async def take_back(session: AsyncSession, domain: FreeDomain) -> int:
    """Remove the domain; return how many records went with it."""
    where = FreeRecord.domain_id == domain.id
    count = await session.scalar(select(func.count()).where(where)) or 0
    await session.execute(delete(FreeRecord).where(where))
    await session.delete(domain)
    return count


async def zone(session: AsyncSession, domain: str) -> Sequence[FreeRecord]:
    """Return the records below the domain, by name."""
    found = await session.scalars(
        select(FreeRecord)
        .join(FreeDomain)
        .where(FreeDomain.domain == domain)
        .order_by(FreeRecord.record)
    )
    return found.all()


async def by_name(session: AsyncSession, domain: str) -> FreeDomain:
    """Return the domain of that name.

    Raises:
        Refusal: there is none.
    """
    found = await session.scalar(select(FreeDomain).where(FreeDomain.domain == domain))
    if found is None:
        raise Refusal(NO_DOMAIN)
    return found


async def of_user(session: AsyncSession, user_id: int) -> Sequence[FreeRecord]:
    """Return the account's records with their domains, oldest first."""
    found = await session.scalars(
        select(FreeRecord)
        .where(FreeRecord.user_id == user_id)
        .options(joinedload(FreeRecord.domain))
        .order_by(FreeRecord.id)
    )
    return found.all()


async def used(session: AsyncSession, user_id: int) -> int:
    """Return how many records the account has."""
    count = await session.scalar(
        select(func.count()).where(FreeRecord.user_id == user_id)
    )
    return count or 0


async def create(
    session: AsyncSession, form: RecordForm, *, domain_id: int, user_id: int
) -> FreeRecord:
    """Return the new record, already flushed.

    Raises:
        Refusal: somebody has that name.
    """
    made = FreeRecord(
        user_id=user_id,
        domain_id=domain_id,
        record=form.record,
        type=form.type,
        target=form.target,
        ttl=form.ttl,
        remarks=form.remarks or None,
    )
    session.add(made)
    try:
        await session.flush()
    except IntegrityError as exc:
        raise Refusal(RECORD_TAKEN) from exc
    return made


async def find(
    session: AsyncSession, *, domain_id: int, record: str
) -> FreeRecord | None:
    """Return the record of that name, whoever has it."""
    return await session.scalar(
        select(FreeRecord).where(
            FreeRecord.domain_id == domain_id, FreeRecord.record == record
        )
    )


async def owned(
    session: AsyncSession, *, domain_id: int, record: str, user_id: int
) -> FreeRecord:
    """Return the account's record of that name.

    Raises:
        Refusal: there is none, or it belongs to somebody else.
    """
    found = await find(session, domain_id=domain_id, record=record)
    if found is None:
        raise Refusal(NO_RECORD)
    if found.user_id != user_id:
        raise Refusal(NOT_YOURS)
    return found


async def check_site(
    session: AsyncSession, site: str, *, user_id: int, in_china: bool
) -> None:
    """Raise Refusal where a tunnel may not have a name under a free domain.

    A name that another account took is not for this one, and a domain without a filing
    is not for nodes on the mainland.
    """
    bare = site.removeprefix("*.")
    for one in await available(session):
        if not is_below(bare, one.domain):
            continue
        if in_china and not one.has_filing:
            raise Refusal(NOT_FILED)
        record = bare.removesuffix(one.domain).rstrip(".")
        found = await find(session, domain_id=one.id, record=record)
        if found is not None and found.user_id != user_id:
            raise Refusal(NOT_YOURS)
