import sys

import msgspec
import pytest

from chmlfrp.cli.tunnel import wait
from chmlfrp.control.protocol import CreateTunnel, EditTunnel, TunnelView
from chmlfrp.errors import InvalidInput, PortTaken, SignInRequired
from chmlfrp.local.ports import free_port
from chmlfrp.model.reason import Code
from chmlfrp.model.tunnel import TunnelType
from support import tmodel
from support.scripted_daemon import DOWN, IN, UP, ScriptedDaemon, refused
from support.terminal import on_terminal

WEB = TunnelView(id=1, name="web", tunnel=tmodel.tunnel(1, name="web"), ladder=DOWN)
GAME = TunnelView(id=2, name="game", tunnel=tmodel.tunnel(2, name="game"), ladder=DOWN)
CREATE = ("tunnel", "create", "--type", "tcp", "--node", "n", "--local-port")
COMMAND = [sys.executable, "-m", "chmlfrp"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(wait, "OLD_NEWS_S", 0.1)


@pytest.fixture
def listening(monkeypatch):
    asked = []

    def answer(port, host="127.0.0.1"):
        asked.append((host, port))
        return True

    monkeypatch.setattr("chmlfrp.local.ports.listening", answer)
    return asked


def test_what_is_left_out_the_daemon_chooses(cli, serve, listening):
    daemon = serve(ScriptedDaemon())
    done = cli(*CREATE, "8080")
    assert (done.code, done.out, done.err) == (0, "已创建隧道 r4nd0m (50)\n", "")
    expected = CreateTunnel(node="n", type=TunnelType.TCP, local_port=8080)
    assert daemon.asked_for("create") == [expected]
    assert listening == [("127.0.0.1", 8080)]


def test_every_field_can_be_named(cli, serve, listening):
    daemon = serve(ScriptedDaemon())
    done = cli(
        *("tunnel", "create", "--type", "http", "--node", "n", "--local-port", "80"),
        *("--local-host", "::1", "--name", "web", "--domain", "a.example"),
        *("--encryption", "--compression", "--extra", "x = 1", "--json"),
    )
    assert done.json["name"] == "web"
    assert done.json["summary"] == "stopped"
    assert daemon.asked_for("create") == [
        CreateTunnel(
            node="n",
            type=TunnelType.HTTP,
            local_port=80,
            local_host="::1",
            name="web",
            domain="a.example",
            encryption=True,
            compression=True,
            extra="x = 1",
        )
    ]


def test_a_local_port_where_nothing_listens_is_pointed_out(cli, serve):
    serve(ScriptedDaemon())
    port = free_port()
    done = cli(*CREATE, str(port))
    assert done.code == 0
    assert done.err.startswith(f"注意：127.0.0.1:{port} 上现在没有程序在监听")


def test_a_new_tunnel_can_be_started_at_once(cli, serve, listening):
    daemon = serve(ScriptedDaemon())
    up = TunnelView(id=50, name="r4nd0m", wanted=True, ladder=UP, address="n:1")
    daemon.becomes["create"] = [{50: up}]
    done = cli(*CREATE, "80", "--start")
    assert (done.code, done.lines[-1]) == (0, "r4nd0m  已连通  n:1")
    assert daemon.asked_for("create")[0].start is True
    assert cli(*CREATE, "80", "--start", "--json").json["summary"] == "up"
    assert cli(*CREATE, "80", "--start", "--no-wait").code == 0


def test_a_new_tunnel_that_does_not_come_up_is_made_all_the_same(cli, serve, listening):
    daemon = serve(ScriptedDaemon())
    bad = refused(Code.PORT_NOT_ALLOWED)
    failed = TunnelView(id=50, name="r4nd0m", wanted=True, ladder=bad)
    daemon.becomes["create"] = [{50: failed}]
    done = cli(*CREATE, "80", "--start")
    assert done.code == 1
    assert done.out.startswith("已创建隧道")
    assert "节点不开放这个远程端口" in done.err
    assert cli(*CREATE, "80", "--start", "--json").json["unwell"] == "proxy"


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (
            InvalidInput(
                "an http tunnel needs a domain",
                hint="name the domain that points at the node",
            ),
            2,
            "错误：http 隧道需要一个域名\n办法：写上已解析到节点的域名\n",
        ),
        (PortTaken("x", service_message="端口占用"), 1, "远程端口已被占用「端口占用」"),
        (SignInRequired("nobody is signed in"), 4, "尚未登录"),
    ],
)
def test_a_creation_that_is_refused_says_why(cli, serve, error, code, told):
    serve(ScriptedDaemon()).fails["create"] = error
    done = cli(*CREATE, "80")
    assert (done.code, done.out) == (code, "")
    assert told in done.err


def test_only_the_named_fields_are_changed_and_the_difference_shown(
    cli, serve, listening
):
    daemon = serve(ScriptedDaemon(WEB))
    done = cli("tunnel", "edit", "web", "--local-port", "9", "--encryption")
    assert done.code == 0
    assert done.lines == ["本地端口：8080 -> 9", "加密：否 -> 是"]
    assert daemon.asked_for("edit") == [(1, EditTunnel(local_port=9, encryption=True))]
    assert listening == [("127.0.0.1", 9)]


