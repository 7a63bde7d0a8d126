import msgspec
import pytest

from chmlfrp.control.protocol import SessionState, TunnelView
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import TunnelType
from chmlfrp.words.language import Language
from support import tmodel
from support.scripted_daemon import (
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
    tunnel=tmodel.tunnel(1, name="web", encryption=True, extra="a\nb"),
    wanted=True,
    ladder=UP,
    address="node.example:20001",
    is_link_encrypted=True,
    pid=77,
)
OLD = msgspec.structs.replace(IN, seen_at=900.0)
NEVER = msgspec.structs.replace(IN, seen_at=None)


def test_a_list_that_is_fresh_is_not_asked_for_again(cli, serve):
    daemon = serve(ScriptedDaemon(WEB))
    done = cli("tunnel", "list")
    assert (done.code, done.err) == (0, "")
    assert [line.split()[1] for line in done.lines] == ["名称", "web"]
    assert daemon.asked == []


@pytest.mark.parametrize("session", [OLD, NEVER])
def test_a_list_that_is_old_is_asked_for_first(cli, serve, session):
    daemon = serve(ScriptedDaemon(session=session))
    daemon.on_refresh = (WEB,)
    answer = cli("tunnel", "list", "--json").json
    assert [tunnel["name"] for tunnel in answer] == ["web"]
    assert daemon.asked_for("refresh") == [None]


def test_a_list_that_may_be_old_says_so_beside_the_answer(cli, serve):
    trouble = Reason(Code.SERVICE_UNREACHABLE)
    daemon = serve(
        ScriptedDaemon(WEB, session=msgspec.structs.replace(OLD, trouble=trouble))
    )
    done = cli("tunnel", "list")
    assert done.code == 0
    assert done.err.startswith("注意：连不上 ChmlFrp 服务；隧道列表是 100 秒前的")
    assert "web" in done.out
    assert daemon.asked == []


def test_why_a_tunnel_is_not_up_stands_below_the_list(cli, serve):
    bad = msgspec.structs.replace(WEB, ladder=refused(Code.TOO_MANY, "max 1"))
    serve(ScriptedDaemon(bad))
    assert cli("tunnel", "list").lines[-1] == (
        "web：隧道数量超过节点的限制「max 1」；停掉或删除一些隧道"
    )


def test_no_tunnels_yet_is_said_beside_the_answer(cli, serve):
    serve(ScriptedDaemon())
    done = cli("tunnel", "list")
    assert (done.code, done.out) == (0, "")
    assert "chmlfrp tunnel create" in done.err
    assert cli("tunnel", "list", "--json").json == []


@pytest.mark.parametrize("verb", [["list"], ["show", "web"], ["start", "--all"]])
def test_nobody_signed_in_asks_for_it(cli, serve, verb):
    serve(ScriptedDaemon(session=OUT))
    done = cli("tunnel", *verb)
    assert (done.code, done.out) == (4, "")
    assert done.err == "错误：尚未登录\n办法：chmlfrp login\n"


def test_tunnels_that_go_on_are_listed_after_a_sign_out(cli, serve):
    session = msgspec.structs.replace(OUT, state=SessionState.SIGNED_OUT)
    serve(ScriptedDaemon(WEB, session=session))
    assert "web" in cli("tunnel", "list").out


@pytest.mark.parametrize("name", ["web", "1"])
def test_all_about_one_tunnel_is_shown(cli, serve, name):
    serve(ScriptedDaemon(WEB))
    done = cli("tunnel", "show", name)
    assert (done.code, done.err) == (0, "")
    assert dict(line.split(maxsplit=1) for line in done.lines if " " in line) == {
        "编号": "1",
        "名称": "web",
        "状态": "已连通",
        "公网地址": "node.example:20001",
        "本地": "127.0.0.1:8080",
        "类型": "tcp",
        "节点": "日本东京",
        "远程端口": "20001",
        "加密": "是",
        "压缩": "否",
        "额外参数": "a b",
        "账户记录": "已取得",
        "frpc": "进程  运行中（进程 77）",
        "节点连接": "已登录节点，TLS",
        "公网入口": "已开通",
        "可达性": "可以访问",
    }
    assert cli("tunnel", "show", name, "--json").json["summary"] == "up"


def test_a_link_in_clear_and_what_was_said_are_shown(cli, serve):
    bad = msgspec.structs.replace(
        WEB,
        tunnel=tmodel.tunnel(
            1, type=TunnelType.HTTP, domain="a.example", remote_port=None
        ),
        ladder=refused(Code.DOMAIN_IN_USE, "taken"),
        is_link_encrypted=False,
    )
    serve(ScriptedDaemon(bad))
    out = cli("tunnel", "show", "web", lang=Language.EN).out
    assert "logged in, in clear" in out
    assert 'refused by the node "taken"' in out
    assert "a.example" in out
    assert out.splitlines()[-1].startswith("web: the domain is in use")


def test_a_tunnel_that_is_not_there_is_looked_for_and_refused(cli, serve):
    serve(ScriptedDaemon(WEB))
    done = cli("tunnel", "show", "x\x1b")
    assert (done.code, done.out) == (1, "")
    assert done.err == "错误：账户里没有隧道 x\\x1b\n办法：chmlfrp tunnel list\n"


def test_a_name_that_is_another_s_number_is_not_guessed(cli, serve):
    serve(ScriptedDaemon(WEB, TunnelView(id=2, name="1", ladder=DOWN)))
    done = cli("tunnel", "show", "1")
    assert done.code == 2
    assert done.err == "错误：隧道 1 不唯一：1 (web), 2 (1)\n办法：用编号指定\n"
