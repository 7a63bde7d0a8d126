"""A tunnel whose node is gone moves to another, and visitors reach it there."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from chmlfrp.control.protocol import EditTunnel
from chmlfrp.model.failover import Failover
from chmlfrp.model.options import TunnelOptions
from support.by_hand import tcp_echo
from support.service import RunningService, lent, running_service
from support.visitor import is_served
from support.world import is_up, machine_at, port_of

SECOND = "second"


@contextmanager
def node_gone(service: RunningService) -> Iterator[None]:
    """Kill the first node's frps and hold its port, so that it cannot come back."""
    agent = psutil.Process(service.pid)
    (frps,) = (p for p in agent.children() if "nodes/1/" in " ".join(p.cmdline()))
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        agent.send_signal(signal.SIGSTOP)
        try:
            frps.kill()
            psutil.wait_procs([frps], timeout=0.1)
            holder.bind(("127.0.0.1", service.node["port"]))
            holder.listen()
        finally:
            agent.send_signal(signal.SIGCONT)
        yield


async def test_it_moves_with_every_field_and_is_reached_there(
    home: Path, tmp_path: Path
) -> None:
    async with (
        running_service(tmp_path / "service", users=["anna"]) as service,
        machine_at(home, service) as machine,
        tcp_echo() as echo,
    ):
        await service.command("node", "add", SECOND, "--ports", lent(1))
        await machine.start()
        await machine.sign_in(await service.token("anna"))

        tunnel = await machine.create(local_port=echo)
        await machine.client.edit(tunnel.id, EditTunnel(compression=True))
        await machine.up(tunnel)
        plan = Failover(is_on=True, nodes=(SECOND,), after_min=0.1)
        await machine.client.set_options(tunnel.id, TunnelOptions(failover=plan))

        with node_gone(service):
            view = await machine.view(
                tunnel,
                lambda v: is_up(v) and v.tunnel is not None and v.tunnel.node == SECOND,
                "it is up on the second node",
                within_s=90,
            )
            moved = view.tunnel
            assert moved is not None
            assert (moved.name, moved.local_port, moved.compression) == (
                tunnel.name,
                echo,
                True,
            )
            first, last = map(int, lent(1).split("-"))
            assert first <= port_of(moved) <= last
            assert await is_served(port_of(moved))
            stands = await machine.client.failover(tunnel.id)
            assert (stands.home, stands.node) == (service.node["name"], SECOND)
            assert stands.moves_last_hour == 1
