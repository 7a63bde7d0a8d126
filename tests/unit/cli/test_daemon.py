import signal
import subprocess
import sys

import pytest

from chmlfrp.cli import daemon as daemon_commands
from chmlfrp.cli import start
from chmlfrp.control import client as client_module
from chmlfrp.control import glance as glance_module
from chmlfrp.local.paths import Home
from support.scripted_daemon import ScriptedDaemon

FAILING = [sys.executable, "-c", "import sys; print('no room'); sys.exit(7)"]


def test_a_daemon_is_started_once_shown_and_stopped(cli, scripted_process):
    first = cli("daemon", "start")
    assert first.code == 0
    assert first.out.startswith("守护进程已启动，进程 ")
    assert cli("daemon", "start").out.startswith("守护进程已在运行，进程 ")
    shown = cli("daemon", "status")
    assert shown.code == 0
    assert "正在运行" in shown.out
    answer = cli("daemon", "status", "--json").json
    assert answer["is_running"] is True
    assert answer["log_file"] == str(Home.locate().log_file)
    assert str(answer["daemon"]["pid"]) in first.out
    stopped = cli("daemon", "stop")
    assert (stopped.code, stopped.out) == (0, "守护进程已停止\n")
    assert not Home.locate().endpoint_file.exists()
    again = cli("daemon", "stop")
    assert (again.code, again.out, again.err) == (0, "", "守护进程没有运行\n")


def test_a_command_that_needs_the_daemon_starts_it(cli, scripted_process):
    done = cli("login", "bob", "--password-stdin", stdin="pw")
    assert done.code == 0
    assert done.out.startswith("已登录：alice")


def test_status_never_starts_one(cli, home):
    done = cli("daemon", "status")
    assert (done.code, done.out) == (3, "")
    assert cli("daemon", "status", "--json").json["is_running"] is False
    assert not home.exists()


def test_a_daemon_that_does_not_start_shows_its_last_words(cli, monkeypatch):
    monkeypatch.setattr(start, "DAEMON", FAILING)
    done = cli("daemon", "start")
    assert (done.code, done.out) == (3, "")
    log = Home.locate().startup_log_file
    assert done.err == (
        f"  no room\n错误：守护进程没能启动：进程已退出（7）\n办法：详见 {log}\n"
    )


def test_a_daemon_that_never_answers_is_given_up(cli, monkeypatch):
    silent = [sys.executable, "-c", "import time, sys; sys.stdin.read(); time.sleep(9)"]
    monkeypatch.setattr(start, "DAEMON", silent)
    monkeypatch.setattr(start, "PATIENCE_S", 0.2)
    launched = []
    launch = start.launch

    def note(*what):
        launched.append(launch(*what))
        return launched[0]

    monkeypatch.setattr(start, "launch", note)
    done = cli("daemon", "start")
    launched[0].process.kill()
    launched[0].process.wait()
    assert done.code == 3
    assert "0.2 秒内没有应答" in done.err


def test_a_home_that_cannot_be_used_says_which(cli, home):
    home.write_text("a file is in the way")
    done = cli("node", "list")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"错误：无法使用 {home}")
    assert "CHMLFRP_HOME" in done.err


def test_a_daemon_of_another_version_is_told_apart(cli, serve, monkeypatch):
    serve(ScriptedDaemon())
    monkeypatch.setattr(glance_module, "PROTOCOL", 99)
    done = cli("daemon", "status")
    assert (done.code, done.out) == (1, "")
    assert "chmlfrp daemon stop" in done.err


def test_a_daemon_of_another_version_can_be_stopped(cli, scripted_process, monkeypatch):
    pid = int(cli("daemon", "start").out.split()[-1])
    monkeypatch.setattr(client_module, "PROTOCOL", 99)
    done = cli("daemon", "stop")
    assert (done.code, done.out) == (0, "守护进程已停止\n")
    assert pid


def test_a_daemon_that_will_not_end_is_told(cli, serve, monkeypatch):
    class Stubborn(ScriptedDaemon):
        def end(self) -> None:
            self._note("end")

    serve(Stubborn())
    monkeypatch.setattr("chmlfrp.care.daemon.ENDS_WITHIN_S", 0.1)
    done = cli("daemon", "stop")
    assert done.code == 1
    assert "等了 0.1 秒，守护进程仍未结束" in done.err


@pytest.mark.parametrize(
    ("arguments", "module"),
    [(["daemon", "run"], "chmlfrp.daemon"), (["selfhost"], "chmlfrp.selfhost")],
)
def test_other_programs_take_the_place_of_this_one(arguments, module, monkeypatch, cli):
    became = []

    def become(argv):
        became.append(argv)
        raise SystemExit(0)

    monkeypatch.setattr("chmlfrp.local.process.replace_process", become)
    monkeypatch.setattr("chmlfrp.cli.beyond.replace_process", become)
    with pytest.raises(SystemExit):
        cli(*arguments)
    assert became[0][-1] == module


def test_a_watch_ends_with_ctrl_c(serve):
    daemon = serve(ScriptedDaemon())
    command = [sys.executable, "-m", "chmlfrp", "tunnel", "watch", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert b'"event":"session"' in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr.read() == b""
    assert daemon.asked_for("watch")


class FakeSystem:
    """A system that starts things by itself."""

    place, restarts, before_login = "/units/chmlfrp", True, ()

    def __init__(self) -> None:
        self.entry, self.starts = False, 0

    def is_on(self):
        return self.entry

    def turn_on(self):
        self.entry = True

    def turn_off(self):
        self.entry = False

    def start(self):
        self.starts += 1


@pytest.fixture
def system(monkeypatch):
    fake = FakeSystem()
    monkeypatch.setattr(daemon_commands, "of_this_system", lambda *_: fake)
    return fake


def test_install_hands_the_daemon_to_the_system_and_uninstall_takes_it_back(
    cli, home, system
):
    done = cli("daemon", "install")
    assert (done.code, done.out) == (0, "已设为自动启动：/units/chmlfrp\n")
    assert (system.entry, system.starts) == (True, 1)
    assert cli("daemon", "status", "--json").json["starts_by_itself"] is True
    assert cli("daemon", "uninstall").code == 0
    assert cli("daemon", "status", "--json").json["starts_by_itself"] is False


def test_install_leaves_a_running_daemon_alone(cli, scripted_process, system):
    cli("daemon", "start")
    done = cli("daemon", "install")
    assert "正在运行的守护进程不受影响" in done.out
    assert system.starts == 0
    assert "是" in cli("daemon", "status").out


def test_before_login_is_refused_where_it_cannot_be(cli, home, system):
    done = cli("daemon", "install", "--before-login")
    assert done.code == 2
    assert not system.entry


def test_a_start_goes_through_the_system_that_guards_it(cli, monkeypatch, home):
    fake = FakeSystem()
    monkeypatch.setattr("chmlfrp.local.daemon.manager", lambda *_: fake)
    monkeypatch.setattr(start, "PATIENCE_S", 0.2)
    done = cli("daemon", "start")
    assert done.code == 3
    assert fake.starts == 1
