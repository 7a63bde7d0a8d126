"""Advice on records, in words."""

from chmlfrp.model.advice import AdviceCode
from chmlfrp.words.language import Both

ADVICE: dict[AdviceCode, Both] = {
    AdviceCode.NODE_HAS_NAME: Both(
        "节点有域名，换了地址也能跟上",
        "the node has a name, so its address may change",
    ),
    AdviceCode.NODE_HAS_IPV4: Both(
        "节点只有 IPv4 地址", "the node has an IPv4 address and no name"
    ),
    AdviceCode.NODE_HAS_IPV6: Both(
        "节点只有 IPv6 地址，没有 IPv6 的访客进不来",
        "the node has an IPv6 address only: visitors without IPv6 do not get in",
    ),
    AdviceCode.HIDES_PORT: Both(
        "Minecraft Java 玩家不用输入端口",
        "players of Minecraft Java need not type the port",
    ),
    AdviceCode.PORT_STAYS: Both("访客仍要输入端口", "visitors type the port as well"),
    AdviceCode.TUNNEL_NEEDS_NAME: Both(
        "还要把隧道的域名改成这个名字",
        "put the name into the tunnel's domain as well",
    ),
    AdviceCode.FILING_NEEDED: Both(
        "这个域名没有备案，在中国大陆节点上不能建站：换一个已备案的域名或大陆以外的节点",
        "the domain is not filed, so no site is shown on a mainland node: take a filed "
        "domain or another node",
    ),
}


def word_advice(code: AdviceCode) -> str:
    """Return what is to be known, in words."""
    return str(ADVICE[code])
