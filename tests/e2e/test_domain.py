"""Names of a real service: taken for a tunnel, pointed elsewhere, given back."""

import pytest

from support.service import RunningService
from support.world import Machine

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_name_leads_to_a_tunnel_and_is_given_back(
    machine: Machine, service: RunningService, echo: int
) -> None:
    await service.command("domain", "add", "example.cn", "--filing")
    tunnel = await machine.create(local_port=echo, start=False)
    (offer,) = (await machine.good("domain", "offers", "--json")).json
    assert (offer["name"], offer["has_filing"]) == ("example.cn", True)
    (way,) = (await machine.good("domain", "advice", tunnel.name, "--json")).json
    name = ("mc.example.cn",)
    made = await machine.good("domain", "create", *name, "--tunnel", tunnel.name)
    assert made.out.split() == ["mc.example.cn", way["type"], way["target"]]
    (listed,) = (await machine.good("domain", "list", "--json")).json
    assert listed["used_by"] == [tunnel.id]
    taken = await machine.cli("domain", "create", *name, "--tunnel", tunnel.name)
    assert taken.code == 1
    edited = await machine.good(
        "domain", "edit", *name, "--target", "192.0.2.7", "--ttl", "3600", "--json"
    )
    assert edited.json["record"]["target"] == "192.0.2.7"
    assert (edited.json["record"]["ttl_s"], edited.json["used_by"]) == (3600, [])
    await machine.good("domain", "delete", *name, "--yes")
    assert (await machine.good("domain", "list", "--json")).json == []
