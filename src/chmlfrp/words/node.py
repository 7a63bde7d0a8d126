"""Nodes in words: why one is recommended, and why none could be measured."""

from chmlfrp.model.latency import LatencyPoint, LatencyTrouble
from chmlfrp.model.recommend import Why
from chmlfrp.words.language import Both

WHY: dict[Why, Both] = {
    Why.NEAREST: Both("延迟最低", "the shortest way"),
    Why.NEAR: Both("延迟低", "a short way"),
    Why.UNMEASURED: Both("还没有测过延迟", "the way was not measured yet"),
    Why.QUIET: Both("负载低", "not busy"),
    Why.BUSY: Both("负载较高", "rather busy"),
    Why.STEADY: Both("近来一直在线", "up without a break lately"),
    Why.FAVOURITE: Both("已收藏", "a favourite"),
    Why.MAINLAND_NEEDS_FILING: Both(
        "在中国大陆，建站的域名要备案",
        "in mainland China: sites need a filed domain",
    ),
}

TROUBLES: dict[LatencyTrouble, Both] = {
    LatencyTrouble.NO_ADDRESS: Both("不知道地址", "no address"),
    LatencyTrouble.NO_RIGHTS: Both("限会员", "members only"),
    LatencyTrouble.DNS: Both("域名无法解析", "name not found"),
    LatencyTrouble.REFUSED: Both("拒绝连接", "refused"),
    LatencyTrouble.TIMEOUT: Both("超时", "no answer in time"),
    LatencyTrouble.TLS: Both("证书或 TLS 有问题", "certificate or TLS trouble"),
    LatencyTrouble.CUT: Both("连不上", "cannot be reached"),
}


def word_why(why: Why) -> str:
    """Return what speaks for a node."""
    return str(WHY[why])


def word_point(point: LatencyPoint) -> str:
    """Return what a measurement came to."""
    if point.trouble is not None:
        return str(TROUBLES[point.trouble])
    return word_latency(point.ms)


def word_latency(ms: float | None) -> str:
    """Return milliseconds for people, `-` without any."""
    if ms is None:
        return "-"
    return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms"