@pytest.mark.parametrize(
    ("option", "field", "value"),
    [
        (["--name", "b"], "name", "b"),
        (["--node", "m"], "node", "m"),
        (["--type", "udp"], "type", TunnelType.UDP),
        (["--local-host", "10.0.0.1"], "local_host", "10.0.0.1"),
        (["--remote-port", "7"], "remote_port", 7),
        (["--domain", "a.b"], "domain", "a.b"),
        (["--no-encryption"], "encryption", False),
        (["--compression"], "compression", True),
        (["--extra", ""], "extra", ""),
    ],
)
def test_each_field_can_be_changed_alone(cli, serve, listening, option, field, value):
    daemon = serve(ScriptedDaemon(WEB))
    assert cli("tunnel", "edit", "1", *option).code == 0
    assert daemon.asked_for("edit") == [(1, EditTunnel(**{field: value}))]


def test_an_edit_answers_in_json(cli, serve, listening):
    serve(ScriptedDaemon(WEB))
    answer = cli("tunnel", "edit", "web", "--local-port", "9", "--json").json
    assert answer["differences"] == [
        {"field": "local_port", "before": 8080, "after": 9}
    ]
    assert answer["tunnel"]["local_port"] == 9


def test_an_edit_that_changes_nothing_says_so(cli, serve):
    serve(ScriptedDaemon(WEB))
    assert cli("tunnel", "edit", "web", "--local-port", "8080").out == "没有变化\n"


def test_an_edit_without_a_field_is_wrong_usage(cli, serve):
    daemon = serve(ScriptedDaemon(WEB))
    done = cli("tunnel", "edit", "web")
    assert done.code == 2
    assert daemon.asked == []


def test_deleting_is_not_guessed_without_a_terminal(cli, serve):
    daemon = serve(ScriptedDaemon(WEB))
    done = cli("tunnel", "delete", "web", stdin="y\n")
    assert (done.code, done.out) == (2, "")
    assert done.err == "错误：没有终端，不能确认删除\n办法：加上 --yes\n"
    assert daemon.asked == []


def test_tunnels_are_deleted(cli, serve):
    daemon = serve(ScriptedDaemon(WEB, GAME))
    done = cli("tunnel", "delete", "--yes", "web", "2")
    assert (done.code, done.lines) == (0, ["已删除：web (1)", "已删除：game (2)"])
    assert daemon.asked_for("delete") == [1, 2]


def test_a_deletion_that_is_refused_does_not_hold_up_the_others(cli, serve):
    class Refusing(ScriptedDaemon):
        async def delete(self, tunnel_id):
            if tunnel_id == 1:
                raise SignInRequired("x", service_message="无效的token")
            await super().delete(tunnel_id)

    serve(Refusing(WEB, GAME))
    done = cli("tunnel", "delete", "--all", "-y")
    assert (done.code, done.out) == (4, "已删除：game (2)\n")
    assert "「无效的token」" in done.err


@pytest.mark.parametrize(
    ("answer", "code", "deleted"), [("y\n", 0, [1]), ("\n", 1, []), ("n\n", 1, [])]
)
def test_a_terminal_is_asked_before_anything_is_deleted(
    serve, monkeypatch, answer, code, deleted
):
    monkeypatch.setenv("CHMLFRP_LANG", "zh")
    daemon = serve(ScriptedDaemon(WEB, session=msgspec.structs.replace(IN)))
    command = [*COMMAND, "tunnel", "delete", "web"]
    got, shown = on_terminal(command, ("[y/N]", answer))
    assert (got, daemon.asked_for("delete")) == (code, deleted), shown
    assert "从账户中删除这 1 条隧道？" in shown


def test_what_strangers_should_not_reach_is_warned_of(cli, serve):
    serve(ScriptedDaemon())
    made = ("tunnel", "create", "--type", "tcp", "--node", "x", "--local-port")
    assert "Windows 远程桌面" in cli(*made, "3389").err
    assert "强密码" not in cli(*made, "25565").err


def test_rules_are_offered_for_what_is_dangerous_to_publish(
    cli, serve, listening, monkeypatch
):
    monkeypatch.setattr("chmlfrp.cli.tunnel.danger.listener_at", lambda *_: None)
    daemon = serve(ScriptedDaemon())

    done = cli(*CREATE, "22")
    assert "SSH" in done.err
    assert "--rules suggested" in done.err
    cli(*CREATE, "22", "--rules", "suggested")
    cli(*CREATE, "22", "--rules", "none")

    guards = [command.guard for command in daemon.asked_for("create")]
    assert [guard and guard.ban.after for guard in guards] == [None, 5, None]


def test_an_edit_offers_rules_before_something_dangerous_is_published(
    cli, serve, listening, monkeypatch
):
    monkeypatch.setattr("chmlfrp.cli.tunnel.danger.listener_at", lambda *_: None)
    daemon = serve(ScriptedDaemon(WEB))

    done = cli("tunnel", "edit", "web", "--local-port", "22")
    assert "SSH" in done.err
    assert "--rules suggested" in done.err
    assert not daemon.asked_for("set_options")
    cli("tunnel", "edit", "web", "--local-port", "22", "--rules", "suggested")
    cli("tunnel", "edit", "web", "--name", "other", "--rules", "suggested")

    ((number, options),) = daemon.asked_for("set_options")
    assert (number, options.guard.ban.after) == (1, 5)
    names = [name for name, _ in daemon.asked if name in ("edit", "set_options")]
    assert names == ["edit", "set_options", "edit", "edit"]
