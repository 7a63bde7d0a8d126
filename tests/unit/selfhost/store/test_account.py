from datetime import date
from typing import Any

import pytest

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.store import account
from support.selfhost import InMemory


async def add(service: InMemory, **changes: Any) -> None:
    values = {"name": "ada", "email": "a@b.cn", "qq": "10001", **changes}
    async with service.context.database.write() as session:
        await account.add(
            session, **values, password_hash="h", group="g", today=date(2026, 11, 22)
        )


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"email": None, "qq": None}),
        ("email", {"name": "bob", "qq": None}),
        ("qq", {"name": "bob", "email": None}),
    ],
)
async def test_what_another_account_has_is_named(
    service: InMemory, field: str, changes: dict[str, Any]
) -> None:
    await add(service)
    with pytest.raises(SelfhostError) as caught:
        await add(service, **changes)
    assert caught.value.field == field


async def test_many_accounts_may_have_neither_mail_nor_qq(service: InMemory) -> None:
    for name in ("ada", "bob"):
        await add(service, name=name, email=None, qq=None)
    async with service.context.database.read() as session:
        assert [user.name for user in await account.everyone(session)] == ["ada", "bob"]
