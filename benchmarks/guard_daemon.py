"""The whole daemon while one of its tunnels carries all that the machine can."""

import asyncio
import statistics
import time

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


async def measure(*, quick: bool) -> Table:
    size, seconds = (256 * MIB, 2) if quick else (2048 * MIB, 10)
    table = Table(
        "The daemon with a guarded tunnel: what a status takes, and the processor",
        ["tunnel carries", "status p50 ms", "p99 ms", "daemon % of a core", "MiB/s"],
        note="asked every 20 ms; aims: p99 50 ms, 10 % of a core at 1 Gbit/s.",
    )
    async with laboratory(1) as lab, serving() as local:
        port = await _guarded(lab, local)
        for name, argv, carried in (
            ("nothing", None, 0),
            ("1 Gbit/s", ("paced", port, GBIT, seconds), GBIT * seconds),
            ("8 streams, all they can", ("stream", port, 8, size // 8), size),
        ):
            await _asked(table, lab, name, argv, carried)
    return table


async def _asked(
    table: Table,
    lab: Lab,
    name: str,
    argv: tuple[str | int, ...] | None,
    carried: int,
) -> None:
    daemon = psutil.Process((await lab.client.snapshot()).daemon.pid)
    took: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(_ask(lab, took))
        before, began = sum(daemon.cpu_times()[:2]), time.perf_counter()
        if argv is None:
            await asyncio.sleep(3)
        else:
            await run_load(*argv)
        seconds = time.perf_counter() - began
        used = sum(daemon.cpu_times()[:2]) - before
        asking.cancel()
    table.add(
        name,
        f"{statistics.median(took) * 1000:.1f}",
        f"{statistics.quantiles(took, n=100)[98] * 1000:.1f}",
        f"{used / seconds * 100:.0f}",
        f"{carried / MIB / seconds:.0f}",
    )


async def _ask(lab: Lab, took: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await lab.client.snapshot()
        took.append(time.perf_counter() - began)
        await asyncio.sleep(ASK_EVERY_S)


async def _guarded(lab: Lab, local: int) -> int:
    """Put the service behind a guarded tunnel; return its public port."""
    await lab.service.tunnels.delete(lab.tunnels[0].id)
    tunnel = await lab.service.tunnels.create(
        TunnelSpec(
            name="guarded",
            node=lab.node,
            type=TunnelType.TCP,
            local_port=local,
            remote_port=REMOTE_PORT,
        )
    )
    await lab.client.refresh()
    options = TunnelOptions(guard=Guard(is_on=True), is_probed=False)
    await lab.client.set_options(tunnel.id, options)
    await lab.client.start({int(tunnel.id)})
    await until(lab.client, {int(tunnel.id)}, Summary.UP)
    return REMOTE_PORT
