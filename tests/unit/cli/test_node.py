import msgspec

from chmlfrp.control.protocol import NodeView
from chmlfrp.errors import SignInRequired
from chmlfrp.model.node import NodeDetail, PortRange
from support.scripted_daemon import ScriptedDaemon

TOKYO = NodeView(id=1, name="日本东京", is_online=True, allows_web=True, area="日本")
GONE = NodeView(id=2, name="旧\x1b[2J", is_online=False)
DETAIL = NodeDetail(id=1, name="日本东京", host="n.example", ports=PortRange(1, 9))


def test_nodes_that_are_online_are_listed(cli, serve):
    serve(ScriptedDaemon()).node_views = [TOKYO, GONE]
    done = cli("node", "list")
    assert done.code == 0
    assert [line.split() for line in done.lines] == [
        [
            "编号",
            "名称",
            "地区",
            "状态",
            "会员",
            "建站",
            "UDP",
            "带宽占用",
            "隧道",
            "延迟",
        ],
        ["1", "日本东京", "日本", "在线", "否", "是", "?", "0%", "0", "-"],
    ]
    assert [n["id"] for n in cli("node", "list", "--json").json] == [1]


def test_all_nodes_include_offline_ones_and_no_control_characters(cli, serve):
    serve(ScriptedDaemon()).node_views = [TOKYO, GONE]
    done = cli("node", "list", "--all")
    assert "旧\\x1b[2J" in done.out
    assert "离线" in done.out
    nodes = cli("node", "list", "--all", "--json").json
    assert nodes == msgspec.to_builtins([TOKYO, GONE])


def test_no_node_is_said_beside_the_answer(cli, serve):
    serve(ScriptedDaemon())
    done = cli("node", "list")
    assert (done.code, done.out, done.err) == (0, "", "没有在线的节点\n")


def test_one_node_is_shown(cli, serve):
    serve(ScriptedDaemon()).node_details["日本东京"] = DETAIL
    done = cli("node", "show", "日本东京")
    assert "远程端口  1-9" in done.lines
    assert cli("node", "show", "日本东京", "--json").json == msgspec.to_builtins(DETAIL)


def test_a_node_that_is_not_there_is_refused_with_the_service_s_words(cli, serve):
    serve(ScriptedDaemon())
    done = cli("node", "show", "x")
    assert (done.code, done.out) == (1, "")
    assert "「节点不存在」" in done.err


def test_a_read_that_needs_an_account_asks_to_sign_in(cli, serve):
    serve(ScriptedDaemon()).fails["node"] = SignInRequired("nobody is signed in")
    assert cli("node", "show", "x").code == 4
