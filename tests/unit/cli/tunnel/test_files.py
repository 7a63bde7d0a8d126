import json

import pytest

from chmlfrp.control.archive import FoundTunnel
from chmlfrp.control.protocol import CreateTunnel, TunnelView
from chmlfrp.errors import QuotaExceeded
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import TunnelType
from chmlfrp.model.tunnelfile import ImportCode, ImportNote
from support import tmodel
from support.scripted_daemon import DOWN, ScriptedDaemon

MC = FoundTunnel(
    section="mc",
    command=CreateTunnel(
        name="mc", node="", type=TunnelType.TCP, local_port=25565, remote_port=20001
    ),
    options=TunnelOptions(group="home"),
    notes=(ImportNote(code=ImportCode.NODE_UNKNOWN, detail="x.example"),),
)
BAD = FoundTunnel(
    section="p", notes=(ImportNote(code=ImportCode.TYPE_UNSUPPORTED, detail="stcp"),)
)


@pytest.fixture
def ini(tmp_path):
    path = tmp_path / "frpc.ini"
    path.write_text("[common]\ntoken = canary\n", "utf-8")
    return str(path)


def test_a_dry_run_creates_nothing(cli, serve, ini):
    daemon = serve(ScriptedDaemon())
    daemon.archive.found = [MC, BAD]
    done = cli("tunnel", "import", ini, "--node", "东京", "--dry-run")
    assert done.code == 1
    assert "会创建：mc  tcp  127.0.0.1:25565 -> 东京 20001" in done.err
    assert "p：服务不提供这种隧道：stcp" in done.err
    shown = cli("tunnel", "import", ini, "--dry-run", "--json").json
    assert shown[0]["notes"] == [{"code": "node_unknown", "detail": "x.example"}]
    assert not daemon.asked_for("create")
    (first, _) = daemon.asked_for("read_tunnels")
    assert "canary" in first.text.reveal()
    assert "canary" not in done.out + done.err


def test_tunnels_are_created_with_their_options(cli, serve, ini):
    daemon = serve(ScriptedDaemon())
    daemon.archive.found = [MC]
    done = cli("tunnel", "import", ini, "--node", "东京", "--any-port")
    assert done.code == 0
    (command,) = daemon.asked_for("create")
    assert (command.node, command.remote_port) == ("东京", None)
    assert daemon.asked_for("set_options") == [(50, TunnelOptions(group="home"))]


def test_rules_are_offered_for_what_a_file_would_publish(cli, serve, ini, monkeypatch):
    monkeypatch.setattr("chmlfrp.cli.tunnel.danger.listener_at", lambda *_: None)
    daemon = serve(ScriptedDaemon())
    ssh = CreateTunnel(name="s", node="n", type=TunnelType.TCP, local_port=22)
    daemon.archive.found = [FoundTunnel(section="s", command=ssh), MC]

    done = cli("tunnel", "import", ini, "--node", "n")
    assert "SSH" in done.err
    cli("tunnel", "import", ini, "--node", "n", "--rules", "suggested")

    guards = [command.guard for command in daemon.asked_for("create")]
    assert [guard and guard.ban.after for guard in guards] == [None, None, 5, None]


def test_a_tunnel_without_a_node_or_refused_is_told(cli, serve, ini):
    daemon = serve(ScriptedDaemon())
    daemon.archive.found = [MC]
    done = cli("tunnel", "import", ini)
    assert (done.code, "--node" in done.err) == (1, True)
    daemon.fails["create"] = QuotaExceeded("full", service_message="隧道数量超过限制")
    done = cli("tunnel", "import", ini, "--node", "东京")
    assert (done.code, "隧道数量超过限制" in done.err) == (1, True)
    assert cli("tunnel", "import", "/nowhere/frpc.ini").code == 2


def test_an_export_holds_what_is_needed_and_no_password(cli, serve):
    tunnel = tmodel.tunnel(1, name="web", extra="http_pwd = canary\nlocations = /")
    view = TunnelView(id=1, name="web", tunnel=tunnel, ladder=DOWN)
    serve(ScriptedDaemon(view))
    done = cli("tunnel", "export", "web")
    (row,) = json.loads(done.out)["tunnels"]
    assert (row["name"], row["extra"]) == ("web", "locations = /")
    assert "canary" not in done.out + done.err
    assert "密码没有导出" in done.err
