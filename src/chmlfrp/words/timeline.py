"""One thing that happened, in words; kinds and sessions by the code that travels."""

from chmlfrp.model.health import HealthKey
from chmlfrp.model.ladder import Summary
from chmlfrp.model.reason import Reason
from chmlfrp.words.health import word_began, word_over
from chmlfrp.words.ladder import quoted, word_summary
from chmlfrp.words.language import Both, say
from chmlfrp.words.reason import REASONS

KINDS: dict[str, Both] = {
    "daemon.started": Both("守护进程启动", "the daemon started"),
    "daemon.ended": Both("守护进程结束", "the daemon ended"),
    "tunnel.gone": Both("已删除", "gone"),
}
SESSIONS: dict[str, Both] = {
    "signed_in": Both("已登录", "signed in"),
    "signed_out": Both("已退出登录", "signed out"),
    "refused": Both("登录已失效", "the sign-in is no longer valid"),
}


def word_event(
    kind: str,
    *,
    name: str = "",
    summary: Summary | None = None,
    session: str | None = None,
    health: HealthKey | None = None,
    reason: Reason | None = None,
) -> str:
    """Return what happened, and why if that is known.

    name: of the tunnel or the account.
    """
    match kind, health:
        case "health.began", HealthKey():
            what = word_began(health, name=name)
        case "health.ended", HealthKey():
            what = word_over(health, name=name)
        case _:
            what = str(KINDS.get(kind, ""))
            state = word_summary(summary) if summary else ""
            login = str(SESSIONS.get(session or "", ""))
            what = "  ".join(filter(None, (name, what, state, login)))
    return say("：", ": ").join(filter(None, (what, _why(reason))))


def _why(reason: Reason | None) -> str:
    if reason is None:
        return ""
    said = quoted(reason.detail) if reason.detail else ""
    return f"{REASONS[reason.code].what}{said}"
