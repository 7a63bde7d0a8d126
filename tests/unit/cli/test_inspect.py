"""The inspector's commands, before a daemon that answers what a test puts there."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chmlfrp.control.inspect import ExchangeView, HeaderLine, MessageView
from chmlfrp.control.protocol import TunnelView
from chmlfrp.model.guard import Guard
from support import tmodel
from support.scripted_daemon import DOWN, ScriptedDaemon

WEB = TunnelView(id=1, name="web", tunnel=tmodel.tunnel(1, name="web"), ladder=DOWN)
ASKED = ExchangeView(
    number=7,
    at=1.0,
    address="203.0.113.7",
    method="GET",
    host="a.example",
    target="/page",
    status=404,
    took_ms=12.3,
    answer_bytes=2048,
)


@pytest.fixture
def daemon(serve: Callable[[ScriptedDaemon], ScriptedDaemon]) -> ScriptedDaemon:
    daemon = ScriptedDaemon(WEB)
    daemon.inspect.rows = [ASKED]
    serve(daemon)
    return daemon


def test_requests_are_a_table_that_can_be_searched(cli, daemon: ScriptedDaemon) -> None:
    done = cli("inspect", "list", "web")

    assert "GET a.example/page" in done.lines[1]
    assert "404" in done.lines[1]
    assert "2.0 KiB" in done.lines[1]
    assert cli("inspect", "list", "web", "--search", "other", "--json").json == []
    assert ("inspect.list", (1, "other", True)) in daemon.asked


def test_a_request_is_shown_whole(cli, daemon: ScriptedDaemon) -> None:
    header = HeaderLine(name="host", value="a.example")
    daemon.inspect.details[7] = (
        MessageView(version="1.1", headers=[header]),
        MessageView(version="1.1", reason="Not Found", body="gone\n"),
    )

    done = cli("inspect", "show", "web", "7")

    assert done.lines == [
        "GET /page HTTP/1.1",
        "host: a.example",
        "",
        "HTTP/1.1 404 Not Found",
        "",
        "gone",
    ]
    cli("inspect", "show", "web", "7", "--unmasked")
    assert daemon.asked[-1] == ("inspect.get", (1, 7, False))


def test_it_is_turned_on_with_the_guard_and_off_alone(
    cli, daemon: ScriptedDaemon
) -> None:
    cli("inspect", "on", "web")
    _, (_, options) = daemon.asked[-1]
    assert options.guard == Guard(is_on=True, inspects=True)

    cli("inspect", "off", "web")
    _, (_, options) = daemon.asked[-1]
    assert not options.guard.inspects


def test_requests_are_sent_again_written_and_dropped(
    cli, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    assert "200" in cli("inspect", "replay", "web", "7").lines[1]
    file = tmp_path / "web.har"

    cli("inspect", "har", "web", str(file))

    assert len(json.loads(file.read_text())["log"]["entries"]) == 2
    assert cli("inspect", "clear", "web", "--json").json == {"exchanges": 2}
