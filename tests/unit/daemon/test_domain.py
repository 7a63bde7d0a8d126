"""Names: what is left out follows from a tunnel, and mistakes are not sent."""

from typing import Any

import pytest

from chmlfrp.control.domain import CreateDomain, EditDomain
from chmlfrp.control.protocol import (
    PROTOCOL,
    DaemonView,
    SessionView,
    Snapshot,
    TunnelView,
)
from chmlfrp.daemon.domain import DomainDesk
from chmlfrp.errors import DomainTaken, InvalidInput, NotFound
from chmlfrp.model.domain import RecordType
from chmlfrp.model.tunnel import TunnelType
from support import tmodel
from support.stage import Stage

GOOD = {"msg": "好", "code": 200, "state": "success"}
MC = tmodel.tunnel(1, local_port=25565)
SITE = tmodel.tunnel(
    2, type=TunnelType.HTTP, remote_port=None, domain="w.example.cn", node="node"
)
ROW = {
    "id": 5,
    "userid": 7,
    "domain": "example.cn",
    "record": "mc",
    "type": "CNAME",
    "target": "node.example",
    "ttl": "10分钟",
}


@pytest.fixture
def desk(stage: Stage) -> DomainDesk:
    snapshot = Snapshot(
        epoch="one",
        seq=0,
        now=0.0,
        daemon=DaemonView(version="0", protocol=PROTOCOL, pid=1, home="/"),
        session=SessionView(),
        tunnels={t.id: TunnelView(id=t.id, tunnel=t) for t in (MC, SITE)},
    )
    return DomainDesk(stage.account, stage.nodes, snapshot=lambda: snapshot)


def offered(stage: Stage, *rows: dict[str, Any], times: int = 1) -> None:
    free = {"id": 1, "domain": "example.cn", "icpFiling": False, "remarks": ""}
    stage.refuse("/list_available_domains", GOOD | {"data": [free]})
    for _ in range(times):
        stage.refuse("/get_user_free_subdomains", GOOD | {"data": list(rows)})


async def test_names_come_with_the_tunnels_that_use_them(
    stage: Stage, desk: DomainDesk
) -> None:
    offered(stage, ROW)
    (view,) = await desk.list()
    assert (view.record.name, view.used_by) == ("mc.example.cn", (1,))


async def test_type_and_target_follow_from_the_tunnel(
    stage: Stage, desk: DomainDesk
) -> None:
    offered(stage, times=2)
    stage.refuse("/create_free_subdomain", GOOD)
    made = await desk.create(CreateDomain(domain="example.cn", record="mc", tunnel=1))
    assert made.record.name == "_minecraft._tcp.mc.example.cn"
    assert (made.record.type, made.used_by) == (RecordType.SRV, (1,))
    assert made.record.id == 0


@pytest.mark.parametrize(
    ("command", "field"),
    [
        ({"domain": "other.cn"}, "domain"),
        ({"record": "a b"}, "record"),
        ({"type": RecordType.A, "target": "node.example"}, "target"),
        ({"type": RecordType.AAAA}, "type"),
        ({"tunnel": 9}, "tunnel"),
        ({"tunnel": None}, "target"),
        ({"ttl_s": 61}, "ttl_s"),
    ],
)
async def test_what_cannot_work_is_not_sent(
    stage: Stage, desk: DomainDesk, command: dict[str, Any], field: str
) -> None:
    offered(stage)
    given = {"domain": "example.cn", "record": "mc", "tunnel": 1} | command
    with pytest.raises(InvalidInput) as refused:
        await desk.create(CreateDomain(**given))
    assert refused.value.field == field
    assert "/create_free_subdomain" not in stage.asked


async def test_a_name_that_the_account_has_is_not_taken_again(
    stage: Stage, desk: DomainDesk
) -> None:
    offered(stage, ROW)
    command = CreateDomain(
        domain="example.cn", record="MC", type=RecordType.CNAME, tunnel=1
    )
    with pytest.raises(DomainTaken):
        await desk.create(command)


async def test_a_name_is_pointed_at_another_tunnel(
    stage: Stage, desk: DomainDesk
) -> None:
    offered(stage, ROW | {"target": "old.example"}, times=1)
    stage.refuse("/update_free_subdomain", GOOD)
    stage.refuse("/get_user_free_subdomains", GOOD | {"data": [ROW]})
    view = await desk.edit("example.cn", "mc", EditDomain(tunnel=1))
    assert view.record.target == "node.example"


async def test_nothing_and_nobody_s_name_are_refused(
    stage: Stage, desk: DomainDesk
) -> None:
    offered(stage, ROW, times=2)
    with pytest.raises(InvalidInput):
        await desk.edit("example.cn", "mc", EditDomain())
    with pytest.raises(NotFound):
        await desk.edit("example.cn", "x", EditDomain(target="a.example"))


async def test_a_site_s_filing_is_looked_up(stage: Stage, desk: DomainDesk) -> None:
    offered(stage)
    (way,) = await desk.advice(2, name="w.example.cn")
    assert way.type is RecordType.CNAME
    assert "/list_available_domains" in stage.asked
