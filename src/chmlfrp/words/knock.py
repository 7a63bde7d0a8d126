"""The knock page, which strangers to this program read."""

from chmlfrp.words.language import Both, Language

TITLE = Both("敲门", "Knock")
INVITED = Both(
    "有人请你来连接。点一下按钮，你现在的网络地址就可以连接一段时间。",
    "Somebody invited you to connect. Press the button, and the network address that "
    "you have now may connect for a while.",
)
PASSWORD = Both("密码", "Password")
ENTER = Both("让我进来", "Let me in")
OPENED = Both("门开了", "The door is open")
YOU_MAY = Both(
    "地址 {address} 在 {time}内可以连接：",
    "The address {address} may connect for {time}:",
)
SAME_NETWORK = Both(
    "请用同一个网络连接。换了网络，地址就变了，要再敲一次门。",
    "Connect from the same network. In another one your address is another one, and you "
    "knock again.",
)
WRONG = Both("密码不对。", "That is not the password.")
WAIT = Both("请等 {time}再试。", "Wait {time} before you try again.")
GONE = Both(
    "这个链接无效，或者已经用完、过期、收回。请向给你链接的人再要一个。",
    "This link is not valid: it was used up, has expired or was revoked. Ask whoever "
    "gave it to you for another.",
)
UNSEEN = Both(
    "看不到你的地址，所以不能开门。请发链接的人给通到这里的隧道打开守卫。",
    "Your address cannot be seen from here, so the door stays shut. Whoever gave you the "
    "link is to turn on the guard of the tunnel that leads here.",
)
FAULT = Both(
    "这边出了问题，门没有打开。请稍后再试。",
    "Something went wrong here and the door stays shut. Try again later.",
)
_UNITS = (
    (86400, Both("天", "days"), Both("天", "day")),
    (3600, Both("小时", "hours"), Both("小时", "hour")),
    (60, Both("分钟", "minutes"), Both("分钟", "minute")),
    (1, Both("秒", "seconds"), Both("秒", "second")),
)


def chosen_by_header(accepted: str) -> Language:
    """Return the language that a browser's `Accept-Language` prefers, English if none.

    Only the order is read; browsers write it by preference.
    """
    for part in accepted.split(","):
        tag = part.partition(";")[0].strip().lower()
        if tag.startswith("zh"):
            return Language.ZH
        if tag.startswith("en"):
            return Language.EN
    return Language.EN


def word_span(seconds: float, language: Language) -> str:
    """Return a length of time in one unit, rounded up: 12 hours."""
    for size, many, one in _UNITS:
        if seconds >= size or size == 1:
            count = -int(-seconds // size)
            unit = getattr(one if count == 1 else many, language)
            return f"{count} {unit}" + (" " if language is Language.ZH else "")
    raise AssertionError


def say_in(text: Both, language: Language) -> str:
    """Return the text in that language."""
    return text.zh if language is Language.ZH else text.en
