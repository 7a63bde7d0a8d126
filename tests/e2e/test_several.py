"""Two accounts at one daemon: what runs of either goes on, and comes back with it."""

import pytest

from chmlfrp.errors import InvalidInput
from support.by_hand import through_tcp
from support.service import RunningService
from support.world import Machine, clear, is_up, port_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_tunnels_of_both_go_on_and_come_back_with_the_daemon(
    machine: Machine, service: RunningService, echo: int
) -> None:
    first = await machine.create(local_port=echo)
    await service.add_user("berta")
    token = await service.token("berta")
    await machine.sign_in(token)
    second = await machine.create(local_port=echo)
    await machine.up(first, second)
    ports = port_of(first), port_of(second)
    assert [await through_tcp(port, b"x") for port in ports] == [b"x", b"x"]

    with pytest.raises(InvalidInput, match="another account"):
        await machine.client.delete(first.id)

    await machine.stop()
    await machine.start()
    await machine.up(first, second)
    for core in machine.cores():
        core.kill()
    for tunnel in (first, second):
        await machine.view(
            tunnel, lambda v: v.restarts > 0 and is_up(v), "it is up again"
        )
    assert [await through_tcp(port, b"x") for port in ports] == [b"x", b"x"]

    session = (await machine.client.snapshot()).session
    (anna,) = session.others
    assert anna.name == "anna"
    view = await machine.client.account.use(anna.id)
    assert [one.name for one in view.others] == ["berta"]
    await machine.client.delete(first.id)
    assert await through_tcp(ports[1], b"y") == b"y"
    await clear(service, token)
