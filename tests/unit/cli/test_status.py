import msgspec

from chmlfrp.control.protocol import SessionState, TunnelView
from chmlfrp.engine.health import NETWORK
from chmlfrp.model.health import HealthItem, Severity
from chmlfrp.model.reason import Code, Reason
from chmlfrp.words.language import Language
from support import tmodel
from support.scripted_daemon import (
    CONNECTING,
    DOWN,
    IN,
    OUT,
    UP,
    ScriptedDaemon,
    refused,
)

WEB = TunnelView(
    id=1,
    name="web",
    tunnel=tmodel.tunnel(1, name="web"),
    wanted=True,
    ladder=UP,
    address="node.example:20001",
)
GAME = TunnelView(
    id=2,
    name="game",
    tunnel=tmodel.tunnel(2, name="game", local_host="::1"),
    wanted=True,
    ladder=refused(Code.PORT_IN_USE, "port already used"),
)
IDLE = TunnelView(id=3, name="idle", tunnel=tmodel.tunnel(3), ladder=DOWN)


def test_problems_come_first_then_account_then_tunnels(cli, serve):
    serve(ScriptedDaemon(WEB, GAME, IDLE))
    done = cli("status")
    assert done.code == 0
    assert done.err == ""
    assert done.lines[0] == (
        "! game：远程端口被占用「port already used」；"
        "换一个端口：chmlfrp tunnel edit 隧道 --remote-port 端口"
    )
    assert done.lines[1] == ("alice（免费用户） · 隧道 2/8 · http://127.0.0.1:8000")
    assert done.lines[2].startswith("守护进程 0.1.0，进程 ")
    assert [line.split() for line in done.lines[4:]] == [
        ["编号", "名称", "状态", "公网地址", "本地", "类型", "节点"],
        [
            "1",
            "web",
            "已连通",
            "node.example:20001",
            "127.0.0.1:8080",
            "tcp",
            "日本东京",
        ],
        ["2", "game", "失败", "-", "[::1]:8080", "tcp", "日本东京"],
        ["3", "idle", "已停止", "-", "127.0.0.1:8080", "tcp", "日本东京"],
    ]


def test_english_is_complete(cli, serve):
    serve(ScriptedDaemon(GAME))
    lines = cli("status", lang=Language.EN).lines
    assert lines[0].startswith('! game: the remote port is in use "port already used"')
    assert lines[1].startswith("alice (免费用户) · tunnels 2/8")
    assert lines[4].split() == [
        "ID",
        "NAME",
        "STATE",
        "ADDRESS",
        "LOCAL",
        "TYPE",
        "NODE",
    ]
    assert "failed" in lines[5]


def test_json_has_a_stable_shape_and_no_secret(cli, serve):
    serve(ScriptedDaemon(WEB, GAME))
    answer = cli("status", "--json").json
    assert set(answer) == {"daemon", "session", "tunnels", "health"}
    assert set(answer["session"]) == {
        *("state", "service_url", "account", "others", "trouble", "seen_at"),
    }
    web, game = answer["tunnels"]
    assert set(web) == {
        *("id", "account", "name", "wanted", "summary", "address", "tunnel", "ladder"),
        *("is_link_encrypted", "restarts", "is_slow", "held_until", "pid", "cached_at"),
        *("unwell", "retry_in_s", "options"),
    }
    assert (web["summary"], web["unwell"]) == ("up", None)
    assert (game["summary"], game["unwell"]) == ("failed", "proxy")
    assert game["ladder"]["proxy"] == {
        "state": "refused",
        "reason": {"code": "proxy.port_in_use", "detail": "port already used"},
        "until": None,
    }


def test_the_next_try_is_told_in_seconds(cli, serve):
    ladder = refused(Code.PORT_IN_USE, until=1012.0)
    waiting = msgspec.structs.replace(GAME, ladder=ladder)
    serve(ScriptedDaemon(waiting))
    assert "；12 秒后重试；" in cli("status").lines[0]
    (tunnel,) = cli("status", "--json").json["tunnels"]
    assert (tunnel["summary"], tunnel["retry_in_s"]) == ("waiting", 12)


def test_without_a_daemon_nothing_is_started(cli, home):
    done = cli("status")
    assert (done.code, done.out) == (3, "")
    assert done.err == "错误：守护进程没有运行\n办法：chmlfrp daemon start\n"
    assert not home.exists()


def test_without_a_daemon_json_says_so_too(cli):
    done = cli("status", "--json")
    assert done.code == 3
    assert done.json == {
        "daemon": None,
        "session": None,
        "tunnels": [],
        "health": [],
    }


def test_signed_out_is_a_problem_with_a_way_out(cli, serve):
    serve(ScriptedDaemon(session=OUT))
    done = cli("status")
    assert done.code == 0
    assert done.lines[0] == "! 未登录：运行 chmlfrp login"
    assert done.lines[1] == "未登录 · http://127.0.0.1:8000"


def test_trouble_with_the_service_says_how_old_the_list_is(cli, serve):
    trouble = Reason(Code.SERVICE_UNREACHABLE, "timed out")
    session = msgspec.structs.replace(IN, trouble=trouble, seen_at=940.0)
    serve(ScriptedDaemon(session=session))
    assert cli("status").lines[0] == (
        "! 连不上 ChmlFrp 服务「timed out」；隧道列表是 60 秒前的；"
        "检查网络；已连通的隧道不受影响"
    )


def test_a_refused_token_is_shown_while_tunnels_go_on(cli, serve):
    session = msgspec.structs.replace(
        IN, state=SessionState.REFUSED, trouble=Reason(Code.SIGNED_OUT, "无效的token")
    )
    serve(ScriptedDaemon(WEB, session=session))
    lines = cli("status").lines
    assert lines[0].startswith("! 登录已失效或尚未登录「无效的token」")
    assert "登录已失效" in lines[1]
    assert "web" in lines[-1]


def test_a_tunnel_of_which_nothing_is_known_has_its_number(cli, serve):
    serve(ScriptedDaemon(TunnelView(id=9, wanted=True, ladder=CONNECTING)))
    lines = cli("status").lines
    assert lines[0] == "! #9：节点连接：正在连接"
    assert lines[-1].split() == ["9", "-", "正在启动", "-", "-", "-", "-"]


def test_a_cause_is_shown_instead_of_the_tunnels_that_suffer_from_it(cli, serve):
    daemon = ScriptedDaemon(WEB, GAME)
    daemon.is_unwell(HealthItem(key=NETWORK, severity=Severity.ERROR, since=0))
    serve(daemon)
    done = cli("status")
    assert "这台电脑没有网络" in done.lines[0]
    assert not any("game：" in line for line in done.lines)
