"""Who is signed in: kept over an end, and never lost to trouble on the way."""

import asyncio

import httpx2
import pytest

from chmlfrp.control.protocol import PasswordSignIn, SessionState, TokenSignIn
from chmlfrp.engine.events import (
    AccountLeft,
    RecordsArrived,
    RecordsFailed,
    RecordsRecalled,
    SignedIn,
    WishesRead,
)
from chmlfrp.errors import InvalidInput, ServiceUnreachable, SignInRequired
from chmlfrp.model.reason import Code
from chmlfrp.model.secret import Secret
from support.stage import TOKEN, Stage, row
from support.tmodel import ids
from support.visitor import eventually

PASSWORD = PasswordSignIn(name="me", password=Secret("secret-1"))


async def test_a_sign_in_is_told_with_the_wishes_and_the_records(
    empty_stage: Stage,
) -> None:
    await asyncio.to_thread(empty_stage.account.wishes.write, 7, ids(1))
    view = await empty_stage.account.sign_in(PASSWORD)
    assert view.state is SessionState.SIGNED_IN
    assert view.account is not None
    assert view.account.name == "me"
    assert [n for n in empty_stage.told if not hasattr(n, "service_url")] == [
        SignedIn(7),
        WishesRead(7, ids(1)),
        RecordsArrived(7, ()),
    ]


async def test_the_next_daemon_takes_the_session_up_without_asking(
    stage: Stage,
) -> None:
    next_keeper = stage.keeper()
    await next_keeper.restore()
    assert next_keeper.id == 7
    assert stage.asked == []
    assert SignedIn(7) in stage.told


async def test_the_token_is_kept_in_its_own_file_only(stage: Stage) -> None:
    holders = [
        path.name
        for path in stage.home.state_dir.rglob("*")
        if path.is_file() and TOKEN in path.read_text("utf-8")
    ]
    assert holders == [stage.home.secrets_file.name]
    assert stage.home.secrets_file.stat().st_mode & 0o777 == 0o600


async def test_a_refused_sign_in_changes_nothing(stage: Stage) -> None:
    wrong = {"msg": "密码错误", "code": 401, "state": "fail"}
    stage.refuse("/login", wrong)
    with pytest.raises(SignInRequired) as refused:
        await stage.account.sign_in(PASSWORD)
    assert refused.value.service_message == "密码错误"
    assert stage.account.id == 7


async def test_trouble_on_the_way_is_neither_a_logout_nor_an_empty_list(
    stage: Stage,
) -> None:
    stage.fault = httpx2.ConnectError("no route")
    view = await stage.account.look()
    assert view.state is SessionState.SIGNED_IN
    assert view.trouble is not None
    assert view.trouble.code is Code.SERVICE_UNREACHABLE
    events = [n for n in stage.told if not hasattr(n, "service_url")]
    assert [type(n) for n in events] == [RecordsFailed]
    stage.fault = None
    assert (await stage.account.look()).trouble is None


async def test_a_revoked_token_is_said_and_stops_nothing(stage: Stage) -> None:
    stage.refuse("/userinfo", {"msg": "无效的Token", "code": 401, "state": "fail"})
    view = await stage.account.look()
    assert view.state is SessionState.REFUSED
    assert view.trouble is not None
    assert view.trouble.detail == "无效的Token"
    assert not [n for n in stage.told if isinstance(n, RecordsArrived)]


async def test_looks_that_come_together_share_one_answer(stage: Stage) -> None:
    await asyncio.gather(*(stage.account.look() for _ in range(5)))
    # One for the first, and one that began after the others came.
    assert stage.asked == ["/userinfo", "/tunnel"] * 2


async def test_a_logout_forgets_token_and_account(stage: Stage) -> None:
    await stage.account.sign_out()
    assert stage.account.id is None
    assert TOKEN not in stage.home.secrets_file.read_text("utf-8")
    next_keeper = stage.keeper()
    await next_keeper.restore()
    assert next_keeper.id is None
    with pytest.raises(SignInRequired):
        next_keeper.require()


