"""The door of the guard against frpc alone: real frpc and frps, one machine, one run."""

import asyncio
import contextlib
import functools
import json
import os
import statistics
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.table import Table
from chmlfrp.frpc import binary
from chmlfrp.guard.door import Door
from chmlfrp.guard.peer import UnixPlace
from chmlfrp.local.ports import free_port
from chmlfrp.model.guard import Guard
from chmlfrp.selfhost.node import frps

MIB = 2**20
PATIENCE_S = 60
LAG_EVERY_S = 0.005


@dataclass(frozen=True)
class Lab:
    """Both ways to one service, and the door on one of them."""

    plain: int
    guarded: int
    door: Door


async def measure(*, quick: bool) -> list[Table]:
    runs, size = (1, 64 * MIB) if quick else (3, 512 * MIB)
    knocks, held = (160, 100) if quick else (2000, 1000)
    async with _lab() as lab:
        table = Table(
            "The guard's door: tcp through frps and frpc, alone and with the door",
            ["what", "frp alone", "with the door", "ratio"],
            note=f"medians of {runs} runs in turns; the door shares the machine with frp.",
        )
        for name, unit, argv, value in (
            ("1 stream", "MiB/s", ("stream", 1, size), lambda s: size / MIB / s),
            (
                "8 streams",
                "MiB/s",
                ("stream", 8, size // 8),
                lambda s: size / MIB / s,
            ),
            ("round trip", "ms", ("ping", 500), lambda s: s * 1000),
            ("new connections", "1/s", ("knock", knocks), lambda n: n),
        ):
            await _compare(table, lab, f"{name}, {unit}", argv, value, runs)
        await _cost(table, lab, size, held)
    return [table]


async def _compare(
    table: Table,
    lab: Lab,
    name: str,
    argv: tuple[str | int, ...],
    value: Callable[[float], float],
    runs: int,
) -> None:
    alone, led = [], []
    for _ in range(runs):
        alone.append(value(await _load(argv[0], lab.plain, *argv[1:])))
        led.append(value(await _load(argv[0], lab.guarded, *argv[1:])))
    both = statistics.median(alone), statistics.median(led)
    table.add(name, *(f"{x:.4g}" for x in both), f"{both[1] / both[0]:.2f}")


async def _cost(table: Table, lab: Lab, size: int, held: int) -> None:
    """Add what the loop that carries the bytes feels, and what connections weigh."""
    lags: list[float] = []
    ours = psutil.Process()
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(_feel(lags))
        used = sum(ours.cpu_times()[:2])
        seconds = await _load("stream", lab.guarded, 8, size // 8)
        used = sum(ours.cpu_times()[:2]) - used
        watching.cancel()
    worst = statistics.quantiles(lags, n=100)[98]
    table.add("lag of the loop under load, p99 ms", "", f"{worst * 1000:.2f}", "")
    per_gbit = used / (size * 8 / 1e9) * 100
    table.add("the door, % of a core per Gbit/s", "", f"{per_gbit:.0f}", "")
    table.add("the door under load, % of a core", "", f"{used / seconds * 100:.0f}", "")
    before = ours.memory_info().rss
    process = await _python("stay", lab.guarded, held)
    async with _ended(process):
        assert process.stdout is not None
        await process.stdout.readline()
        grown = (ours.memory_info().rss - before) / MIB * 1000 / held
    table.add("memory per 1 000 connections, MiB", "", f"{grown:.1f}", "")


async def _feel(lags: list[float]) -> None:
    now = asyncio.get_running_loop().time
    while True:
        began = now()
        await asyncio.sleep(LAG_EVERY_S)
        lags.append(now() - began - LAG_EVERY_S)


async def _load(name: str | int, *numbers: str | int) -> float:
    process = await _python(name, *numbers)
    async with asyncio.timeout(PATIENCE_S * 3):
        out, _ = await process.communicate()
    return float(json.loads(out))


async def _python(*words: str | int) -> Process:
    argv = [sys.executable, "-m", "benchmarks.guard_load", *map(str, words)]
    return await asyncio.create_subprocess_exec(*argv, stdin=PIPE, stdout=PIPE)


@asynccontextmanager
async def _lab() -> AsyncIterator[Lab]:
    with tempfile.TemporaryDirectory(prefix="chmlfrp-bench-") as name:
        folder = Path(name)
        async with contextlib.AsyncExitStack() as stack:
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            service = await _python("serve")
            await stack.enter_async_context(_ended(service))
            assert service.stdout is not None
            local = int(await service.stdout.readline())
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
    await stack.enter_async_context(_ended(process))
    async with asyncio.timeout(PATIENCE_S):
        while words not in log.read_text():  # noqa: ASYNC110 - another process's file
            await asyncio.sleep(0.02)
    return process


@asynccontextmanager
async def _ended(process: Process) -> AsyncIterator[None]:
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
