"""The chain: starts and memory against one frpc per tunnel, the CLI, the idle daemon."""

import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.table import Table
from chmlfrp.api.client import ServiceClient
from chmlfrp.cli.demo import world
from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import Change, PasswordSignIn, Snapshot, apply
from chmlfrp.frpc import binary
from chmlfrp.local.paths import Home
from chmlfrp.model.ladder import Summary
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel, TunnelSpec, TunnelType

FIRST_PORT = 21000
MIB = 2**20


@dataclass
class Lab:
    """A service with a node, a signed-in daemon, and an account full of tunnels."""

    client: ControlClient
    service: ServiceClient
    home: Home
    node: str
    tunnels: list[Tunnel]
    folder: Path
    api: str


async def measure(*, quick: bool) -> list[Table]:
    sizes = (1, 16) if quick else (1, 16, 100)
    async with laboratory(max(sizes)) as lab:
        starts = await _starts(lab, sizes, runs=1 if quick else 5)
        commands = await _commands(lab, runs=3 if quick else 9)
        idle = await _idle(lab, seconds=5 if quick else 30)
    return [starts, commands, idle]


@contextlib.asynccontextmanager
async def laboratory(size: int) -> AsyncIterator[Lab]:
    with tempfile.TemporaryDirectory(prefix="chmlfrp-bench-") as name:
        folder = Path(name)
        home = Home.below(folder / "home")
        async with contextlib.AsyncExitStack() as stack:
            ready, password = await stack.enter_async_context(
                world.service(folder / "service", tunnels=size)
            )
            client = await stack.enter_async_context(world.daemon(home, ready.api))
            service = await stack.enter_async_context(ServiceClient(ready.api))
            mine = await _signed_in(service, password)
            await _fill(mine, ready.node.name, size)
            command = PasswordSignIn(name=world.USER, password=password)
            await client.sign_in(command)
            tunnels = sorted(await mine.tunnels.list(), key=lambda t: t.id)
            yield Lab(client, mine, home, ready.node.name, tunnels, folder, ready.api)


async def _signed_in(service: ServiceClient, password: Secret) -> ServiceClient:
    signed = await service.account.sign_in(world.USER, password)
    return service.with_token(signed.token)


async def _fill(service: ServiceClient, node: str, size: int) -> None:
    for number in range(size):
        await service.tunnels.create(
            TunnelSpec(
                name=f"bench{number}",
                node=node,
                type=TunnelType.TCP,
                local_port=9,
                remote_port=FIRST_PORT + number,
            )
        )


# Starts.


async def _starts(lab: Lab, sizes: Iterable[int], *, runs: int) -> Table:
    table = Table(
        "Tunnels on one node: from the wish to the last one open (median)",
        [
            "tunnels",
            "ours s",
            "one frpc each s",
            "ratio",
            "ours MiB",
            "each MiB",
            "ratio",
        ],
        note=f"{runs} runs; PSS of the frpc processes alone; both fetch the config first.",
    )
    for size in sizes:
        tunnels = lab.tunnels[:size]
        ours = [await _start_ours(lab, tunnels) for _ in range(runs)]
        theirs = [await _start_each(lab, tunnels) for _ in range(runs)]
        seconds = [statistics.median(s for s, _ in x) for x in (ours, theirs)]
        memory = [statistics.median(m for _, m in x) for x in (ours, theirs)]
        table.add(
            size,
            *(f"{s:.3f}" for s in seconds),
            f"{seconds[1] / seconds[0]:.1f}",
            *(f"{m:.1f}" for m in memory),
            f"{memory[1] / memory[0]:.1f}",
        )
    return table


async def _start_ours(lab: Lab, tunnels: list[Tunnel]) -> tuple[float, float]:
    ids = {int(t.id) for t in tunnels}
    since = time.perf_counter()
    await lab.client.start(ids)
    snapshot = await until(lab.client, ids, Summary.UP)
    seconds = time.perf_counter() - since
    pids = {snapshot.tunnels[i].pid for i in ids}
    memory = sum(_pss(pid) for pid in pids if pid is not None)
    await lab.client.stop(ids)
    await until(lab.client, ids, Summary.STOPPED)
    return seconds, memory


