from chmlfrp.control.domain import CreateDomain, DomainView, EditDomain
from chmlfrp.control.protocol import TunnelView
from chmlfrp.model.advice import AdviceCode, RecordAdvice
from chmlfrp.model.domain import RecordType, Subdomain
from support.scripted_daemon import ScriptedDaemon

MC = DomainView(
    record=Subdomain(
        id=1,
        domain="example.cn",
        record="mc",
        type=RecordType.CNAME,
        target="node.example",
    ),
    used_by=(3,),
)
WEB = TunnelView(id=3, name="web")


def test_names_are_listed_with_their_tunnels(cli, serve):
    serve(ScriptedDaemon(WEB)).domains.views = [MC]
    row = cli("domain", "list").lines[1].split()
    assert row == ["mc.example.cn", "CNAME", "node.example", "600", "web"]
    (shown,) = cli("domain", "list", "--json").json
    assert (shown["record"]["record"], shown["used_by"]) == ("mc", [3])
    assert cli("domain", "offers").lines[1].split() == ["example.cn", "是"]


def test_a_name_is_taken_for_a_tunnel(cli, serve):
    daemon = serve(ScriptedDaemon(WEB))
    done = cli("domain", "create", "mc.example.cn", "--tunnel", "web")
    assert (done.code, done.lines) == (0, ["mc.example.cn  CNAME  node.example"])
    wanted = CreateDomain(domain="example.cn", record="mc", tunnel=3)
    assert daemon.asked_for("domains.create") == [wanted]


def test_a_name_under_no_domain_is_refused(cli, serve):
    daemon = serve(ScriptedDaemon())
    done = cli("domain", "create", "mc.other.cn", "--type", "A", "--target", "1.2.3.4")
    assert (done.code, "chmlfrp domain offers" in done.err) == (2, True)
    assert not daemon.asked_for("domains.create")


def test_a_name_is_edited_and_given_back(cli, serve):
    daemon = serve(ScriptedDaemon(WEB))
    daemon.domains.views = [MC]
    name = "mc.example.cn"
    edited = cli("domain", "edit", name, "--target", "b.example", "--json")
    assert edited.json["record"]["target"] == "b.example"
    wanted = ("example.cn", "mc", EditDomain(target="b.example"))
    assert daemon.asked_for("domains.edit") == [wanted]
    assert cli("domain", "delete", name).code == 2
    assert cli("domain", "delete", name, "--yes").code == 0
    assert daemon.asked_for("domains.delete") == [("example.cn", "mc")]


def test_advice_is_worded(cli, serve):
    daemon = serve(ScriptedDaemon(WEB))
    daemon.domains.ways = [
        RecordAdvice(
            type=RecordType.A, target="1.2.3.4", codes=(AdviceCode.PORT_STAYS,)
        )
    ]
    done = cli("domain", "advice", "web")
    assert done.lines == ["A  1.2.3.4", "  访客仍要输入端口"]
    assert cli("domain", "advice", "web", "--json").json[0]["codes"] == ["port_stays"]
