"""How a tunnel's failover stands, in words."""

from chmlfrp.words.language import Both, say

VERDICTS: dict[str, Both] = {
    "off": Both("已关闭", "off"),
    "not_wanted": Both("隧道没有启动", "the tunnel is not wanted up"),
    "no_network": Both("本机网络不通", "this machine has no network"),
    "well": Both("节点正常", "the node is well"),
    "patient": Both("节点故障，再等等看", "the node has failed; waiting a little"),
    "budget_spent": Both("这一小时的转移次数已用完", "this hour's moves are spent"),
    "no_candidate": Both("没有可用的其他节点", "no other node can take it"),
    "move": Both("该转移了", "it is time to move"),
    "move_back": Both("该回原节点了", "it is time to go home"),
}


def word_moved(tunnel: str, before: str, after: str) -> str:
    """Return that a tunnel is on another node now."""
    return say(
        f"隧道 {tunnel} 从节点 {before} 换到了 {after}",
        f"tunnel {tunnel} moved from node {before} to {after}",
    )


def word_verdict(verdict: str) -> str:
    """Return the verdict in words, or itself if a newer daemon has another."""
    return str(VERDICTS[verdict]) if verdict in VERDICTS else verdict
