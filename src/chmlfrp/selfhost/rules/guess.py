"""What is told to those who guess, and how their guesses are counted."""

from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.settings import Guard
from chmlfrp.selfhost.store.guard import Limit

ACCOUNT = "account"
ADDRESS = "address"
MAIL = "mail"
CARD = "card"

_MINUTE_MS = 60_000


def account_limit(guard: Guard) -> Limit:
    """Return how many wrong passwords an account is worth."""
    return _limit(guard, guard.account_tries)


def address_limit(guard: Guard) -> Limit:
    """Return how many wrong passwords and codes may come from one address."""
    return _limit(guard, guard.address_tries)


def mail_limit(guard: Guard) -> Limit:
    """Return how many mails one address may ask for in an hour."""
    return Limit(
        tries=guard.mails_per_hour, window_ms=60 * _MINUTE_MS, ban_ms=60 * _MINUTE_MS
    )


def banned(kind: str, left_ms: int) -> Refusal:
    """Return the refusal with the time that is left, as `N分钟M秒`."""
    minutes, seconds = divmod(-(-left_ms // 1000), 60)
    whom = "该账户" if kind == ACCOUNT else "IP地址"
    text = f"{whom}已被临时封禁，剩余时间：{minutes}分钟{seconds}秒"
    return Refusal(text, code=403)


def _limit(guard: Guard, tries: int) -> Limit:
    return Limit(
        tries=tries,
        window_ms=guard.window_minutes * _MINUTE_MS,
        ban_ms=guard.ban_minutes * _MINUTE_MS,
    )
