"""A deleted tunnel is made again: same port, same options, bytes pass."""

import pytest

from support.visitor import is_served
from support.world import Machine, port_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_deleted_tunnel_is_made_again(machine: Machine, echo: int) -> None:
    tunnel = await machine.create(local_port=echo)
    await machine.up(tunnel)
    await machine.good("tunnel", "edit", tunnel.name, "--group", "home")
    await machine.good("tunnel", "delete", tunnel.name, "--yes")
    (kept,) = (await machine.good("tunnel", "deleted", "--json")).json
    assert (kept["tunnel"]["name"], kept["was_wanted"]) == (tunnel.name, True)
    made = (await machine.good("tunnel", "undelete", "--start", "--json")).json
    assert (made["name"], made["remote_port"]) == (tunnel.name, port_of(tunnel))
    snapshot = await machine.client.snapshot()
    view = snapshot.tunnels[made["id"]]
    assert view.tunnel is not None
    await machine.up(view.tunnel)
    assert await is_served(port_of(tunnel))
    (listed,) = (await machine.good("tunnel", "list", "--group", "home", "--json")).json
    assert listed["name"] == tunnel.name
    assert (await machine.good("tunnel", "deleted", "--json")).json == []


async def test_an_export_is_imported_again(machine: Machine, echo: int) -> None:
    tunnel = await machine.create(local_port=echo, start=False)
    exported = (await machine.good("tunnel", "export")).out
    await machine.good("tunnel", "delete", "--all", "--yes")
    made = await machine.good("tunnel", "import", "-", "--json", stdin=exported)
    assert made.json[0]["command"]["remote_port"] == port_of(tunnel)
    ini = f"[common]\nserver_addr = {tunnel.node_host}\n[x]\nlocal_port = {echo}\n"
    await machine.good("tunnel", "import", "-", stdin=ini)
    names = {t["name"] for t in (await machine.good("tunnel", "list", "--json")).json}
    assert names == {tunnel.name, "x"}