async def _start_each(lab: Lab, tunnels: list[Tunnel]) -> tuple[float, float]:
    """As the other clients do it: one config and one process per tunnel."""
    found = await binary.find(configured=None, managed_dir=lab.home.cores_dir)
    since = time.perf_counter()
    processes = [await _one_frpc(lab, tunnel, found.path) for tunnel in tunnels]
    await asyncio.gather(*(_opened(process) for process in processes))
    seconds = time.perf_counter() - since
    memory = sum(_pss(process.pid) for process in processes)
    for process in processes:
        process.kill()
    await asyncio.gather(*(process.communicate() for process in processes))
    return seconds, memory


async def _one_frpc(lab: Lab, tunnel: Tunnel, frpc: Path) -> Process:
    text = await lab.service.tunnels.config(lab.node, [tunnel.name])
    path = lab.folder / f"{tunnel.name}.ini"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text.reveal())
    return await asyncio.create_subprocess_exec(
        *(str(frpc), "-c", str(path)), stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
    )


async def _opened(process: Process) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        async for line in process.stdout:
            if b"start proxy success" in line:
                return
    raise RuntimeError("frpc ended before its tunnel was open")


async def until(client: ControlClient, ids: set[int], wanted: Summary) -> Snapshot:
    snapshot: Snapshot | None = None
    try:
        async with asyncio.timeout(60):
            async for frame in client.watch():
                if isinstance(frame, Snapshot):
                    snapshot = frame
                elif isinstance(frame, Change) and snapshot is not None:
                    snapshot = apply(snapshot, frame)
                if snapshot and all(snapshot.tunnels[i].summary is wanted for i in ids):
                    return snapshot
    except TimeoutError:
        views = snapshot.tunnels.values() if snapshot else ()
        late = [v.ladder for v in views if v.id in ids and v.summary is not wanted]
        raise RuntimeError(
            f"{len(late)} of {len(ids)} not {wanted}: {late[:1]}"
        ) from None
    raise RuntimeError("the watch ended")


def _pss(pid: int) -> float:
    return float(psutil.Process(pid).memory_full_info().pss) / MIB


# The command line.


async def _commands(lab: Lab, *, runs: int) -> Table:
    table = Table(
        "The command line (median of whole processes)",
        ["command", "s", "times an empty python"],
        note=f"{runs} runs, interpreter start included; aim for the first two: 0.3 s.",
    )
    environ = {
        **os.environ,
        "CHMLFRP_HOME": str(lab.home.state_dir.parent),
        "CHMLFRP_API": lab.api,
    }
    empty = await _median_run([sys.executable, "-c", "pass"], environ, runs)
    for words in (["--help"], ["status"], ["tunnel", "list", "--json"]):
        argv = [sys.executable, "-m", "chmlfrp", *words]
        seconds = await _median_run(argv, environ, runs)
        table.add(
            "chmlfrp " + " ".join(words), f"{seconds:.3f}", f"{seconds / empty:.1f}"
        )
    return table


async def _median_run(argv: list[str], environ: dict[str, str], runs: int) -> float:
    seconds = []
    for _ in range(runs + 1):
        since = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, env=environ
        )
        if await process.wait() != 0:
            raise RuntimeError(f"{argv} failed")
        seconds.append(time.perf_counter() - since)
    return statistics.median(seconds[1:])


# The idle daemon.


async def _idle(lab: Lab, *, seconds: float) -> Table:
    ids = {int(t.id) for t in lab.tunnels[:16]}
    await lab.client.start(ids)
    snapshot = await until(lab.client, ids, Summary.UP)
    daemon = psutil.Process(snapshot.daemon.pid)
    core = psutil.Process(next(v.pid for v in snapshot.tunnels.values() if v.pid))
    table = Table(
        "Idle, with 16 tunnels up and nobody watching",
        ["process", "PSS MiB", "RSS MiB", "% of a core"],
        note=f"over {seconds:g} s; aim for the daemon: 50 MiB and 0.5 %.",
    )
    before = [sum(p.cpu_times()[:2]) for p in (daemon, core)]
    await asyncio.sleep(seconds)
    for name, process, was in zip(
        ("daemon", "frpc"), (daemon, core), before, strict=True
    ):
        share = (sum(process.cpu_times()[:2]) - was) / seconds * 100
        memory = process.memory_full_info()
        table.add(
            name, f"{memory.pss / MIB:.1f}", f"{memory.rss / MIB:.1f}", f"{share:.2f}"
        )
    return table
