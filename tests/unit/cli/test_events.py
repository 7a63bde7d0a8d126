"""What happened, in words and as data."""

from collections.abc import Callable

import pytest

from chmlfrp.cli.events import start_of
from chmlfrp.control.protocol import SessionState
from chmlfrp.control.timeline import Happened, TimelineEvent
from chmlfrp.errors import InvalidInput
from chmlfrp.model.health import HealthCode, HealthKey
from chmlfrp.model.ladder import Summary
from chmlfrp.model.reason import Code, Reason
from chmlfrp.words.language import Language
from support.scripted_daemon import ScriptedDaemon

NOW = 1_800_000_000.0


def happened(kind: Happened, **fields: object) -> TimelineEvent:
    return TimelineEvent(at=4_000_000_000.0, kind=kind, **fields)  # type: ignore[arg-type] # of a test


EVENTS = [
    happened(Happened.DAEMON_STARTED),
    happened(Happened.SESSION, session=SessionState.SIGNED_IN, name="alice"),
    happened(
        Happened.TUNNEL,
        tunnel=3,
        name="web",
        summary=Summary.FAILED,
        reason=Reason(Code.PORT_IN_USE, "port already used"),
    ),
    happened(Happened.TUNNEL_GONE, tunnel=4),
    happened(
        Happened.HEALTH_BEGAN, health=HealthKey(HealthCode.NODE_UNREACHABLE, "东京")
    ),
    happened(
        Happened.HEALTH_ENDED, health=HealthKey(HealthCode.NODE_UNREACHABLE, "东京")
    ),
    happened(Happened.DAEMON_ENDED),
]


def test_each_event_is_a_line(
    cli, serve: Callable[[ScriptedDaemon], ScriptedDaemon]
) -> None:
    daemon = ScriptedDaemon()
    daemon.timeline = EVENTS
    serve(daemon)
    done = cli("events", "--since", "2h")
    assert len(done.lines) == len(EVENTS)
    assert "守护进程启动" in done.lines[0]
    assert "远程端口被占用「port already used」" in done.lines[2]
    assert "东京" in done.lines[4]
    assert "#4" in cli("events", lang=Language.EN).lines[3]
    assert len(cli("events", "--json").lines) == len(EVENTS)
    assert daemon.asked_for("events")[0][1] is False


@pytest.mark.parametrize(
    ("text", "ago"), [("30s", 30), ("5m", 300), ("2h", 7200), ("1d", 86400)]
)
def test_a_span_counts_back_from_now(text: str, ago: int) -> None:
    assert start_of(text, now=NOW) == NOW - ago


def test_a_day_is_a_day_and_nonsense_is_named() -> None:
    assert 1_700_000_000 < start_of("2027-01-31", now=NOW) < 1_900_000_000
    with pytest.raises(InvalidInput) as refused:
        start_of("yesterday", now=NOW)
    assert refused.value.field == "since"
