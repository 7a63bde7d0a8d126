from chmlfrp.control.protocol import NodeView
from chmlfrp.control.survey import MeasureNodes, NodeMeasured
from chmlfrp.model.latency import LatencyPoint, LatencyTrouble
from chmlfrp.model.node import DayUptime, NodeUptime
from chmlfrp.model.recommend import Recommendation, Why
from support.scripted_daemon import ScriptedDaemon

FAST = NodeMeasured(node="东京", point=LatencyPoint(at=1.0, ms=42.4), done=1, total=2)
DEAD = NodeMeasured(
    node="旧",
    point=LatencyPoint(at=1.0, trouble=LatencyTrouble.TIMEOUT),
    done=2,
    total=2,
)


def test_each_node_is_shown_as_it_is_measured(cli, serve):
    daemon = serve(ScriptedDaemon())
    daemon.survey.measured = [FAST, DEAD]
    done = cli("node", "test")
    assert done.lines == ["[1/2]  东京  42 ms", "[2/2]  旧  超时"]
    assert cli("node", "test", "旧", "--json").out.count("\n") == 2
    asked = daemon.asked_for("survey.measure")
    assert asked == [MeasureNodes(), MeasureNodes(names=("旧",))]


def test_what_was_measured_is_kept_to_be_looked_at(cli, serve):
    daemon = serve(ScriptedDaemon())
    assert "chmlfrp node test" in cli("node", "latency", "东京").err
    daemon.survey.points = [LatencyPoint(at=1.0, ms=4.25)]
    assert cli("node", "latency", "东京").out.endswith("  4.2 ms\n")
    assert cli("node", "latency", "东京", "--json").json[0]["ms"] == 4.25


def test_days_of_one_node_and_the_mean_of_all(cli, serve):
    daemon = serve(ScriptedDaemon())
    days = (
        DayUptime(day="2026-11-22", percent=50),
        DayUptime(day="2026-11-23", percent=100),
    )
    daemon.survey.uptimes = [NodeUptime(id=1, name="东京", days=days)]
    assert cli("node", "uptime").lines[1].split() == ["东京", "75.00%"]
    one = cli("node", "uptime", "东京", "--days", "2")
    assert one.lines[1] == "2026-11-23  100.00%  " + "#" * 20
    assert daemon.asked_for("survey.uptime") == [(30, ""), (2, "东京")]
    assert cli("node", "uptime", "--days", "91").code == 2
    assert cli("node", "uptime", "--json").json[0]["days"][0]["percent"] == 50


def test_a_recommendation_says_why(cli, serve):
    daemon = serve(ScriptedDaemon())
    assert "没有合适的节点" in cli("node", "recommend").err
    daemon.survey.recommended = [
        Recommendation(node="东京", score=1.0, why=(Why.NEAREST, Why.QUIET))
    ]
    done = cli("node", "recommend", "--type", "udp")
    assert done.lines[1].split() == ["东京", "-", "0%", "延迟最低，负载低"]
    shown = cli("node", "recommend", "--json").json
    assert shown[0]["why"] == ["nearest", "quiet"]
    assert [str(kind) for kind in daemon.asked_for("survey.recommend")][1] == "udp"


def test_favourites_are_kept_and_listed(cli, serve):
    daemon = serve(ScriptedDaemon())
    assert cli("node", "favourite", "东京").code == 0
    assert cli("node", "favourite", "东京", "--off").code == 0
    assert daemon.asked_for("survey.favour") == [("东京", True), ("东京", False)]
    daemon.node_views = [
        NodeView(id=1, name="a", is_online=True),
        NodeView(id=2, name="b", is_online=True, is_favourite=True, latency_ms=12.0),
    ]
    done = cli("node", "list", "--favourites")
    assert done.lines[1].split()[1:3] == ["b", "★"]
    assert done.lines[1].endswith("12 ms")
