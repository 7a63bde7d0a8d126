"""The guard's commands, before a daemon that answers what a test puts there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chmlfrp.control.guard import (
    DoorTraffic,
    Standing,
    TrafficPoint,
    Verdict,
    VisitorView,
)
from chmlfrp.control.protocol import TunnelView
from chmlfrp.model.guard import Ban, Guard, Rule
from chmlfrp.model.tunnel import TunnelType
from support import tmodel
from support.scripted_daemon import DOWN, ScriptedDaemon
from support.terminal import on_terminal
from support.world import COMMAND

WEB = TunnelView(id=1, name="web", tunnel=tmodel.tunnel(1, name="web"), ladder=DOWN)


@pytest.fixture
def daemon(serve: Callable[[ScriptedDaemon], ScriptedDaemon]) -> ScriptedDaemon:
    daemon = ScriptedDaemon(WEB)
    serve(daemon)
    return daemon


def test_traffic_is_a_table(cli, daemon: ScriptedDaemon) -> None:
    daemon.guard.sums = [
        DoorTraffic(
            tunnel=1,
            name="web",
            connections=3,
            bytes_in=2048,
            rate_out=3072.0,
            refused={Rule.DENY: 2},
        )
    ]

    done = cli("traffic")

    assert "2.0 KiB" in done.lines[1]
    assert "↑3.0 KiB/s" in done.lines[1]
    assert "在拒绝名单里 2" in done.lines[1]
    assert cli("traffic", "--json").json[0]["refused"] == {"deny": 2}


def test_without_a_guarded_tunnel_the_way_to_one_is_shown(
    cli, daemon: ScriptedDaemon
) -> None:
    assert "chmlfrp guard on" in cli("traffic").err


def test_metrics_are_printed_as_they_come(cli, daemon: ScriptedDaemon) -> None:
    assert cli("metrics").lines == ["chmlfrp_tunnel_up 1.0"]


def test_traffic_over_time_is_a_table(cli, daemon: ScriptedDaemon) -> None:
    assert "没有记录" in cli("traffic", "--by", "hour").err
    daemon.guard.points = [TrafficPoint(at=0, tunnel=1, bytes_out=1 << 20, refused=4)]

    assert "1.0 MiB" in cli("traffic", "--by", "day").lines[1]
    assert cli("traffic", "--by", "day", "--json").json[0]["refused"] == 4
    assert daemon.asked_for("guard.history") == [
        (3600, None, ""),
        (86400, None, ""),
        (86400, None, ""),
    ]


def test_visitors_are_a_table(cli, daemon: ScriptedDaemon) -> None:
    daemon.guard.seen = [VisitorView(tunnel=1, address="2001:db8::7", first=1, last=2)]

    done = cli("visitors", "--live")

    assert done.lines[1].startswith("2001:db8::7")
    assert cli("visitors", "--json").json[0]["address"] == "2001:db8::7"
    cli("visitors", "--tunnel", "web", "--from", "2001:db8::7", "--names")
    asked = daemon.asked_for("guard.visitors")
    assert asked[0] == (True, None, "", False, 1000)
    assert asked[-1] == (False, 1, "2001:db8::7", True, 1000)


def test_on_a_terminal_whoever_is_inside_is_drawn_anew_until_ctrl_c(
    daemon: ScriptedDaemon,
) -> None:
    came = [
        VisitorView(tunnel=1, address=f"2001:db8::{n}", first=1, last=2) for n in (1, 2)
    ]
    daemon.guard.seen = came[:1]
    daemon.guard.later.append(came)

    _, shown = on_terminal(
        [*COMMAND, "visitors", "--live"], ("2001:db8::2", "\x03"), timeout_s=60
    )

    assert "2001:db8::1" in shown
    assert "Traceback" not in shown


def test_live_traffic_is_shown_once_where_nobody_looks_on(
    cli, daemon: ScriptedDaemon
) -> None:
    assert "guard on" in cli("traffic", "--live").err
    daemon.guard.sums = [DoorTraffic(tunnel=1, name="web", connections=3)]
    assert "web" in cli("traffic", "--live").lines[1]
    assert daemon.asked_for("guard.traffic") == [None, None]


def test_a_core_that_does_not_say_who_comes_is_told_of(
    cli, daemon: ScriptedDaemon
) -> None:
    assert "0.0.0.0" not in cli("guard", "show", WEB.name).err
    assert "0.0.0.0" not in cli("visitors").err

    everybody = VisitorView(
        tunnel=1, address="0.0.0.0", is_everybody=True, first=1, last=2
    )
    daemon.guard.seen = [everybody]
    daemon.guard.sums = [DoorTraffic(tunnel=1, names_senders=False)]

    for words in (("guard", "show", WEB.name), ("visitors",)):
        assert "这个核心不说明是谁在连接" in cli(*words).err


def test_where_nobody_is_named_rules_about_addresses_say_so(
    cli, daemon: ScriptedDaemon
) -> None:
    trial = ("guard", "test", "web", "--from", "203.0.113.7")
    words = (
        ("on", "web", "--max-per-address", "3"),
        ("deny", "web", "203.0.113.7"),
        ("allow", "web", "203.0.113.7"),
        ("block", "web", "203.0.113.7"),
    )
    for each in words:
        assert "0.0.0.0" not in cli("guard", *each).err
    assert "无从知道" not in cli(*trial).err

    daemon.guard.sums = [DoorTraffic(tunnel=1, names_senders=False)]
    daemon.guard.verdict = Verdict(
        address="203.0.113.7", is_on=True, names_senders=False
    )
    for each in words:
        assert "这个核心不说明是谁在连接" in cli("guard", *each).err
    done = cli(*trial)
    assert "可以进来" in done.out
    assert "无从知道这个地址" in done.err


@pytest.mark.parametrize("name", ["out.csv", "out.json"])
def test_what_is_exported_has_no_whole_address(
    cli, daemon: ScriptedDaemon, tmp_path: Path, name: str
) -> None:
    daemon.guard.seen = [
        VisitorView(tunnel=1, address=a, first=1, last=2, host="=anna.example")
        for a in ("2001:db8:1:2::7", "203.0.113.7")
    ]
    file = tmp_path / name

    cli("visitors", "--export", str(file))
    masked = file.read_text()
    assert "2001:db8:1::/48" in masked
    assert "203.0.113.0/24" in masked
    assert "anna" not in masked
    cli("visitors", "--export", str(file), "--unmasked")
    assert "203.0.113.7" in file.read_text()
    assert ",=anna" not in file.read_text()


def test_visitors_are_forgotten_after_a_yes_alone(cli, daemon: ScriptedDaemon) -> None:
    assert "--yes" in cli("visitors", "--delete").err
    assert daemon.asked_for("guard.forget") == []

    assert "已删除 3 条" in cli("visitors", "--delete", "--tunnel", "web", "--yes").out
    assert daemon.asked_for("guard.forget") == [(1, "")]


def test_a_trial_says_which_rule_would_turn_the_visitor_away(
    cli, daemon: ScriptedDaemon
) -> None:
    name = WEB.name
    assert "可以进来" in cli("guard", "test", name, "--from", "203.0.113.7").out

    daemon.guard.verdict = Verdict(address="203.0.113.7", is_on=False, rule=Rule.DENY)

    said = cli("guard", "test", name, "--from", "203.0.113.7").out
    assert "被拒绝：在拒绝名单里" in said
    assert "守卫关闭" in said


def test_rules_are_changed_and_shown(cli, daemon: ScriptedDaemon) -> None:
    name = WEB.name

    said = cli("guard", "on", name, "--max-per-address", "3").out
    assert "打开" in said
    cli("guard", "deny", name, "203.0.113.9/24", "::ffff:192.0.2.1")
    shown = cli("guard", "show", name, "--json").json
    assert shown == {
        "is_on": True,
        "deny": ["203.0.113.0/24", "192.0.2.1/32"],
        "max_per_address": 3,
    }
    cli("guard", "deny", name, "ru", "--remove")
    cli("guard", "deny", name, "--remove", "192.0.2.1")
    cli("guard", "on", name, "--max-per-address", "off")
    shown = cli("guard", "off", name, "--json").json
    assert shown == {"deny": ["203.0.113.0/24"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("deny", "{}", "here"), "'here' 不是地址或网段"),
        (("on", "{}", "--max-connections", "many"), "max_connections 不能是 many"),
        (("on", "{}", "--hours", "noon"), "'noon' 不是一周里的时段"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_asked(
    cli, daemon: ScriptedDaemon, words: tuple[str, ...], said: str
) -> None:
    name = WEB.name

    done = cli("guard", *(word.format(name) for word in words), "--json")

    assert done.code != 0
    assert said in done.err
    assert not daemon.asked_for("set_options")


def test_a_block_says_what_it_ended(cli, daemon: ScriptedDaemon) -> None:
    name = WEB.name

    assert "断开 2 个连接" in cli("guard", "block", name, "203.0.113.7").out


def test_countries_and_bans_are_rules_too_and_hold_for_all_tunnels_if_said(
    cli, daemon: ScriptedDaemon
) -> None:
    cli("guard", "deny", "@all", "ru", "203.0.113.7")
    ban = ("--ban-after", "5", "--ban-minutes", "90", "--ban-spare", "198.51.100.0/24")
    said = cli("guard", "on", "@all", *ban).out

    assert "RU" in said
    assert daemon.guard.common == Guard(
        deny=("203.0.113.7/32",),
        deny_countries=("RU",),
        ban=Ban(after=5, minutes=90, spare=("198.51.100.0/24",)),
    )
    cli("guard", "on", "@all", "--ban-after", "off", "--ban-spare", "off")
    assert daemon.guard.common.ban == Ban(minutes=90)
    assert (
        "ban.minutes 不能是 off"
        in cli("guard", "on", "web", "--ban-minutes", "off").err
    )


def test_a_trial_names_the_country_the_time_and_the_rule_for_all(
    cli, daemon: ScriptedDaemon
) -> None:
    daemon.guard.verdict = Verdict(
        address="203.0.113.7",
        is_on=True,
        rule=Rule.DENY_COUNTRY,
        why="RU",
        country="RU",
        is_global=True,
    )

    said = cli("guard", "test", "web", "--from", "203.0.113.7", "--at", "18:00").out

    assert "203.0.113.7 RU  被拒绝：国家在拒绝名单里 (RU)，全局规则" in said
    assert daemon.asked_for("guard.test")[-1] == (1, "203.0.113.7", "18:00")


def test_blocks_bans_and_passes_are_listed_and_lifted(
    cli, daemon: ScriptedDaemon
) -> None:
    assert "没有" in cli("guard", "list").err
    daemon.guard.stand = [
        Standing(tunnel=1, address="203.0.113.7", until=4e9, rule=Rule.BANNED),
        Standing(tunnel=1, address="203.0.113.8", until=4e9),
    ]

    lines = cli("guard", "list").lines
    assert "多次快速失败" in lines[1]
    assert "放行" in lines[2]
    assert cli("guard", "list", "--json").json[0]["rule"] == "banned"
    assert "已解除" in cli("guard", "lift", "web", "203.0.113.7").out
    assert "没有" in cli("guard", "lift", "web", "203.0.113.8", "--pass").out
    assert "可以进来" in cli("guard", "admit", "web", "203.0.113.9", "--hours", "3").out
    assert daemon.asked_for("guard.lift")[-1] == (1, "203.0.113.8", True)
    assert daemon.asked_for("guard.admit") == [(1, "203.0.113.9", 3)]


def test_rules_of_a_file_are_tried_and_not_set(
    cli, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    file = tmp_path / "new.json"
    file.write_text('{"deny": ["203.0.113.0/24"]}')
    args = ("guard", "test", "web", "--from", "203.0.113.7", "--rules", str(file))
    assert cli(*args).code == 0
    rules = Guard(deny=("203.0.113.0/24",))
    assert daemon.asked_for("guard.test_rules") == [
        (1, "203.0.113.7", rules, "", False)
    ]
    assert daemon.asked_for("set_options") == []
    file.write_text("[]")
    assert cli(*args).code == 2


def test_all_tunnels_are_tried_blocked_and_lifted_at_once(
    cli, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    file = tmp_path / "new.json"
    file.write_text("{}")
    trial = ("guard", "test", "@all", "--from", "203.0.113.7")
    assert cli(*trial).code == 0
    assert cli(*trial, "--rules", str(file)).code == 0
    assert "断开 2 个连接" in cli("guard", "block", "@all", "203.0.113.7").out
    assert "已解除" in cli("guard", "lift", "@all", "203.0.113.7").out
    assert cli("guard", "lift", "@all", "203.0.113.7", "--pass").code == 0

    assert daemon.asked_for("guard.test") == [(0, "203.0.113.7", "")]
    assert daemon.asked_for("guard.test_rules")[0][0] == 0
    assert daemon.asked_for("guard.block") == [(0, "203.0.113.7", 60)]
    assert daemon.asked_for("guard.lift")[-1] == (0, "203.0.113.7", True)
    daemon.guard.stand = [Standing(tunnel=0, address="203.0.113.7", until=4e9)]
    assert "所有隧道" in cli("guard", "list").lines[1]
    assert cli("guard", "admit", "@all", "203.0.113.7").code != 0


def test_where_a_ban_for_all_does_not_count_is_said(
    cli, serve: Callable[[ScriptedDaemon], ScriptedDaemon]
) -> None:
    kinds = {"ssh": "tcp", "game": "udp", "page": "http"}
    views = [
        TunnelView(
            id=number,
            name=name,
            tunnel=tmodel.tunnel(number, name=name, type=TunnelType(kind)),
            ladder=DOWN,
        )
        for number, (name, kind) in enumerate(kinds.items(), 1)
    ]
    serve(ScriptedDaemon(*views))

    said = cli("guard", "on", "@all", "--ban-after", "5").err
    assert "game, page" in said
    assert "ssh" not in said
    assert "game" not in cli("guard", "on", "@all", "--ban-after", "off").err
