import pytest

from chmlfrp.errors import InvalidInput, SelfhostError
from chmlfrp.selfhost.node.create import NodePlan, bind_address, create
from chmlfrp.selfhost.store.models import Node
from support.selfhost import InMemory


async def make(service: InMemory, plan: NodePlan) -> Node:
    async with service.context.database.write() as session:
        return await create(session, plan)


async def test_ports_left_open_are_free_and_differ(service: InMemory) -> None:
    one = await make(service, NodePlan(name="one"))
    two = await make(service, NodePlan(name="two", ports=(19000, 19100)))
    ports = [
        getattr(node, field)
        for node in (one, two)
        for field in ("port", "http_port", "https_port", "dashboard_port")
    ]
    assert len(set(ports)) == len(ports)
    assert not any(19000 <= port <= 19100 for port in ports[4:])
    assert not any(20000 <= port <= 29999 for port in ports)
    assert not one.ports_chosen


async def test_ports_that_were_named_are_taken_as_they_are(service: InMemory) -> None:
    plan = NodePlan(name="one", port=7000, http_port=80, https_port=443)
    node = await make(service, plan)
    assert (node.port, node.http_port, node.https_port) == (7000, 80, 443)
    assert node.ports_chosen


async def test_what_cannot_be_is_named(service: InMemory) -> None:
    await make(service, NodePlan(name="one"))
    with pytest.raises(SelfhostError, match="already"):
        await make(service, NodePlan(name="one"))
    for plan in (
        NodePlan(name="a b"),
        NodePlan(name="x", host="a b"),
        NodePlan(name="x", port=70000),
    ):
        with pytest.raises(InvalidInput):
            await make(service, plan)


@pytest.mark.parametrize(
    ("host", "bind"),
    [
        ("localhost", "127.0.0.1"),
        ("127.0.0.5", "127.0.0.5"),
        ("::1", "::1"),
        ("203.0.113.4", "0.0.0.0"),
        ("2001:db8::4", "::"),
        ("node.example.com", "0.0.0.0"),
    ],
)
def test_a_node_for_this_machine_is_opened_on_it_alone(host: str, bind: str) -> None:
    assert bind_address(host) == bind
