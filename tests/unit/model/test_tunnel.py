"""What can never be a tunnel is refused with its field, before anything is sent."""

from typing import Any

import pytest

from chmlfrp.errors import InvalidInput
from chmlfrp.model.node import NodeDetail, PortRange
from chmlfrp.model.rules import check_on_node
from chmlfrp.model.tunnel import TunnelType
from support.tmodel import spec, tunnel

HTTP: dict[str, Any] = {"type": TunnelType.HTTP, "remote_port": None}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"local_host": "::1"},
        {"local_host": "nas.local"},
        HTTP | {"domain": "a.example"},
        HTTP | {"domain": "*.a.example"},
    ],
)
def test_good_tunnels_pass(fields: dict[str, Any]) -> None:
    spec(**fields).check()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a-b"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"node": ""}, "node"),
        ({"local_host": "a b"}, "local_host"),
        ({"local_host": "a]\n["}, "local_host"),
        ({"local_port": 0}, "local_port"),
        ({"local_port": 65536}, "local_port"),
        ({"remote_port": None}, "remote_port"),
        ({"remote_port": 70000}, "remote_port"),
        ({"domain": "a.example"}, "domain"),
        (HTTP, "domain"),
        (HTTP | {"domain": "1.2.3.4"}, "domain"),
        (HTTP | {"domain": "localhost"}, "domain"),
        (HTTP | {"domain": "a.example", "remote_port": 80}, "remote_port"),
    ],
)
def test_bad_tunnels_are_refused_by_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        spec(**fields).check()
    assert refused.value.field == field


def test_the_spec_of_a_tunnel_is_what_a_person_decided() -> None:
    assert tunnel(1).spec == spec(name="t1", remote_port=20001)


def test_a_node_is_asked_what_it_carries() -> None:
    node = NodeDetail(id=1, name="n", ports=PortRange(20000, 20100))
    check_on_node(spec(), node)
    for fields, field in (
        ({"remote_port": 20101}, "remote_port"),
        ({"type": TunnelType.UDP}, "node"),
        (HTTP | {"domain": "a.example"}, "node"),
    ):
        with pytest.raises(InvalidInput) as refused:
            check_on_node(spec(**fields), node)
        assert refused.value.field == field
