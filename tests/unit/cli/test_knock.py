"""Knock links on the command line, before a daemon that answers what it is told."""

from collections.abc import Callable

import msgspec
import pytest

from chmlfrp.control.knock import MakeKnock, PageView
from chmlfrp.control.protocol import TunnelView
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelType
from support import tmodel
from support.scripted_daemon import DOWN, ScriptedDaemon

WEB = TunnelView(id=1, name="web", tunnel=tmodel.tunnel(1, name="web"), ladder=DOWN)


@pytest.fixture
def daemon(serve: Callable[[ScriptedDaemon], ScriptedDaemon]) -> ScriptedDaemon:
    daemon = ScriptedDaemon(WEB)
    serve(daemon)
    return daemon


def test_a_one_time_link_is_printed_this_once(cli, daemon: ScriptedDaemon) -> None:
    daemon.knock.open_tunnels = (1,)
    done = cli("knock", "make", "web", "--expires", "2h", "--lasts", "30m")

    assert done.lines == ["http://knock.example/k/abcdefghijkl0.t0ken"]
    assert "guard on 1 --knock-hours" in done.err
    (asked,) = daemon.asked_for("knock.make")
    assert asked == MakeKnock(tunnels=(1,), expires_s=7200, lasts_s=1800)
    row = cli("knock", "list").lines[1]
    assert "abcdefghijkl0" in row
    assert "t0ken" not in row


def test_a_password_comes_from_stdin_and_is_never_shown(
    cli, daemon: ScriptedDaemon
) -> None:
    done = cli(
        *("knock", "make", "web", "--password-stdin", "--expires", "never", "--json"),
        stdin="open sesame\n",
    )

    (asked,) = daemon.asked_for("knock.make")
    assert (asked.password, asked.expires_s) == (Secret("open sesame"), None)
    assert done.json["url"] == done.json["link"]["url"]
    assert "sesame" not in done.out + done.err


def test_what_cannot_be_is_said_before_anything_is_asked(
    cli, daemon: ScriptedDaemon
) -> None:
    assert cli("knock", "make", "web", "--once", "--password").code == 2
    assert "不是时长" in cli("knock", "make", "web", "--lasts", "long").err
    assert "没有写隧道" in cli("knock", "make").err
    assert "没有写节点" in cli("knock", "page", "--domain", "a.example").err
    assert daemon.asked_for("knock.make") == []


def test_a_link_is_revoked(cli, daemon: ScriptedDaemon) -> None:
    assert "没有链接" in cli("knock", "list").err
    assert "2 个地址不能再来" in cli("knock", "revoke", "abcd").out
    assert daemon.asked_for("knock.revoke") == ["abcd"]


def test_the_page_is_published_behind_a_guard_of_its_own(
    cli, daemon: ScriptedDaemon
) -> None:
    done = cli("knock", "page", "--node", "n", "--domain", "k.example")

    assert "http://knock.example" in done.out
    (made,) = daemon.asked_for("create")
    assert (made.type, made.local_port, made.domain) == (
        TunnelType.HTTP,
        7417,
        "k.example",
    )
    ((tunnel, options),) = daemon.asked_for("set_options")
    assert tunnel == 50
    assert options.guard.is_on
    assert options.guard.max_per_address
    assert daemon.asked_for("start") == [frozenset({50})]


def test_a_page_that_nobody_reaches_says_what_to_do(
    cli, daemon: ScriptedDaemon
) -> None:
    daemon.knock.place = PageView(port=7417, is_open=True)
    done = cli("knock", "page")
    assert "127.0.0.1:7417" in done.out
    assert "knock page --node" in done.err
    assert "knock page --node" in cli("knock", "make", "web").err
    daemon.knock.place = msgspec.structs.replace(daemon.knock.place, tunnel=9)
    assert "guard on 9" in cli("knock", "page").err
