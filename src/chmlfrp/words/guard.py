"""Why the guard turned somebody away, and how much passed."""

from chmlfrp.model.guard import Rule
from chmlfrp.words.language import Both

RULES: dict[Rule, Both] = {
    Rule.NOT_FRPC: Both("不是 frpc 的程序", "a program that is not frpc"),
    Rule.NO_HEADER: Both("没有说明访客地址", "the visitor's address was not told"),
    Rule.BLOCKED: Both("已被拦截", "blocked"),
    Rule.BANNED: Both("多次快速失败，自动封禁", "banned after fast failures"),
    Rule.DENY: Both("在拒绝名单里", "on the deny list"),
    Rule.ALLOW: Both("不在允许名单里", "not on the allow list"),
    Rule.DENY_COUNTRY: Both("国家在拒绝名单里", "its country is denied"),
    Rule.ALLOW_COUNTRY: Both("国家不在允许名单里", "its country is not allowed"),
    Rule.KNOCK: Both("还没有敲门", "did not knock first"),
    Rule.HOURS: Both("不在开放时段", "outside of its hours"),
    Rule.MAX_CONNECTIONS: Both("连接总数已满", "all connections are taken"),
    Rule.MAX_PER_ADDRESS: Both("该地址的连接数已满", "too many from that address"),
    Rule.NEW_PER_MINUTE: Both("该地址连接太频繁", "too often from that address"),
}


_UNITS = ("KiB", "MiB", "GiB", "TiB")


def word_rule(rule: Rule) -> str:
    """Return the rule in words."""
    return str(RULES[rule])


def word_bytes(count: int) -> str:
    """Return a number of bytes with a unit that fits: 1.5 MiB."""
    if count < 1024:
        return f"{count} B"
    power = min((count.bit_length() - 1) // 10, len(_UNITS))
    return f"{count / 1024**power:.1f} {_UNITS[power - 1]}"
