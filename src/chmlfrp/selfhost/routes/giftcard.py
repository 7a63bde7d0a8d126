"""giftcard/redeem and giftcard/history."""

from datetime import UTC, datetime

from litestar.di import NamedDependency
from litestar.handlers import post, route
from msgspec import UNSET

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.rules.guess import CARD, account_limit
from chmlfrp.selfhost.store import account, giftcard, guard, log
from chmlfrp.selfhost.store.models import User
from chmlfrp.selfhost.store.people import GiftCard
from chmlfrp.selfhost.takes import costly, takes
from chmlfrp.selfhost.wire import Reply, stamp
from chmlfrp.selfhost.wire_people import (
    MEMBERSHIP,
    POINTS,
    RateLimitInfo,
    RedeemReply,
    Reward,
    UsedCard,
    used_card,
)


@post(
    "/giftcard/redeem", status_code=200, opt=costly("token?", "usertoken?", "giftcode")
)
async def redeem(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> RedeemReply:
    """Use a card up; whoever guesses is stopped for a while."""
    code, now_ms = params.text("giftcode"), context.now_ms
    async with context.database.write() as session:
        user = await account.by_token(session, _token(params))
        who = guard.Who(CARD, str(user.id))
        left_ms = await guard.ban_left(session, who, now_ms=now_ms)
        if left_ms:
            return _blocked(now_ms, left_ms)
        card = await giftcard.redeem(
            session, user, code, today=context.day(), now_ms=now_ms
        )
        if card is None:
            limit = account_limit(context.settings.guard)
            wrong = await guard.count(session, who, limit, now_ms=now_ms)
            if wrong >= limit.tries:
                return _blocked(now_ms, limit.ban_ms)
            return _refused(wrong, limit.tries)
        await session.flush()
        await session.refresh(user)
        await guard.forget(session, who)
        log.write(
            session,
            user.id,
            "giftcard",
            params.caller,
            now_ms=now_ms,
            category="points",
            about=card.name,
        )
    return RedeemReply(msg="兑换成功", data=_reward(card, user))


@route(
    "/giftcard/history",
    http_method=METHODS,
    status_code=200,
    opt=takes("token?", "usertoken?"),
)
async def history(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[list[UsedCard]]:
    """List the cards that the account has used."""
    async with context.database.read() as session:
        user = await account.by_token(session, _token(params))
        cards = await giftcard.used_by(session, user.id)
    return Reply(msg="获取成功", data=[used_card(one) for one in cards])


def _token(params: Params) -> str:
    """Return the token; this noun is also asked with `usertoken`."""
    return params.optional_text("usertoken") or params.token()


def _reward(card: GiftCard, user: User) -> Reward:
    if card.group is None:
        return Reward(
            reward_type=POINTS,
            card_name=card.name,
            points=card.points or 0,
            new_integral=user.points,
        )
    return Reward(
        reward_type=MEMBERSHIP,
        card_name=card.name,
        member_type=card.group,
        member_days=card.days or 0,
        new_term=user.member_until,
    )


def _refused(wrong: int, tries: int) -> RedeemReply:
    info = RateLimitInfo(
        blocked=False,
        status="normal",
        recent_attempts=wrong,
        total_attempts=wrong,
        consecutive_failures=wrong,
        tips=f"再错误{tries - wrong}次将被临时禁止兑换",
    )
    return _no("礼品卡不存在或已被使用", 400, info)


def _blocked(now_ms: int, left_ms: int) -> RedeemReply:
    minutes = -(-left_ms // 60_000)
    info = RateLimitInfo(
        blocked=True,
        status="banned",
        recent_attempts=0,
        total_attempts=0,
        consecutive_failures=0,
        remaining_ban_minutes=minutes,
        ban_end_time=stamp(datetime.fromtimestamp((now_ms + left_ms) / 1000, UTC)),
        tips=f"请在{minutes}分钟后重试",
    )
    return _no(f"兑换过于频繁，请在{minutes}分钟后重试", 429, info)


def _no(msg: str, code: int, info: RateLimitInfo) -> RedeemReply:
    return RedeemReply(
        msg=msg, code=code, data=UNSET, rate_limit_info=info, state="fail"
    )
