"""One row, held until the transaction ends, made if it is not there."""

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.store.models import Base

Row = TypeVar("Row", bound=Base)


async def locked(session: AsyncSession, table: type[Row], **key: Any) -> Row:
    """Return the row of that key; other writers wait until this session is done."""
    query = select(table).filter_by(**key).with_for_update()
    found = await session.scalar(query)
    if found is not None:
        return found
    try:
        async with session.begin_nested():
            session.add(table(**key))
    except IntegrityError:
        pass  # another worker made it first
    return (await session.scalars(query)).one()
