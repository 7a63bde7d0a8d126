import msgspec
import pytest

from chmlfrp.errors import InvalidInput, NotFound
from chmlfrp.model.node import Node, NodeDetail, PortRange
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelType
from chmlfrp.sdk.want import pick, want

TUNNEL = Tunnel(
    id=TunnelId(1),
    name="a",
    node="home",
    type=TunnelType.TCP,
    local_port=80,
    remote_port=20000,
)


@pytest.mark.parametrize(
    ("options", "does_fit"),
    [
        ({}, True),
        ({"node": "home", "name": "a", "remote_port": 20000}, True),
        ({"node": "away"}, False),
        ({"remote_port": 20001}, False),
        ({"local_host": "10.0.0.1"}, False),
    ],
)
def test_a_tunnel_fits_if_all_that_was_named_is_so(
    options: dict[str, str | int], *, does_fit: bool
) -> None:
    assert want(80, "tcp", **options).fits(TUNNEL) is does_fit


def test_a_tunnel_of_a_node_that_is_off_does_not_fit() -> None:
    off = msgspec.structs.replace(TUNNEL, is_node_online=False)

    assert not want(80, "tcp").fits(off)


def test_name_and_port_are_chosen_where_nothing_was_named() -> None:
    node = NodeDetail(id=1, name="home", ports=PortRange(20000, 20002))
    spec = want(80, "udp").spec(node)

    spec.check()
    assert spec.remote_port in node.ports if node.ports and spec.remote_port else False


@pytest.mark.parametrize(
    ("port", "kind", "field"),
    [(0, "tcp", "local_port"), (80, "ftp", "type"), (80, "http", "domain")],
)
def test_what_cannot_work_is_said_at_once(port: int, kind: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        want(port, kind)
    assert caught.value.field == field


def test_the_first_node_that_is_for_everybody_is_picked() -> None:
    vip, home = Node(id=1, name="vip", is_vip=True), Node(id=2, name="home")

    assert pick([vip, home]) is home
    with pytest.raises(NotFound):
        pick([vip])
