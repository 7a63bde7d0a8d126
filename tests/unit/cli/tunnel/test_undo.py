from chmlfrp.control.archive import DeletedTunnel, RestoreTunnel
from chmlfrp.control.protocol import TunnelView
from chmlfrp.model.options import TunnelOptions
from support import tmodel
from support.scripted_daemon import ScriptedDaemon

LATE = DeletedTunnel(number=4, at=2000.0, tunnel=tmodel.tunnel(8, name="web"))
EARLY = DeletedTunnel(number=2, at=1000.0, tunnel=tmodel.tunnel(7, name="mc"))


def test_what_was_deleted_is_listed_the_latest_first(cli, serve):
    daemon = serve(ScriptedDaemon())
    assert cli("tunnel", "deleted").err == "最近没有删除过隧道\n"
    assert cli("tunnel", "undelete").code == 2
    daemon.archive.rows = [LATE, EARLY]
    rows = [line.split() for line in cli("tunnel", "deleted").lines[1:]]
    assert [(row[0], row[3]) for row in rows] == [("4", "web"), ("2", "mc")]
    assert cli("tunnel", "deleted", "--json").json[0]["tunnel"]["name"] == "web"


def test_the_latest_is_made_again_or_the_one_that_is_named(cli, serve):
    daemon = serve(ScriptedDaemon())
    daemon.archive.rows = [LATE, EARLY]
    assert cli("tunnel", "undelete").out == "已重新创建隧道 web (8)\n"
    assert cli("tunnel", "undelete", "mc", "--start", "--any-port").code == 0
    assert cli("tunnel", "undelete", "2", "--json").json["name"] == "mc"
    assert cli("tunnel", "undelete", "x").code == 2
    assert daemon.asked_for("restore") == [
        (4, RestoreTunnel()),
        (2, RestoreTunnel(start=True, any_port=True)),
        (2, RestoreTunnel()),
    ]


def test_tunnels_are_filed_and_remembered(cli, serve):
    web = TunnelView(id=1, name="web", tunnel=tmodel.tunnel(1, name="web"))
    filed = TunnelView(id=2, name="mc", options=TunnelOptions(group="游戏"))
    daemon = serve(ScriptedDaemon(web, filed))
    done = cli("tunnel", "edit", "web", "--group", "家", "--remark", "路由器后面")
    assert done.lines == ["分组：- -> 家", "备注：- -> 路由器后面"]
    wanted = TunnelOptions(group="家", remark="路由器后面")
    assert daemon.asked_for("set_options") == [(1, wanted)]
    assert cli("tunnel", "edit", "web", "--group", "").code == 0
    assert daemon.tunnel_options[1] == TunnelOptions(remark="路由器后面")
    assert cli("tunnel", "edit", "web", "--remark", "a\nb").code == 2
    listed = cli("tunnel", "list", "--group", "游戏", "--json").json
    assert [one["name"] for one in listed] == ["mc"]