async def test_a_service_that_is_down_refuses_a_sign_in_by_its_name(
    empty_stage: Stage,
) -> None:
    empty_stage.fault = httpx2.ConnectError("no route")
    with pytest.raises(ServiceUnreachable):
        await empty_stage.account.sign_in(TokenSignIn(token=Secret("abc")))
    assert not empty_stage.home.session_file.exists()


async def second(stage: Stage) -> None:
    """Sign a second account in, over the first."""
    stage.person = {"id": 8, "username": "you", "usertoken": "othertoken"}
    await stage.account.sign_in(PASSWORD)
    stage.told.clear()
    stage.tokens.clear()


async def test_who_was_in_front_stays_signed_in_and_is_a_step_away(
    stage: Stage,
) -> None:
    await second(stage)
    assert [one.name for one in stage.account.view.others] == ["me"]
    stage.person = {"id": 7, "username": "me", "usertoken": TOKEN}
    view = await stage.account.use(7)
    assert view.account is not None
    assert view.account.name == "me"
    assert [one.id for one in view.others] == [8]
    assert set(stage.tokens) == {f"Bearer {TOKEN}"}
    events = [n for n in stage.told if not hasattr(n, "service_url")]
    assert events[:2] == [AccountLeft(8), SignedIn(7)]


async def test_the_others_are_asked_for_with_their_own_token(stage: Stage) -> None:
    await second(stage)
    client = stage.account.client_of(7)
    assert client is not None
    await client.tunnels.list()
    assert stage.tokens == [f"Bearer {TOKEN}"]
    assert stage.account.client_of(9) is None


async def test_the_next_daemon_goes_on_with_what_was_wanted_of_all(
    stage: Stage,
) -> None:
    await asyncio.to_thread(stage.account.wishes.write, 7, ids(1))
    await second(stage)
    next_keeper = stage.keeper()
    await next_keeper.restore()
    assert next_keeper.id == 8
    assert [one.id for one in next_keeper.view.others] == [7]
    assert WishesRead(7, ids(1)) in stage.told
    assert RecordsRecalled(7, ()) in stage.told


async def test_others_are_looked_at_now_and_then(stage: Stage) -> None:
    given = {
        "localip": "127.0.0.1",
        "porttype": "tcp",
        "localport": 80,
        "node": "node",
        "remoteport": 20000,
        "encryption": False,
        "compression": False,
        "extraparams": "",
        "tunnelname": "one",
    }
    stage.rows = [row(1, given), row(2, given | {"tunnelname": "two"})]
    await asyncio.to_thread(stage.account.wishes.write, 7, ids(1))
    await second(stage)
    async with asyncio.TaskGroup() as tasks:
        looking = tasks.create_task(stage.account.run())
        await eventually(lambda: _arrived(stage, 7), [[1]])
        looking.cancel()


async def _arrived(stage: Stage, account: int) -> list[list[int]]:
    news = (n for n in stage.told if isinstance(n, RecordsArrived))
    return [[t.id for t in one.tunnels] for one in news if one.account == account]


async def test_a_forgotten_account_leaves_nothing_and_the_one_in_front_stays(
    stage: Stage,
) -> None:
    await second(stage)
    await stage.account.forget(7)
    assert stage.account.id == 8
    assert stage.account.view.others == ()
    assert TOKEN not in stage.home.secrets_file.read_text("utf-8")
    with pytest.raises(InvalidInput, match="not signed in here"):
        await stage.account.use(7)


async def test_a_logout_leaves_the_others_where_they_are(stage: Stage) -> None:
    await second(stage)
    await stage.account.sign_out()
    assert stage.account.id is None
    assert [one.id for one in stage.account.view.others] == [7]
    await stage.account.use(7)
    assert stage.account.view.state is SessionState.SIGNED_IN
