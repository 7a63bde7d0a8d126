"""The account's desk: what is asked, what is checked before, and another token."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from chmlfrp.control.account import ChangePassword, EditProfile, RenewToken
from chmlfrp.control.protocol import (
    PROTOCOL,
    DaemonView,
    SessionView,
    Snapshot,
    TunnelView,
)
from chmlfrp.daemon.profile import AccountDesk
from chmlfrp.engine.events import StartRequested, StopRequested
from chmlfrp.errors import InvalidInput, ServiceUnreachable, SignInRequired
from chmlfrp.model.secret import Secret
from support.stage import Stage
from support.tmodel import ids

GOOD = {"msg": "好", "code": 200, "state": "success"}


@pytest.fixture
def desk(stage: Stage) -> AccountDesk:
    return desk_of(stage)


def desk_of(stage: Stage) -> AccountDesk:
    snapshot = Snapshot(
        epoch="one",
        seq=0,
        now=0.0,
        daemon=DaemonView(version="0", protocol=PROTOCOL, pid=1, home="/"),
        session=SessionView(),
        tunnels={3: TunnelView(id=3, account=7, wanted=True), 4: TunnelView(id=4)},
    )

    async def settle() -> None:
        return

    return AccountDesk(
        stage.account,
        snapshot=lambda: snapshot,
        tell=stage.told.append,
        settle=settle,
        panel="https://panel.example",
    )


async def test_the_account_is_asked_for_anew(stage: Stage, desk: AccountDesk) -> None:
    assert (await desk.get()).name == "me"
    assert stage.asked == ["/userinfo", "/tunnel"]
    stage.fault = httpx2.ConnectError("no route")
    with pytest.raises(ServiceUnreachable):
        await desk.get()


async def test_an_account_whose_token_is_refused_wants_a_sign_in(
    stage: Stage, desk: AccountDesk
) -> None:
    stage.refuse("/userinfo", {"msg": "无效的Token", "code": 401, "state": "fail"})
    with pytest.raises(SignInRequired):
        await desk.get()


async def test_the_daily_visits_come_with_the_page_to_make_one(
    stage: Stage, desk: AccountDesk
) -> None:
    stage.refuse("/qiandao_info", GOOD | {"data": {"total_sign_ins": 4}})
    view = await desk.attendance()
    assert (view.attendance.times, view.page) == (4, "https://panel.example")


async def test_a_bad_field_keeps_the_good_ones_from_being_sent(
    stage: Stage, desk: AccountDesk
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await desk.edit(EditProfile(name="anna", qq="x"))
    assert refused.value.field == "qq"
    with pytest.raises(InvalidInput):
        await desk.edit(EditProfile())
    assert stage.asked == []


async def test_each_field_that_is_set_is_sent(stage: Stage, desk: AccountDesk) -> None:
    for path in ("/update_username", "/update_qq"):
        stage.refuse(path, GOOD)
    await desk.edit(EditProfile(name="anna", qq="12345"))
    assert stage.asked == ["/update_username", "/update_qq", "/userinfo", "/tunnel"]


async def test_a_weak_password_is_refused_before_it_is_sent(
    stage: Stage, desk: AccountDesk
) -> None:
    with pytest.raises(InvalidInput):
        await desk.change_password(ChangePassword(old=Secret("a"), new=Secret("b")))
    assert stage.asked == []


async def test_a_token_that_is_told_is_gone_on_with(
    stage: Stage, desk: AccountDesk
) -> None:
    assert desk.token_consequences().running == (3,)
    stage.refuse("/retoken", GOOD | {"data": {"usertoken": "freshtoken"}})
    renewed = await desk.renew_token(RenewToken())
    assert (renewed.is_sign_in_needed, renewed.restarted) == (False, (3,))
    assert "freshtoken" in stage.home.secrets_file.read_text("utf-8")
    events = [n for n in stage.told if isinstance(n, StopRequested | StartRequested)]
    assert events == [StopRequested(ids(3)), StartRequested(ids(3))]


async def test_a_token_that_is_not_told_wants_a_sign_in(
    stage: Stage, desk: AccountDesk
) -> None:
    stage.refuse("/retoken", GOOD)
    stage.refuse("/userinfo", {"msg": "无效的Token", "code": 401, "state": "fail"})
    renewed = await desk.renew_token(RenewToken())
    assert (renewed.is_sign_in_needed, renewed.restarted) == (True, ())
    assert not [n for n in stage.told if isinstance(n, StopRequested)]


Read = Callable[[AccountDesk], Awaitable[Any]]


@pytest.mark.parametrize("read", [AccountDesk.get, AccountDesk.week])
async def test_nobody_signed_in_is_told_before_anything_is_asked(
    empty_stage: Stage, read: Read
) -> None:
    with pytest.raises(SignInRequired):
        await read(desk_of(empty_stage))
