"""What is the matter, in words."""

from chmlfrp.model.health import HealthCode, HealthItem, HealthKey
from chmlfrp.words.ladder import quoted
from chmlfrp.words.language import Both, say
from chmlfrp.words.reason import REASONS, Wording

HEALTH: dict[HealthCode, Both] = {
    HealthCode.NETWORK_DOWN: Both("这台电脑没有网络", "this machine has no network"),
    HealthCode.SERVICE_UNREACHABLE: Both(
        "连不上 ChmlFrp 服务，正在运行的隧道不受影响",
        "the ChmlFrp service cannot be asked; running tunnels go on",
    ),
    HealthCode.SESSION_REFUSED: Both(
        "登录已失效，正在运行的隧道不受影响：运行 chmlfrp login",
        "the sign-in is no longer valid; running tunnels go on: chmlfrp login",
    ),
    HealthCode.CORE_UNUSABLE: Both("frpc 无法运行", "frpc cannot be run"),
    HealthCode.NODE_UNREACHABLE: Both("节点 {} 连不上", "node {} cannot be reached"),
    HealthCode.TUNNEL_FAILED: Both("隧道 {} 失败", "tunnel {} failed"),
    HealthCode.TUNNEL_WAITING: Both(
        "隧道 {} 没有连通，正在重试", "tunnel {} is down and being tried again"
    ),
    HealthCode.LOCAL_SERVICE_DOWN: Both(
        "隧道 {} 的本地服务没有响应", "the local service of tunnel {} does not answer"
    ),
    HealthCode.TUNNEL_UNREACHABLE: Both(
        "隧道 {} 已开通，但从外面访问不到",
        "tunnel {} is open, but nobody outside gets an answer",
    ),
}


OVER: dict[HealthCode, Both] = {
    HealthCode.NETWORK_DOWN: Both("网络恢复了", "the network is back"),
    HealthCode.SERVICE_UNREACHABLE: Both(
        "ChmlFrp 服务恢复了", "the ChmlFrp service answers again"
    ),
    HealthCode.SESSION_REFUSED: Both("登录恢复了", "the sign-in is valid again"),
    HealthCode.CORE_UNUSABLE: Both("frpc 又可以运行了", "frpc can be run again"),
    HealthCode.NODE_UNREACHABLE: Both("节点 {} 恢复了", "node {} is reached again"),
    HealthCode.TUNNEL_FAILED: Both("隧道 {} 恢复了", "tunnel {} has recovered"),
    HealthCode.TUNNEL_WAITING: Both("隧道 {} 恢复了", "tunnel {} has recovered"),
    HealthCode.LOCAL_SERVICE_DOWN: Both(
        "隧道 {} 的本地服务恢复了", "the local service of tunnel {} answers again"
    ),
    HealthCode.TUNNEL_UNREACHABLE: Both(
        "隧道 {} 又能访问了", "tunnel {} is reached from outside again"
    ),
}


def word_began(key: HealthKey, *, name: str = "") -> str:
    """Return what the matter is, in words, without why."""
    return str(HEALTH[key.code]).format(name or key.subject)


def word_over(key: HealthKey, *, name: str = "") -> str:
    """Return that the matter is over, in words."""
    return str(OVER[key.code]).format(name or key.subject)


def word_health(item: HealthItem, *, name: str = "") -> str:
    """Return the item in words, with why and what to do where that adds something.

    name: what people call the subject, its key otherwise.
    """
    parts = [str(HEALTH[item.key.code]).format(name or item.key.subject)]
    if item.reason is not None:
        wording: Wording = REASONS[item.reason.code]
        said = quoted(item.reason.detail) if item.reason.detail else ""
        parts += [f"{wording.what}{said}", str(wording.do)]
    return say("；", "; ").join(parts)
