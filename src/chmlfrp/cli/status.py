"""`chmlfrp status`: problems first, then account and tunnels."""

from chmlfrp.cli import session_lines
from chmlfrp.cli.door import look
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import Paint, out, out_json
from chmlfrp.cli.shapes import StatusAnswer, status_answer
from chmlfrp.cli.tunnel import lines
from chmlfrp.control.problem import to_error
from chmlfrp.control.protocol import Problem, SessionState, Snapshot
from chmlfrp.errors import DaemonNotRunning
from chmlfrp.model.health import HealthCode
from chmlfrp.words.error import word_error
from chmlfrp.words.health import word_health
from chmlfrp.words.language import say


@verb()
@with_json
def status(is_json: bool) -> None:
    """Print what there is; raises DaemonNotRunning and never starts a daemon."""
    try:
        snapshot = look()
    except DaemonNotRunning:
        if is_json:
            out_json(StatusAnswer())
        raise
    if is_json:
        out_json(status_answer(snapshot))
    else:
        _show(snapshot)


def _show(snapshot: Snapshot) -> None:
    for line in _problems(snapshot):
        out(Paint("! ", "red"), line)
    out(session_lines.who(snapshot.session))
    daemon = snapshot.daemon
    out(
        say(
            f"守护进程 {daemon.version}，进程 {daemon.pid}",
            f"daemon {daemon.version}, process {daemon.pid}",
        )
    )
    if snapshot.tunnels:
        out()
        lines.show_table(snapshot.tunnels.values())


_CAUSES = (
    HealthCode.NETWORK_DOWN,
    HealthCode.CORE_UNUSABLE,
    HealthCode.NODE_UNREACHABLE,
)


def _problems(snapshot: Snapshot) -> list[str]:
    """Return what is the matter: causes first, and no tunnels that suffer from one."""
    causes = [item for item in snapshot.health if item.key.code in _CAUSES]
    named = {item.key.subject for item in snapshot.health}
    problems = [word_health(item) for item in causes]
    problems += [
        line
        for view in snapshot.tunnels.values()
        if not causes or str(view.id) in named
        if (line := lines.trouble(view, now=snapshot.now))
    ]
    if line := session_lines.trouble(snapshot.session, now=snapshot.now):
        problems.insert(0, line)
    elif snapshot.session.state is SessionState.SIGNED_OUT:
        problems.insert(
            0, say("未登录：运行 chmlfrp login", "nobody is signed in: chmlfrp login")
        )
    return [*(_noticed(notice) for notice in snapshot.daemon.notices), *problems]


def _noticed(notice: Problem) -> str:
    words = word_error(to_error(notice))
    return say("；", "; ").join(filter(None, (words.what, words.do)))
