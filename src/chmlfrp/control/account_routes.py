"""The routes of the account."""

from chmlfrp.control.account import (
    AttendanceView,
    ChangePassword,
    EditProfile,
    MailCode,
    RenewToken,
    ResetPassword,
    TokenConsequences,
    TokenRenewed,
)
from chmlfrp.control.protocol import Accepted, SessionView
from chmlfrp.control.route import Call, Route
from chmlfrp.model.account import Account
from chmlfrp.model.identity import Registration
from chmlfrp.model.message import MessagePage
from chmlfrp.model.traffic import DayTraffic, TunnelTraffic


async def _get(call: Call) -> Account:
    return await call.backend.account.get()


async def _use(call: Call) -> SessionView:
    return await call.backend.use_account(int(call.path("id")))


async def _forget(call: Call) -> Accepted:
    await call.backend.forget_account(int(call.path("id")))
    return Accepted()


async def _attendance(call: Call) -> AttendanceView:
    return await call.backend.account.attendance()


async def _messages(call: Call) -> MessagePage:
    page, size = call.number("page", 1), call.number("size", 10)
    return await call.backend.account.messages(page, size=size)


async def _week(call: Call) -> list[DayTraffic]:
    return await call.backend.account.week()


async def _tunnel_week(call: Call) -> TunnelTraffic:
    return await call.backend.account.tunnel_week(call.tunnel_id)


async def _edit(call: Call) -> Account:
    return await call.backend.account.edit(call.body)


async def _change_password(call: Call) -> Accepted:
    await call.backend.account.change_password(call.body)
    return Accepted()


async def _consequences(call: Call) -> TokenConsequences:
    return call.backend.account.token_consequences()


async def _renew_token(call: Call) -> TokenRenewed:
    return await call.backend.account.renew_token(call.body)


async def _mail_code(call: Call) -> Accepted:
    await call.backend.account.mail_code(call.body)
    return Accepted()


async def _register(call: Call) -> Accepted:
    await call.backend.account.register(call.body)
    return Accepted()


async def _reset_password(call: Call) -> Accepted:
    await call.backend.account.reset_password(call.body)
    return Accepted()


_AT = "/v1/account"

ACCOUNT_ROUTES = (
    Route("GET", _AT, "The account, asked for now", Account, _get),
    Route("PATCH", _AT, "Change name, QQ, avatar", Account, _edit, body=EditProfile),
    Route("POST", "/v1/accounts/{id:int}/use", "Put it in front", SessionView, _use),
    Route("DELETE", "/v1/accounts/{id:int}", "Forget its token", Accepted, _forget),
    Route("GET", f"{_AT}/attendance", "Daily visits", AttendanceView, _attendance),
    Route("GET", f"{_AT}/messages", "Messages", MessagePage, _messages),
    Route("GET", f"{_AT}/traffic", "Its last week", list[DayTraffic], _week),
    Route(
        "GET",
        "/v1/tunnels/{id:int}/traffic",
        "A tunnel's last week",
        TunnelTraffic,
        _tunnel_week,
    ),
    Route(
        "POST",
        f"{_AT}/password",
        "Set another password",
        Accepted,
        _change_password,
        body=ChangePassword,
    ),
    Route(
        "GET",
        f"{_AT}/token/consequences",
        "What another token would do",
        TokenConsequences,
        _consequences,
    ),
    Route(
        "POST",
        f"{_AT}/token",
        "Take another token",
        TokenRenewed,
        _renew_token,
        body=RenewToken,
    ),
    Route("POST", f"{_AT}/code", "Mail a code", Accepted, _mail_code, body=MailCode),
    Route(
        "POST",
        f"{_AT}/register",
        "Make an account",
        Accepted,
        _register,
        body=Registration,
    ),
    Route(
        "POST",
        f"{_AT}/password/reset",
        "Set a forgotten password",
        Accepted,
        _reset_password,
        body=ResetPassword,
    ),
)
