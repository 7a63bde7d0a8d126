"""frpc itself, seen and changed from the command line."""

from collections.abc import Callable

import pytest

from chmlfrp.control.core import (
    CoreChosen,
    CoreFailed,
    CoreInUse,
    CoreProgress,
    CoresView,
    CoreView,
    InstallCore,
)
from chmlfrp.control.protocol import Problem, TunnelView
from chmlfrp.words.language import Language
from support.scripted_daemon import DOWN, ScriptedDaemon

CORE = CoreView(
    label="0.66.0",
    version="0.66.0",
    source="upstream",
    sha256="ab" * 32,
    size=9,
    installed_at=1.0,
    is_chosen=True,
)
PROGRESS = CoreProgress(stage="download", version="0.66.0", bytes=5, total=10)

Serve = Callable[[ScriptedDaemon], ScriptedDaemon]


@pytest.fixture
def daemon(serve: Serve) -> ScriptedDaemon:
    daemon = ScriptedDaemon(TunnelView(id=3, name="web", wanted=True, ladder=DOWN))
    daemon.install_frames = [
        CoreProgress(stage="list"),
        PROGRESS,
        CoreChosen(core=CORE, running=(3,)),
    ]
    daemon.cores_view = CoresView(
        installed=(CORE,),
        in_use=CoreInUse(path="/x/frpc", version="0.66.0", origin="managed"),
    )
    return serve(daemon)


def test_the_list_names_what_is_used_and_what_is_there(cli, daemon) -> None:
    done = cli("core", "list")
    assert "使用中：0.66.0  /x/frpc  (由本程序安装)" in done.out
    assert done.lines[-1].split() == ["0.66.0", "0.66.0", "upstream", "完好", "*"]
    assert cli("core", "list", "--json").json["installed"][0]["label"] == "0.66.0"


def test_what_is_offered_is_listed(cli, daemon) -> None:
    done = cli("core", "list", "--available", "--source", "upstream")
    assert done.lines[-1].split() == ["0.70.0", "upstream", "是"]
    assert daemon.asked_for("core_offers") == ["upstream"]


def test_an_installation_says_how_far_it_is_and_restarts_nothing_unasked(
    cli, daemon
) -> None:
    done = cli("core", "install", "0.66.0", "--source", "upstream")
    assert done.code == 0
    assert done.out == "已安装 frpc 0.66.0，正在使用\n"
    assert "正在下载 0.66.0" in done.err
    assert "1 条隧道继续用旧的 frpc" in done.err
    assert daemon.asked_for("install_core") == [
        InstallCore(version="0.66.0", source="upstream")
    ]
    assert daemon.asked_for("stop") == []


def test_asked_to_it_starts_running_tunnels_anew(cli, daemon) -> None:
    done = cli("core", "update", "--restart", lang=Language.EN)
    assert done.code == 0
    assert daemon.asked_for("stop") == [frozenset({3})]
    assert daemon.asked_for("start") == [frozenset({3})]


def test_in_json_every_step_is_a_line(cli, daemon) -> None:
    done = cli("core", "install", "--json")
    assert ['"progress"' in line for line in done.lines] == [True, True, False]
    assert done.err == ""


def test_what_goes_wrong_is_told_in_words(cli, daemon) -> None:
    problem = Problem(code="frpc.untrusted", message="the archive is damaged")
    daemon.install_frames = [CoreFailed(problem=problem)]
    done = cli("core", "install")
    assert done.code == 1
    assert "错误" in done.err


def test_another_is_chosen_and_one_removed(cli, daemon) -> None:
    assert "0.66.0" in cli("core", "use", "0.66.0", "--no-restart").out
    assert cli("core", "remove", "0.65.0").out == "已删除 0.65.0\n"
    assert daemon.asked_for("remove_core") == ["0.65.0"]
    assert daemon.asked_for("use_core") == ["0.66.0"]


def test_one_that_is_gone_is_named(cli, daemon) -> None:
    problem = Problem(code="frpc.vanished", message="/x/frpc was installed and is gone")
    daemon.cores_view = CoresView(problem=problem)
    assert cli("core", "list").lines[0] == "! 安装好的 /x/frpc 不见了"
