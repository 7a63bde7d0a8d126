import socket

import pytest

from chmlfrp.local.lanworld import LanWorld
from chmlfrp.local.listeners import Listener

ROWS = [
    Listener(port=445, protocol="tcp", addresses=("0.0.0.0",)),
    Listener(
        port=25565, protocol="tcp", addresses=("127.0.0.1",), pid=7, process="java"
    ),
    Listener(port=53, protocol="udp", addresses=("0.0.0.0",), pid=8, process="named"),
]


@pytest.fixture
def _three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chmlfrp.cli.tool.look.listeners", lambda: ROWS)


@pytest.mark.usefixtures("_three")
def test_listening_ports_are_shown_with_what_they_would_be(cli):
    done = cli("tool", "ports")
    assert done.lines[1].split() == [
        *("445", "tcp", "0.0.0.0", "（别的用户的程序）", "Windows", "文件共享")
    ]
    assert done.lines[2].split()[-3:] == ["java", "(7)", "-"]
    shown = cli("tool", "ports", "--udp", "--json").json
    assert [row["exposed"] and row["exposed"]["danger"] for row in shown] == [
        "severe",
        None,
        "severe",
    ]


@pytest.mark.usefixtures("_three")
def test_one_port_is_warned_of(cli):
    done = cli("tool", "port", "445")
    assert (done.code, "不要公开" in done.err) == (0, True)
    nobody = cli("tool", "port", "1")
    assert (nobody.code, nobody.out) == (1, "")
    assert cli("tool", "port", "1", "--json").json == []


def test_a_port_of_this_test_is_found(cli):
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        shown = cli("tool", "port", str(number), "--json").json
    assert shown[0]["listener"]["addresses"] == ["127.0.0.1"]


def test_worlds_of_the_lan_are_shown(cli, monkeypatch):
    found = [LanWorld(name="新的世界", host="127.0.0.1", port=51234)]

    async def hear(_: float) -> list[LanWorld]:
        return found

    monkeypatch.setattr("chmlfrp.local.lanworld.find_worlds", hear)
    assert cli("tool", "lan").out == "127.0.0.1:51234  新的世界\n"
    assert cli("tool", "lan", "--json").json[0]["port"] == 51234
    found.clear()
    assert "对局域网开放" in cli("tool", "lan").err
