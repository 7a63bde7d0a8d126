"""The door of the guard against frpc alone: real frpc and frps, one machine, one run."""

import asyncio
import contextlib
import functools
import os
import statistics
import tempfile
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks import guard_daemon
from benchmarks.guard_run import MIB, PATIENCE_S, ended, python, run_load, serving
from benchmarks.table import Table
from chmlfrp.frpc import binary
from chmlfrp.guard.door import Door
from chmlfrp.guard.peer import UnixPlace
from chmlfrp.local.ports import free_port
from chmlfrp.model.guard import Guard
from chmlfrp.selfhost.node import frps

LAG_EVERY_S = 0.005


@dataclass(frozen=True)
class Lab:
    """Both ways to one service, and the door on one of them."""

    plain: int
    guarded: int
    door: Door


@dataclass(frozen=True)
class Load:
    """One kind of traffic, and how its figure is read."""

    name: str
    argv: tuple[str | int, ...]
    value: Callable[[float], float]
    unit: int
    """Of what the processor time is told for; 1 for connections and round trips."""


async def measure(*, quick: bool) -> list[Table]:
    rounds, size = (2, 64 * MIB) if quick else (15, 256 * MIB)
    knocks, held = (160, 100) if quick else (1600, 1000)
    loads = (
        Load("1 stream, MiB/s", ("stream", 1, size), lambda s: size / MIB / s, size),
        Load(
            "8 streams, MiB/s",
            ("stream", 8, size // 8),
            lambda s: size / MIB / s,
            size,
        ),
        Load("round trip, ms", ("ping", 500), lambda s: s * 1000, 500),
        Load("new connections, 1/s", ("knock", knocks), lambda n: n, knocks),
    )
    async with _lab() as lab:
        table = Table(
            "The guard's door: tcp through frps and frpc, alone and with the door",
            ["what", "frp alone", "with the door", "ratio", "door's CPU"],
            note=f"medians of {rounds} short rounds in turns (A B A B), the ratio that of "
            "each pair; processor time per MiB, round trip, connection.",
        )
        for load in loads:
            await _compare(table, lab, load, rounds)
        await _cost(table, lab, size, held)
    return [table, await guard_daemon.measure(quick=quick)]


async def _compare(table: Table, lab: Lab, load: Load, rounds: int) -> None:
    alone, led, ratios, used = [], [], [], []
    ours = psutil.Process()
    for _ in range(rounds):
        name, *numbers = load.argv
        alone.append(load.value(await run_load(name, lab.plain, *numbers)))
        before = sum(ours.cpu_times()[:2])
        led.append(load.value(await run_load(name, lab.guarded, *numbers)))
        used.append(sum(ours.cpu_times()[:2]) - before)
        ratios.append(led[-1] / alone[-1])
    per = load.unit / MIB if load.argv[0] == "stream" else load.unit
    middle = statistics.median
    table.add(
        load.name,
        *(f"{middle(x):.4g}" for x in (alone, led)),
        f"{middle(ratios):.2f}",
        f"{middle(used) / per * 1000:.3f} ms",
    )


async def _cost(table: Table, lab: Lab, size: int, held: int) -> None:
    """Add what the loop that carries the bytes feels, and what connections weigh."""
    lags: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(_feel(lags))
        await run_load("stream", lab.guarded, 8, size)
        watching.cancel()
    worst = statistics.quantiles(lags, n=100)[98]
    table.add("lag of the loop under load, p99 ms", "", f"{worst * 1000:.2f}", "", "")
    ours = psutil.Process()
    before = ours.memory_info().rss
    process = await python("stay", lab.guarded, held)
    async with ended(process):
        assert process.stdout is not None
        await process.stdout.readline()
        grown = (ours.memory_info().rss - before) / MIB * 1000 / held
    table.add("memory per 1 000 connections, MiB", "", f"{grown:.1f}", "", "")


async def _feel(lags: list[float]) -> None:
    now = asyncio.get_running_loop().time
    while True:
        began = now()
        await asyncio.sleep(LAG_EVERY_S)
        lags.append(now() - began - LAG_EVERY_S)


@asynccontextmanager
async def _lab() -> AsyncIterator[Lab]:
    with tempfile.TemporaryDirectory(prefix="chmlfrp-bench-") as name:
        folder = Path(name)
        async with contextlib.AsyncExitStack() as stack:
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            local = await stack.enter_async_context(serving())
            cores: set[int] = set()
            door = Door(
                Guard(is_on=True),
                ("127.0.0.1", local),
                is_core=cores.__contains__,
                tell_down=print,
                tasks=tasks,
            )
            place = await door.open(folder / "door")
            stack.push_async_callback(door.close)
            assert isinstance(place, UnixPlace)
            plain, guarded = await _frp(stack, folder, local, place.path, cores)
            yield Lab(plain, guarded, door)


async def _frp(
    stack: contextlib.AsyncExitStack,
    folder: Path,
    local: int,
    door: Path,
    cores: set[int],
) -> tuple[int, int]:
    node, plain, guarded = (free_port() for _ in range(3))
    server = folder / "frps.toml"
    server.write_text(
        f'bindAddr = "127.0.0.1"\nproxyBindAddr = "127.0.0.1"\nbindPort = {node}\n'
    )
    program = await asyncio.to_thread(functools.partial(frps.find, None, folder=folder))
    await _said(stack, program, server, "frps started")
    client = folder / "frpc.ini"
    client.write_text(
        f"[common]\nserver_addr = 127.0.0.1\nserver_port = {node}\n"
        f"[plain]\ntype = tcp\nlocal_port = {local}\nremote_port = {plain}\n"
        f"[guarded]\ntype = tcp\nplugin = unix_domain_socket\n"
        f"plugin_unix_path = {door}\nproxy_protocol_version = v2\n"
        f"remote_port = {guarded}\n"
    )
    found = await binary.find(configured=None, managed_dir=folder / "cores")
    core = await _said(stack, found.path, client, "guarded] start proxy success")
    cores.add(core.pid)
    return plain, guarded


async def _said(
    stack: contextlib.AsyncExitStack, program: Path, config: Path, words: str
) -> Process:
    log = config.with_suffix(".log")
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            program,
            *("-c", str(config)),
            stdin=DEVNULL,
            stdout=output,
            stderr=STDOUT,
            env={"PATH": os.defpath},
        )
    await stack.enter_async_context(ended(process))
    async with asyncio.timeout(PATIENCE_S):
        while words not in log.read_text():  # noqa: ASYNC110 - another process's file
            await asyncio.sleep(0.02)
    return process
