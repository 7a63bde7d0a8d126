"""The whole daemon while one of its tunnels carries all that the machine can."""

import asyncio
import statistics
import time
from dataclasses import dataclass

import psutil

from benchmarks.chain import Lab, laboratory, until
from benchmarks.guard_run import MIB, run_load, serving
from benchmarks.table import Table
from chmlfrp.model.guard import Guard
from chmlfrp.model.ladder import Summary
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import TunnelSpec, TunnelType

GBIT = 125_000_000
"""Bytes in a second."""
ASK_EVERY_S = 0.02
REMOTE_PORT = 21900


@dataclass(frozen=True, kw_only=True)
class Row:
    """What the tunnel carries, and whether the daemon is asked meanwhile."""

    name: str
    argv: tuple[str | int, ...] | None
    carried: int = 0
    """Bytes."""
    is_asked: bool = True


async def measure(*, quick: bool) -> Table:
    size, seconds = (256 * MIB, 2) if quick else (2048 * MIB, 10)
    table = Table(
        "The daemon with a guarded tunnel: what a status takes, and the processor",
        [
            "tunnel carries",
            *("status p50 ms", "p99 ms"),
            *("daemon % of a core", "frpc and frps", "MiB/s"),
        ],
        note="a status is asked for every 20 ms, where there are times; aims: p99 50 ms, "
        "10 % of a core at 1 Gbit/s, and no loss against the tunnel without the guard.",
    )
    async with laboratory(2) as lab, serving() as local:
        for each in lab.tunnels:
            await lab.service.tunnels.delete(each.id)
        plain = await _tunnel(lab, local, REMOTE_PORT, guard=Guard())
        port = await _tunnel(lab, local, REMOTE_PORT + 1, guard=Guard(is_on=True))
        paced, carried = (GBIT, seconds), GBIT * seconds
        for row in (
            Row(name="nothing", argv=None),
            Row(
                name="1 Gbit/s, without the guard",
                argv=("paced", plain, *paced),
                carried=carried,
                is_asked=False,
            ),
            Row(
                name="1 Gbit/s",
                argv=("paced", port, *paced),
                carried=carried,
                is_asked=False,
            ),
            Row(
                name="1 Gbit/s, and is asked",
                argv=("paced", port, *paced),
                carried=carried,
            ),
            Row(
                name="8 streams, all they can",
                argv=("stream", port, 8, size // 8),
                carried=size,
            ),
        ):
            await _add(table, lab, row)
    return table


async def _add(table: Table, lab: Lab, row: Row) -> None:
    daemon = psutil.Process((await lab.client.snapshot()).daemon.pid)
    frp = [p for p in psutil.Process().children(recursive=True) if _is_frp(p)]
    took: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(_ask(lab, took) if row.is_asked else _rest())
        before, began = (_used([daemon]), _used(frp)), time.perf_counter()
        if row.argv is None:
            await asyncio.sleep(3)
        else:
            await run_load(*row.argv)
        seconds = time.perf_counter() - began
        used = _used([daemon]) - before[0], _used(frp) - before[1]
        asking.cancel()
    times = ("", "")
    if row.is_asked:
        worst = statistics.quantiles(took, n=100)[98]
        times = f"{statistics.median(took) * 1000:.1f}", f"{worst * 1000:.1f}"
    table.add(
        row.name,
        *times,
        *(f"{each / seconds * 100:.1f}" for each in used),
        f"{row.carried / MIB / seconds:.0f}",
    )


def _is_frp(process: psutil.Process) -> bool:
    return process.name() in {"frpc", "frps"}


def _used(processes: list[psutil.Process]) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in processes)


async def _rest() -> None:
    await asyncio.get_running_loop().create_future()


async def _ask(lab: Lab, took: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await lab.client.snapshot()
        took.append(time.perf_counter() - began)
        await asyncio.sleep(ASK_EVERY_S)


async def _tunnel(lab: Lab, local: int, port: int, *, guard: Guard) -> int:
    """Put the service behind a tunnel; return its public port."""
    tunnel = await lab.service.tunnels.create(
        TunnelSpec(
            name=f"bench{port}",
            node=lab.node,
            type=TunnelType.TCP,
            local_port=local,
            remote_port=port,
        )
    )
    await lab.client.refresh()
    options = TunnelOptions(guard=guard, is_probed=False)
    await lab.client.set_options(tunnel.id, options)
    await lab.client.start({int(tunnel.id)})
    await until(lab.client, {int(tunnel.id)}, Summary.UP)
    return port
