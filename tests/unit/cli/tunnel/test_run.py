import msgspec
import pytest

from chmlfrp.cli.tunnel import wait
from chmlfrp.control.protocol import TunnelView
from chmlfrp.errors import FrpcMissing
from chmlfrp.model.reason import Code
from support import tmodel
from support.scripted_daemon import (
    CONNECTING,
    DOWN,
    UP,
    ScriptedDaemon,
    refused,
)


def view(number=1, *, name="web", wanted=False, ladder=DOWN):
    tunnel = tmodel.tunnel(number, name=name)
    return TunnelView(
        id=number,
        name=name,
        tunnel=tunnel,
        wanted=wanted,
        ladder=ladder,
        address=f"node.example:{tunnel.remote_port}",
    )


IDLE = view()
GOING_UP = view(wanted=True, ladder=CONNECTING)
IS_UP = view(wanted=True, ladder=UP)
REFUSED = view(wanted=True, ladder=refused(Code.PORT_IN_USE, "port already used"))
OTHER = view(2, name="game")
OTHER_UP = view(2, name="game", wanted=True, ladder=UP)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(wait, "OLD_NEWS_S", 0.1)


def test_a_tunnel_is_started_and_its_address_told(cli, serve):
    daemon = serve(ScriptedDaemon(IDLE))
    daemon.becomes["start"] = [{1: GOING_UP}, {1: IS_UP}]
    done = cli("tunnel", "start", "web")
    assert done == type(done)(0, "web  已连通  node.example:20001\n", "")
    assert daemon.asked_for("start") == [{1}]


def test_several_are_started_by_name_number_or_all(cli, serve):
    daemon = serve(ScriptedDaemon(IDLE, OTHER))
    daemon.becomes["start"] = [{1: IS_UP, 2: OTHER_UP}]
    assert cli("tunnel", "start", "web", "2", "1").code == 0
    assert cli("tunnel", "start", "--all").code == 0
    assert daemon.asked_for("start") == [{1, 2}, {1, 2}]


def test_a_refusal_is_told_with_its_reason_and_exits_with_1(cli, serve):
    daemon = serve(ScriptedDaemon(IDLE, OTHER))
    daemon.becomes["start"] = [{1: GOING_UP}, {1: REFUSED, 2: OTHER_UP}]
    done = cli("tunnel", "start", "web", "game")
    assert done.code == 1
    assert done.out == "game  已连通  node.example:20002\n"
    assert done.err == (
        "web：远程端口被占用「port already used」；"
        "换一个端口：chmlfrp tunnel edit 隧道 --remote-port 端口\n"
    )


def test_a_next_try_is_not_waited_for_once_the_reason_is_known(cli, serve):
    daemon = serve(ScriptedDaemon(IDLE))
    ladder = refused(Code.NAME_IN_USE, until=1030.0)
    daemon.becomes["start"] = [{1: view(wanted=True, ladder=ladder)}]
    done = cli("tunnel", "start", "web")
    assert done.code == 1
    assert "30 秒后重试" in done.err


def test_old_news_is_not_taken_for_the_outcome(cli, serve, monkeypatch):
    monkeypatch.setattr(wait, "OLD_NEWS_S", 20.0)
    daemon = ScriptedDaemon(REFUSED)

    class Slow(ScriptedDaemon):
        def watch(self):
            daemon.call(lambda: daemon.publish({1: IS_UP}))
            return super().watch()

    daemon.__class__ = Slow
    serve(daemon)
    assert cli("tunnel", "start", "web").code == 0


def test_one_that_is_up_already_is_fine(cli, serve):
    serve(ScriptedDaemon(IS_UP))
    assert cli("tunnel", "start", "web").out.startswith("web  已连通")


def test_a_tunnel_that_takes_too_long_is_told_as_it_stands(cli, serve):
    daemon = serve(ScriptedDaemon(IDLE))
    daemon.becomes["start"] = [{1: GOING_UP}]
    done = cli("tunnel", "start", "web", "--timeout", "0.2")
    assert (done.code, done.out) == (1, "")
    assert done.err == "web：节点连接：正在连接\n"


def test_what_takes_long_shows_each_rung_once(cli, serve, monkeypatch):
    monkeypatch.setattr(wait, "QUIET_FOR_S", 0.0)
    daemon = serve(ScriptedDaemon(IDLE))
    daemon.becomes["start"] = [{1: GOING_UP}]
    done = cli("tunnel", "start", "web", "--timeout", "0.5")
    assert done.err == "… web：节点连接：正在连接\nweb：节点连接：正在连接\n"


