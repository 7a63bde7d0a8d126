"""qiandao and qiandao_info."""

import secrets

from litestar.di import NamedDependency
from litestar.handlers import post, route

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.store import account, log, points
from chmlfrp.selfhost.takes import CAPTCHA, costly, takes
from chmlfrp.selfhost.wire import Reply
from chmlfrp.selfhost.wire_people import SignInInfo, moment


@post("/qiandao", status_code=200, opt=costly("token?", *CAPTCHA))
async def qiandao(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Give the account its points of the day."""
    token, accounts = params.token(), context.settings.accounts
    async with context.database.read() as session:
        await account.by_token(session, token)
    await context.captcha.check(params)
    least, most = accounts.daily_points_least, accounts.daily_points_most
    gain = least + secrets.randbelow(most - least + 1)
    async with context.database.write() as session:
        user = await account.by_token(session, token)
        is_first = await points.sign_in(
            session, user.id, day=context.day(), points=gain, now_ms=context.now_ms
        )
        if not is_first:
            raise Refusal("请勿重复签到")
        log.write(
            session,
            user.id,
            "qiandao",
            params.caller,
            now_ms=context.now_ms,
            category="points",
        )
    return Reply(msg=f"签到成功, 获得{gain}积分")


@route("/qiandao_info", http_method=METHODS, status_code=200, opt=takes("token?"))
async def qiandao_info(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[SignInInfo]:
    """Show how often the account came by."""
    today = context.day()
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        last_ms, total, times, day = await points.summary(session, user.id)
        others = await points.how_many(session, today)
    info = SignInInfo(
        last_sign_in_time=None if last_ms is None else moment(last_ms),
        total_points=total,
        total_sign_ins=times,
        count_of_matching_records=others,
        is_signed_in_today=day == today.isoformat(),
    )
    return Reply(msg="获取成功", data=info)
