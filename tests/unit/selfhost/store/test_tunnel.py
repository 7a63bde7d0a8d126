from chmlfrp.selfhost.rules.tunnel import TunnelForm
from chmlfrp.selfhost.store import tunnel
from support.selfhost import InMemory


async def test_a_node_that_starts_anew_has_no_open_tunnel(service: InMemory) -> None:
    owner, here, there = (
        await service.user(),
        await service.node("here"),
        await service.node("there"),
    )
    mine = await service.tunnel(owner, here, is_online=True, connections=2, run_id="r")
    other = await service.tunnel(owner, there, name="other", is_online=True)
    async with service.context.database.write() as session:
        await tunnel.reset(session, here.id)
    after = await service.fresh(mine)
    assert (after.is_online, after.connections, after.run_id) == (False, 0, "")
    assert (await service.fresh(other)).is_online


async def test_a_tunnel_that_moves_is_open_nowhere(service: InMemory) -> None:
    owner, here, there = (
        await service.user(),
        await service.node("here"),
        await service.node("there"),
    )
    mine = await service.tunnel(owner, here, is_online=True, run_id="r")
    form = TunnelForm(
        name="web",
        node="there",
        type="tcp",
        local_ip="127.0.0.1",
        local_port=80,
        remote_port=20001,
    )
    async with service.context.database.write() as session:
        found = await tunnel.owned(session, mine.id, owner)
        await tunnel.change(session, found, form, node_id=there.id)
    after = await service.fresh(mine)
    assert (after.node_id, after.is_online, after.run_id) == (there.id, False, "")


async def test_a_node_asks_for_a_record_by_name(service: InMemory) -> None:
    owner, here = await service.user(), await service.node()
    mine = await service.tunnel(owner, here)
    async with service.context.database.read() as session:
        found = await tunnel.record(session, "web")
        assert await tunnel.record(session, "none") is None
    assert found is not None
    assert found.tunnel_id == mine.id
    assert (found.record.owner_token, found.record.remote_port) == (owner.token, 20001)
