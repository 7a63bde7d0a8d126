"""Why the guard turned somebody away, and how much passed."""

from collections.abc import Mapping

from chmlfrp.model.guard import Guard, Rule
from chmlfrp.words.language import Both, say

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


def word_guard(guard: Guard) -> str:
    """Return what the rules of limits, bans and the knock mean, in a line."""
    ban, said = guard.ban, []
    if guard.knock_hours is not None:
        said.append(
            Both("谁都进不来，除非你放行或他敲过门", "nobody but whom you let in")
        )
    if ban.after is not None:
        zh = f"{ban.after} 次快速失败封禁 {ban.minutes} 分钟"
        en = f"a ban of {ban.minutes} min after {ban.after} fast failures"
        said.append(Both(zh, en))
    if guard.new_per_minute is not None:
        zh = f"每个地址每分钟最多 {guard.new_per_minute} 次新连接"
        en = f"{guard.new_per_minute} new connections a minute of one address"
        said.append(Both(zh, en))
    if guard.max_per_address is not None:
        zh = f"同时最多 {guard.max_per_address} 个"
        said.append(Both(zh, f"{guard.max_per_address} at once"))
    return say("，", ", ").join(map(str, said))


UNNAMED = Both(
    "这个核心不说明是谁在连接：所有访客都是 0.0.0.0，分不开。"
    "allow、允许的国家和敲门会拒绝所有人，deny 和每个地址的限制拦不住任何人",
    "this core does not say who comes: all visitors are one, 0.0.0.0. So allow, allowed"
    " countries and the knock turn everybody away, and deny and limits per address stop"
    " nobody",
)
"""Of tunnels whose core does not name senders (udp, the ChmlFrp fork or frp < 0.63)."""

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


def word_players(players: Mapping[str, int]) -> list[str]:
    """Return Minecraft names, each with the protocol of the game that it came with."""
    return [f"{name} ({protocol})" for name, protocol in players.items()]
