import pytest

from chmlfrp.model.advice import AdviceCode, advise, users_of
from chmlfrp.model.domain import RecordType, Subdomain, SubdomainSpec
from chmlfrp.model.tunnel import TunnelType
from support import tmodel

WEB = {"type": TunnelType.HTTP, "remote_port": None, "domain": "a.example.cn"}


def record(kind: RecordType, target: str, name: str = "a") -> Subdomain:
    return Subdomain(id=1, domain="example.cn", record=name, type=kind, target=target)


@pytest.mark.parametrize(
    ("host", "kind"),
    [("1.2.3.4", "A"), ("2001:db8::1", "AAAA"), ("node.example", "CNAME")],
)
def test_the_type_follows_from_where_the_node_is(host, kind):
    (way,) = advise(tmodel.tunnel(node_host=host))
    assert (way.type, way.target) == (kind, host)
    assert AdviceCode.PORT_STAYS in way.codes


@pytest.mark.parametrize("host", ["", "a b", "localhost"])
def test_nothing_is_advised_where_the_node_s_address_is_unknown(host):
    assert advise(tmodel.tunnel(node_host=host)) == ()


def test_a_minecraft_server_is_found_without_its_port():
    best, direct = advise(tmodel.tunnel(local_port=25565, remote_port=20007))
    assert (best.type, best.prefix) == (RecordType.SRV, "_minecraft._tcp")
    assert best.target == "0 5 20007 node.example"
    assert AdviceCode.HIDES_PORT in best.codes
    assert direct.type is RecordType.CNAME
    assert len(advise(tmodel.tunnel(local_port=25565, node_host="1.2.3.4"))) == 1


def test_every_advice_is_a_record_that_can_be_had():
    for host in ("1.2.3.4", "2001:db8::1", "node.example"):
        for way in advise(tmodel.tunnel(local_port=25565, node_host=host)):
            SubdomainSpec(
                domain="example.cn", record="mc", type=way.type, target=way.target
            ).check()


def test_a_site_is_told_of_filing_and_of_its_own_domain():
    tunnel = tmodel.tunnel(**WEB)
    (way,) = advise(tunnel, name="b.example.cn", has_filing=False, is_in_mainland=True)
    assert set(way.codes) >= {AdviceCode.TUNNEL_NEEDS_NAME, AdviceCode.FILING_NEEDED}
    (well,) = advise(tunnel, name="a.example.cn", has_filing=True, is_in_mainland=True)
    assert well.codes == (AdviceCode.NODE_HAS_NAME,)


@pytest.mark.parametrize(
    ("row", "users"),
    [
        (record(RecordType.CNAME, "Node.Example."), (1, 2)),
        (record(RecordType.CNAME, "other.example"), ()),
        (record(RecordType.SRV, "0 5 20002 node.example"), (2,)),
        (record(RecordType.SRV, "0 5 20001 mc.example.cn"), (1,)),
        (record(RecordType.SRV, "0 5 20001 other.example"), ()),
    ],
)
def test_a_record_is_used_by_tunnels_behind_its_target(row, users):
    assert users_of(row, [tmodel.tunnel(1), tmodel.tunnel(2)]) == users


@pytest.mark.parametrize("domain", ["a.example.cn", "*.example.cn", "A.Example.CN"])
def test_a_site_uses_the_name_that_it_answers_to(domain):
    site = tmodel.tunnel(3, **(WEB | {"domain": domain}))
    assert users_of(record(RecordType.CNAME, "x.example"), [site]) == (3,)
    assert users_of(record(RecordType.CNAME, "x.example", "b.c"), []) == ()
