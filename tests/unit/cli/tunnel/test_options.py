import msgspec
import pytest

from chmlfrp.control.protocol import EditTunnel, FailoverView, TunnelView
from chmlfrp.engine.failover import Verdict
from chmlfrp.model.failover import Failover
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.schedule import Schedule, parse_moment, parse_windows
from chmlfrp.words.failover import VERDICTS
from support import tmodel
from support.scripted_daemon import DOWN, ScriptedDaemon

WEB = TunnelView(id=1, name="web", tunnel=tmodel.tunnel(1, name="web"), ladder=DOWN)
FULL = TunnelOptions(
    schedule=Schedule(
        windows=parse_windows("mon-fri 18:00-23:30"),
        idle_stop_min=30,
        expires_at=parse_moment("2027-01-31T18:00"),
    ),
    failover=Failover(
        is_on=True,
        nodes=("a", "b"),
        after_min=7,
        is_back_wanted=False,
        names=("x.lent.example",),
    ),
    is_probed=False,
)


def test_every_option_can_be_set_and_its_difference_is_shown(cli, serve):
    daemon = serve(ScriptedDaemon(WEB))
    done = cli(
        *("tunnel", "edit", "web", "--schedule", "mon-fri 18:00-23:30"),
        *("--idle-stop", "30", "--expires", "2027-01-31T18:00"),
        *("--failover", "a，b", "--failover-after", "7", "--no-failover-back"),
        *("--no-probe", "--failover-names", "x.lent.example"),
    )
    assert done.code == 0
    assert daemon.asked_for("set_options") == [(1, FULL)]
    assert daemon.asked_for("edit") == []
    assert done.lines == [
        "时段：- -> mon-fri 18:00-23:30",
        "空闲停止：- -> 30 分钟",
        "到期：- -> 2027-01-31 18:00",
        "故障转移：- -> a, b，故障 7 分钟后，不回原节点 [x.lent.example]",
        "可达性检查：- -> 关闭",
    ]


def test_what_is_not_named_stays_and_off_takes_it_away(cli, serve):
    daemon = serve(ScriptedDaemon(WEB))
    daemon.tunnel_options[1] = FULL
    done = cli(
        *("tunnel", "edit", "web", "--schedule", "off", "--idle-stop", "off"),
        *("--expires", "never", "--failover", "off"),
    )
    assert done.code == 0
    ((_, kept),) = daemon.asked_for("set_options")
    assert kept.schedule == Schedule()
    assert not kept.failover.is_on
    assert kept.failover.after_min == 7
    assert not kept.is_probed


def test_record_and_options_are_changed_together(cli, serve, monkeypatch):
    monkeypatch.setattr("chmlfrp.local.ports.listening", lambda *_: True)
    daemon = serve(ScriptedDaemon(WEB))
    done = cli("tunnel", "edit", "web", "--local-port", "9", "--failover", "auto")
    assert done.code == 0
    assert daemon.asked_for("edit") == [(1, EditTunnel(local_port=9))]
    ((_, kept),) = daemon.asked_for("set_options")
    assert kept.failover == Failover(is_on=True)


@pytest.mark.parametrize(
    ("option", "field"),
    [
        (["--schedule", "whenever"], "时段"),
        (["--idle-stop", "soon"], "空闲停止"),
        (["--idle-stop", "0"], "空闲停止"),
        (["--expires", "tomorrow"], "到期"),
        (["--failover", "a,,b"], "故障转移的节点"),
        (["--failover-after", "0"], "故障多久才转移"),
    ],
)
def test_what_cannot_be_names_the_field_and_changes_nothing(cli, serve, option, field):
    daemon = serve(ScriptedDaemon(WEB))
    done = cli("tunnel", "edit", "web", *option)
    assert done.code == 2
    assert field in done.err
    assert daemon.asked_for("set_options") == []


def test_show_has_the_options(cli, serve):
    serve(ScriptedDaemon(msgspec.structs.replace(WEB, options=FULL)))
    out = cli("tunnel", "show", "web").out
    assert "mon-fri 18:00-23:30" in out
    assert "a, b" in out


def test_a_dry_run_says_where_to(cli, serve):
    daemon = serve(ScriptedDaemon(WEB))
    daemon.failovers[1] = FailoverView(
        plan=FULL.failover,
        verdict="well",
        node="home",
        home="home",
        would_move_to="a",
        would_keep_port=False,
    )
    done = cli("tunnel", "failover", "web")
    assert done.code == 0
    assert "a（公网端口会变）" in done.out
    assert "节点正常" in done.out
    assert cli("tunnel", "failover", "web", "--json").json["would_move_to"] == "a"


def test_a_plan_is_tried_and_not_set(cli, serve):
    daemon = serve(ScriptedDaemon(WEB))
    daemon.failovers[1] = FailoverView(
        plan=Failover(), verdict="well", node="home", home="home", would_move_to="b"
    )
    done = cli("tunnel", "failover", "web", "--plan", "b,c")
    assert "b, c" in done.out
    plan = Failover(is_on=True, nodes=("b", "c"))
    assert daemon.asked_for("failover") == [(1, plan)]
    assert daemon.asked_for("set_options") == []


def test_a_dry_run_of_a_plan_that_is_off_says_how_to_turn_it_on(cli, serve):
    daemon = serve(ScriptedDaemon(WEB))
    daemon.failovers[1] = FailoverView(
        plan=Failover(), verdict="off", node="home", home="home"
    )
    out = cli("tunnel", "failover", "web").out
    assert "没有合适的节点" in out
    assert "--failover auto" in out


def test_every_verdict_has_words():
    assert {str(verdict) for verdict in Verdict} == VERDICTS.keys()