def test_without_waiting_only_the_command_is_given(cli, serve):
    daemon = serve(ScriptedDaemon(IDLE, OTHER))
    done = cli("tunnel", "start", "--all", "--no-wait")
    assert (done.code, done.out) == (0, "已下达启动命令：web、game\n")
    assert daemon.asked_for("watch") == []


def test_a_tunnel_that_is_new_to_the_daemon_is_asked_for(cli, serve):
    daemon = serve(ScriptedDaemon())
    daemon.on_refresh = (IDLE,)
    daemon.becomes["start"] = [{1: IS_UP}]
    assert cli("tunnel", "start", "web").code == 0
    assert daemon.asked_for("refresh") == [None]


def test_one_name_that_is_wrong_starts_nothing(cli, serve):
    daemon = serve(ScriptedDaemon(IDLE))
    done = cli("tunnel", "start", "web", "nope")
    assert (done.code, done.out) == (1, "")
    assert "nope" in done.err
    assert daemon.asked_for("start") == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [([], "写上隧道，或用 --all"), (["web", "--all"], "二者选一")],
)
@pytest.mark.parametrize("verb", ["start", "stop", "restart", "delete"])
def test_tunnels_are_named_or_all_of_them_are_meant(cli, serve, verb, arguments, told):
    serve(ScriptedDaemon(IDLE))
    extra = ["--yes"] if verb == "delete" else []
    done = cli("tunnel", verb, *arguments, *extra)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_no_tunnels_at_all_is_nothing_to_do(cli, serve):
    serve(ScriptedDaemon())
    for verb in ("start", "stop", "restart"):
        done = cli("tunnel", verb, "--all")
        assert (done.code, done.out, done.err) == (0, "", "没有隧道\n")
    assert cli("tunnel", "delete", "--all", "--yes").code == 0


def test_a_start_that_is_refused_says_why(cli, serve):
    serve(ScriptedDaemon(IDLE)).fails["start"] = FrpcMissing("no frpc was found")
    done = cli("tunnel", "start", "web")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("错误：这台电脑上没有找到 frpc")


def test_a_tunnel_is_stopped(cli, serve):
    daemon = serve(ScriptedDaemon(IS_UP, OTHER))
    stopping = msgspec.structs.replace(IS_UP, wanted=False)
    daemon.becomes["stop"] = [{1: stopping}, {1: IDLE}]
    done = cli("tunnel", "stop", "web")
    assert (done.code, done.out, done.err) == (0, "web  已停止\n", "")
    assert daemon.asked_for("stop") == [{1}]


def test_a_tunnel_that_is_gone_has_stopped(cli, serve):
    daemon = serve(ScriptedDaemon(IS_UP))
    daemon.becomes["stop"] = [{1: None}]
    assert cli("tunnel", "stop", "web").out == "web  已停止\n"


def test_a_stop_that_takes_too_long_exits_with_1(cli, serve):
    daemon = serve(ScriptedDaemon(IS_UP))
    daemon.becomes["stop"] = [{1: msgspec.structs.replace(IS_UP, wanted=False)}]
    done = cli("tunnel", "stop", "web", "--timeout", "0.2")
    assert (done.code, done.err) == (1, "web  正在停止\n")
    assert cli("tunnel", "stop", "web", "--no-wait").out == "已下达停止命令：web\n"


def test_a_tunnel_is_restarted(cli, serve):
    daemon = serve(ScriptedDaemon(IS_UP))
    daemon.becomes["restart"] = [{1: GOING_UP}, {1: IS_UP}]
    assert cli("tunnel", "restart", "web").out.startswith("web  已连通")
    assert daemon.asked_for("restart") == [{1}]


def test_a_daemon_that_ends_while_one_waits_is_told(cli, serve, monkeypatch):
    monkeypatch.setattr(wait, "OLD_NEWS_S", 20.0)
    daemon = serve(ScriptedDaemon(IDLE))

    class Ending(ScriptedDaemon):
        def watch(self):
            self._loop.call_later(0.05, self.ending.set)
            return super().watch()

    daemon.__class__ = Ending
    done = cli("tunnel", "start", "web")
    assert (done.code, done.out) == (3, ""), done.err


def test_a_reader_that_fell_behind_looks_again(cli, serve):
    class Choppy(ScriptedDaemon):
        def watch(self):
            count = len(self.asked_for("watch"))
            if count == 0:
                self._loop.call_later(0.05, self.cut_off)
            else:
                self._loop.call_later(0.05, lambda: self.publish({1: IS_UP}))
            return super().watch()

    daemon = serve(Choppy(IDLE))
    daemon.becomes["start"] = [{1: GOING_UP}]
    assert cli("tunnel", "start", "web").code == 0
    assert len(daemon.asked_for("watch")) == 2
