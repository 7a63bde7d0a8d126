"""Edits keep what was not named; creations choose what was left out."""

from typing import Any

import pytest

from chmlfrp.control.protocol import CreateTunnel, EditTunnel
from chmlfrp.daemon.tunnel import edited
from chmlfrp.errors import InvalidInput, PortTaken
from chmlfrp.model.tunnel import TunnelId, TunnelType
from support.stage import Stage
from support.tmodel import spec


def test_an_edit_changes_only_the_named_fields() -> None:
    before = spec(encryption=True, extra="proxy_protocol_version = v2")
    after = edited(before, EditTunnel(local_port=9))
    assert after == spec(
        encryption=True, extra="proxy_protocol_version = v2", local_port=9
    )


def test_a_change_of_kind_drops_what_no_longer_fits() -> None:
    after = edited(spec(), EditTunnel(type=TunnelType.HTTP, domain="a.example"))
    assert after.remote_port is None
    back = edited(after, EditTunnel(type=TunnelType.UDP, remote_port=20001))
    assert back.domain is None


def test_a_field_that_was_named_is_kept_even_if_it_does_not_fit() -> None:
    after = edited(
        spec(), EditTunnel(type=TunnelType.HTTP, domain="a.example", remote_port=5)
    )
    with pytest.raises(InvalidInput) as refused:
        after.check()
    assert refused.value.field == "remote_port"


def test_fields_travel_as_unset_if_nobody_named_them() -> None:
    from chmlfrp.control.protocol import decode, encode

    travelled = decode(EditTunnel, encode(EditTunnel(domain=None)))
    assert travelled == EditTunnel(domain=None)


async def test_a_port_that_is_taken_is_not_the_last_word(stage: Stage) -> None:
    taken = {"msg": "该远程端口已被占用", "code": 400, "state": "fail"}
    stage.refuse("/create_tunnel", taken, times=4)
    made = await stage.tunnels.create(
        CreateTunnel(node="node", type=TunnelType.TCP, local_port=9)
    )
    assert made.remote_port in range(20000, 20101)
    assert len(made.name) == 8


async def test_after_five_taken_ports_the_service_has_the_last_word(
    stage: Stage,
) -> None:
    taken = {"msg": "该远程端口已被占用", "code": 400, "state": "fail"}
    stage.refuse("/create_tunnel", taken, times=5)
    with pytest.raises(PortTaken) as refused:
        await stage.tunnels.create(
            CreateTunnel(node="node", type=TunnelType.TCP, local_port=9)
        )
    assert refused.value.service_message == "该远程端口已被占用"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"remote_port": 19999}, "remote_port"),
        ({"type": TunnelType.UDP, "remote_port": 20001}, "node"),
        ({"type": TunnelType.HTTP, "domain": "a.example"}, "node"),
        ({"type": TunnelType.HTTP}, "domain"),
        ({"name": "a b"}, "name"),
        ({"local_port": 0}, "local_port"),
        ({"local_host": "a b"}, "local_host"),
        ({"domain": "a.example"}, "domain"),
    ],
)
async def test_bad_input_is_refused_before_anything_is_created(
    stage: Stage, fields: dict[str, Any], field: str
) -> None:
    given = {"node": "node", "type": TunnelType.TCP, "local_port": 9} | fields
    with pytest.raises(InvalidInput) as refused:
        await stage.tunnels.create(CreateTunnel(**given))
    assert refused.value.field == field
    assert "/create_tunnel" not in stage.asked


async def test_an_edit_that_changes_nothing_sends_nothing(stage: Stage) -> None:
    made = await stage.tunnels.create(
        CreateTunnel(node="node", type=TunnelType.TCP, local_port=9, remote_port=20001)
    )
    same = await stage.tunnels.edit(TunnelId(made.id), EditTunnel(local_port=9))
    assert same.differences == ()
    assert "/update_tunnel" not in stage.asked
    changed = await stage.tunnels.edit(TunnelId(made.id), EditTunnel(local_port=10))
    assert [(d.field, d.before, d.after) for d in changed.differences] == [
        ("local_port", 9, 10)
    ]


async def test_deleting_what_is_gone_is_fine(stage: Stage) -> None:
    await stage.tunnels.delete(TunnelId(99))
