import json

import msgspec
import pytest

from chmlfrp.control.protocol import Change, LogLine, TunnelView
from support import tmodel
from support.scripted_daemon import CONNECTING, OUT, UP, ScriptedDaemon

WEB = TunnelView(
    id=1, name="web", tunnel=tmodel.tunnel(1), wanted=True, ladder=CONNECTING
)
WEB_UP = msgspec.structs.replace(WEB, ladder=UP, address="n:1")
GAME = TunnelView(id=2, name="game")


class Story(ScriptedDaemon):
    """Lets some things happen to each new watcher and ends."""

    def watch(self):
        self._loop.call_later(0.01, self.tell)
        return super().watch()

    def tell(self):
        if len(self.asked_for("watch")) == 1:
            self.publish({1: WEB_UP})
            self.send(Change(seq=99, now=0.0))
            return
        self.publish({2: None}, session=OUT)
        self.ending.set()


def test_changes_are_lines_until_the_daemon_ends(cli, serve):
    serve(Story(WEB, GAME))
    done = cli("tunnel", "watch")
    assert done.code == 3
    assert "守护进程已经结束" in done.err
    assert [line.split(maxsplit=1)[1] for line in done.lines] == [
        "alice（免费用户） · 隧道 2/8 · http://127.0.0.1:8000",
        "web  正在启动  节点连接：正在连接",
        "game  已停止",
        "web  已连通  n:1",
        "未登录 · http://127.0.0.1:8000",
        "game  已删除",
    ]


def test_changes_are_json_one_a_line(cli, serve):
    serve(Story(WEB, GAME))
    done = cli("tunnel", "watch", "--json")
    seen = [json.loads(line) for line in done.lines]
    assert [item["event"] for item in seen] == [
        *("session", "tunnel", "tunnel", "tunnel", "session", "gone"),
    ]
    assert seen[3]["tunnel"]["summary"] == "up"
    assert seen[-1] == {"event": "gone", "id": 2}


def test_only_the_named_tunnels_are_watched(cli, serve):
    serve(Story(WEB, GAME))
    done = cli("tunnel", "watch", "game")
    assert "web" not in done.out
    assert "game" in done.out


LINES = [
    LogLine(seq=1, at=0.0, node="n", level="I", text="login to server success"),
    LogLine(seq=2, at=60.0, node="n", tunnel="web", level="W", text="a\x1b[2Jb"),
]


def test_log_lines_are_shown_with_their_tunnel(cli, serve, monkeypatch):
    daemon = serve(ScriptedDaemon(WEB))
    daemon.log_lines = LINES
    done = cli("tunnel", "logs", "web", "-n", "5")
    assert (done.code, done.err) == (0, "")
    assert [line[20:] for line in done.lines] == [
        "I [n] login to server success",
        "W [web] a\\x1b[2Jb",
    ]
    assert daemon.asked_for("logs") == [(1, 5, False)]


def test_all_lines_are_shown_in_json(cli, serve):
    daemon = serve(ScriptedDaemon())
    daemon.log_lines = LINES
    done = cli("tunnel", "logs", "--follow", "--json")
    assert [json.loads(line) for line in done.lines] == msgspec.to_builtins(LINES)
    assert daemon.asked_for("logs") == [(None, 100, True)]


@pytest.mark.parametrize("lines", ["-1", "x"])
def test_a_number_of_lines_must_be_one(cli, lines):
    assert cli("tunnel", "logs", "-n", lines).code == 2
