"""`chmlfrp account list`, `use` and `forget`."""

from typing import TYPE_CHECKING

import click

from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import out, out_json
from chmlfrp.control.protocol import KnownAccount, SessionView
from chmlfrp.errors import InvalidInput
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

with_account = click.argument("account", metavar="ACCOUNT")


@verb("list")
@with_json
def accounts(is_json: bool) -> None:
    """Print the accounts that are signed in, the one in front first."""

    async def ask(client: "ControlClient") -> SessionView:
        return (await client.snapshot()).session

    session = run(ask)
    front = session.account
    if is_json:
        known = () if front is None else (KnownAccount(id=front.id, name=front.name),)
        out_json({"front": front and front.id, "accounts": known + session.others})
        return
    if front is not None:
        out(f"* {front.name}  {front.id}")
    for one in session.others:
        out(f"  {one.name}  {one.id}")
    if front is None and not session.others:
        out(say("还没有登录的账户", "nobody is signed in"))


@verb()
@with_account
def use(account: str) -> None:
    """Put an account in front; the tunnels of the one before go on."""

    async def change(client: "ControlClient") -> SessionView:
        session = (await client.snapshot()).session
        return await client.account.use(_found(session, account).id)

    session = run(change)
    assert session.account is not None
    out(say("当前账户：", "in front: "), session.account.name)


@verb()
@with_account
def forget(account: str) -> None:
    """Forget an account and its token; what runs of it goes on."""

    async def change(client: "ControlClient") -> KnownAccount:
        found = _found((await client.snapshot()).session, account)
        await client.account.forget(found.id)
        return found

    out(say("已忘记：", "forgotten: "), run(change).name)


def _found(session: SessionView, wanted: str) -> KnownAccount:
    """Return the account of that name or number."""
    front = session.account
    known = [] if front is None else [KnownAccount(id=front.id, name=front.name)]
    for one in (*known, *session.others):
        if wanted in (one.name, str(one.id)):
            return one
    raise InvalidInput(
        f"nobody signed in here is {wanted}",
        hint="chmlfrp account list",
        field="account",
    )
