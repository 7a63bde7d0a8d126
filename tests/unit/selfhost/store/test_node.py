import pytest

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.store import node
from support.selfhost import InMemory


async def test_a_name_is_taken_once_and_secrets_differ(service: InMemory) -> None:
    one, two = await service.node("one"), await service.node("two")
    for secret in ("node_token", "api_key", "plugin_key", "dashboard_password"):
        assert getattr(one, secret) != getattr(two, secret)
    with pytest.raises(SelfhostError, match="already"):
        await service.node("one")


async def test_ports_of_all_nodes_are_known(service: InMemory) -> None:
    await service.node("one", port=7001, dashboard_port=7501)
    await service.node("two", first_port=30000, last_port=30009)
    async with service.context.database.read() as session:
        assert {7000, 7001, 80, 443, 7500, 7501} <= await node.ports_in_use(session)
        ranges = await node.port_ranges(session)
    assert 30009 in ranges[1]
    assert 30010 not in ranges[1]
