import asyncio

from chmlfrp.selfhost.store import giftcard
from chmlfrp.selfhost.store.giftcard import Worth
from support.clock import FakeClock
from support.selfhost import InMemory

MONTH = Worth(name="月卡", group="高级会员", days=30)
TEN = Worth(name="十分", points=10)


async def card(service: InMemory, worth: Worth) -> str:
    async with service.context.database.write() as session:
        return await giftcard.make(session, worth, now_ms=service.context.now_ms)


def at_a_fixed_time(service: InMemory) -> FakeClock:
    service.context.clock = clock = FakeClock(1_800_000_000.0)  # 2027-01-15
    return clock


async def test_points_are_added_once(service: InMemory) -> None:
    token, code = (await service.user("ada")).token, await card(service, TEN)
    ask = {"token": token, "giftcode": code.lower()}
    replies = await asyncio.gather(
        *(service.call("/giftcard/redeem", **ask) for _ in range(3))
    )
    (good,) = [reply for reply in replies if reply["code"] == 200]
    assert good["data"] == {
        "rewardType": "积分",
        "cardName": "十分",
        "points": 10,
        "newIntegral": 10,
    }
    assert (await service.call("/userinfo", token=token))["data"]["integral"] == 10
    (used,) = (await service.call("/giftcard/history", token=token))["data"]
    assert (used["rewardType"], used["points"], used["memberType"]) == (
        "积分",
        10,
        None,
    )


async def test_days_begin_today_and_add_up(service: InMemory) -> None:
    at_a_fixed_time(service)
    user = await service.user("ada", "免费用户")
    for term in ("2027-02-14", "2027-03-16"):
        code = await card(service, MONTH)
        reply = await service.call(
            "/giftcard/redeem", usertoken=user.token, giftcode=code
        )
        assert reply["data"] == {
            "rewardType": "会员",
            "cardName": "月卡",
            "memberType": "高级会员",
            "memberDays": 30,
            "newTerm": term,
        }
    data = (await service.call("/userinfo", token=user.token))["data"]
    assert (data["usergroup"], data["term"], data["tunnel"]) == (
        *("高级会员", "2027-03-16", 12),
    )


async def test_a_card_never_takes_a_better_group_away(service: InMemory) -> None:
    ada, bob = (
        await service.user("ada", "超级会员"),
        await service.user("bob", "高级会员"),
    )
    code = await card(service, MONTH)
    for user, text in ((ada, "您目前是超级会员"), (bob, "您已是永久会员")):
        code_, said = await service.refused(
            "/giftcard/redeem", token=user.token, giftcode=code
        )
        assert (code_, said.startswith(text)) == (400, True)
    free = await service.user("eve", "免费用户")
    reply = await service.call("/giftcard/redeem", token=free.token, giftcode=code)
    assert reply["code"] == 200


async def test_who_guesses_is_stopped_and_told_for_how_long(service: InMemory) -> None:
    clock = at_a_fixed_time(service)
    token, code = (await service.user("ada")).token, await card(service, TEN)
    wrong = {"token": token, "giftcode": "AAAAA"}
    for number in range(1, 5):
        reply = await service.call("/giftcard/redeem", **wrong)
        info = reply["rate_limit_info"]
        assert (reply["code"], info["consecutive_failures"]) == (400, number)
    for giftcode in ("AAAAA", code):
        reply = await service.call("/giftcard/redeem", token=token, giftcode=giftcode)
        assert reply["code"] == 429
        assert reply["rate_limit_info"]["blocked"] is True
        assert reply["rate_limit_info"]["remaining_ban_minutes"] == 10
    clock.now += 600
    reply = await service.call("/giftcard/redeem", token=token, giftcode=code)
    assert reply["code"] == 200


async def test_the_store_does_not_know_the_code(service: InMemory) -> None:
    code = await card(service, TEN)
    async with service.context.database.read() as session:
        (kept,) = await giftcard.everything(session)
    assert code not in (kept.code_hash, kept.name)
