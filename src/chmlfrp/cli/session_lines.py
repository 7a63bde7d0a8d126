"""The account, the service and the daemon in lines."""

from chmlfrp.cli.output import Paint, err
from chmlfrp.control.protocol import SessionState, SessionView, Snapshot
from chmlfrp.words.ladder import quoted
from chmlfrp.words.language import say
from chmlfrp.words.reason import REASONS


def who(session: SessionView) -> str:
    """Return who is signed in, and where."""
    at = f" · {session.service_url}" if session.service_url else ""
    account = session.account
    if session.state is SessionState.SIGNED_OUT or account is None:
        return say("未登录", "nobody is signed in") + at
    group = say(f"（{account.group}）", f" ({account.group})") if account.group else ""
    used, limit = account.tunnels_used, account.tunnel_limit
    tunnels = say(f"隧道 {used}/{limit}", f"tunnels {used}/{limit}")
    if session.state is SessionState.REFUSED:
        refused = say("登录已失效", "the sign-in is no longer valid")
        return f"{account.name}{group} · {refused}{at}"
    return f"{account.name}{group} · {tunnels}{at}"


def trouble(session: SessionView, *, now: float) -> str | None:
    """Return why the last look at the service failed, None if it did not."""
    reason = session.trouble
    if reason is None:
        return None
    wording = REASONS[reason.code]
    said = quoted(reason.detail) if reason.detail else ""
    age = ""
    if session.seen_at is not None:
        seconds = max(0, round(now - session.seen_at))
        age = say(
            f"；隧道列表是 {seconds} 秒前的", f"; the tunnel list is {seconds} s old"
        )
    return f"{wording.what}{said}{age}{say('；', '; ')}{wording.do}"


def warn_of_trouble(snapshot: Snapshot) -> None:
    """Say on stderr that what follows may be old, if it may be."""
    if line := trouble(snapshot.session, now=snapshot.now):
        err(Paint(say("注意", "note"), "yellow"), say("：", ": "), line)
