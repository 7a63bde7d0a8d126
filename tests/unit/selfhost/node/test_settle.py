import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.node.ports import choose
from chmlfrp.selfhost.node.settle import settle_ports
from support.selfhost import InMemory

HOME = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(socket.create_server((HOME, 0))) as server:
        yield server.getsockname()[1]


def free() -> dict[str, int]:
    fields, used = ("port", "http_port", "https_port", "dashboard_port"), set[int]()
    for _ in fields:
        used.add(choose(HOME, avoid=used))
    return dict(zip(fields, used, strict=True))


async def test_ports_that_are_free_stay(service: InMemory) -> None:
    ports = free()
    node = await service.node(**ports)
    settled = await settle_ports(service.context.database, node.id)
    assert {name: getattr(settled, name) for name in ports} == ports


async def test_the_dashboards_port_may_change_and_is_remembered(
    service: InMemory, taken: int
) -> None:
    node = await service.node(**{**free(), "dashboard_port": taken})
    settled = await settle_ports(service.context.database, node.id)
    assert settled.dashboard_port != taken
    again = await settle_ports(service.context.database, node.id)
    assert again.dashboard_port == settled.dashboard_port


@pytest.mark.parametrize("field", ["port", "http_port", "https_port"])
async def test_a_public_port_changes_only_before_it_was_given_out(
    service: InMemory, taken: int, field: str
) -> None:
    node = await service.node(**{**free(), field: taken})
    settled = await settle_ports(service.context.database, node.id)
    assert getattr(settled, field) != taken
    chosen = await service.node("chosen", **{**free(), field: taken}, ports_chosen=True)
    with pytest.raises(SelfhostError, match=f"port {taken} of node chosen") as caught:
        await settle_ports(service.context.database, chosen.id)
    assert "node edit chosen --" in caught.value.hint


async def test_web_ports_of_a_node_without_web_do_not_matter(
    service: InMemory, taken: int
) -> None:
    ports = {**free(), "http_port": taken}
    node = await service.node(**ports, allows_web=False, ports_chosen=True)
    settled = await settle_ports(service.context.database, node.id)
    assert settled.http_port == taken
