"""The window: start and memory against a minimal one, stalls, a thousand rows, idle.

Each measurement is a process of its own that draws offscreen (`benchmarks.window`).
"""

import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec

from benchmarks.chain import _fill, _signed_in
from benchmarks.table import Table
from chmlfrp.api.client import ServiceClient
from chmlfrp.cli.demo import world
from chmlfrp.control.protocol import PasswordSignIn
from chmlfrp.local.paths import Home

TUNNELS = 16
MANY = 1000
SLOW_S = 3.0
USUAL_S = 0.15
STALL_AIM_MS = 50
POPULATE_AIM_MS = 200
IDLE_AIM_PERCENT = 0.5

Told = dict[str, float]


async def measure(*, quick: bool) -> list[Table]:
    runs, seconds = (1, 5.0) if quick else (7, 30.0)
    tables = [await _starts(runs)]
    with tempfile.TemporaryDirectory(prefix="chmlfrp-bench-") as name:
        folder = Path(name)
        tables.append(await _at_work(folder, runs=min(runs, 3), seconds=seconds))
        tables.append(await _beside_the_api(folder, runs=min(runs, 3)))
    return tables


# Start and memory.


async def _starts(runs: int) -> Table:
    table = Table(
        "First painted list of tunnels, and memory (PSS) after it (median)",
        ["window", "ms", "ratio", "MiB", "ratio"],
        note=f"{runs} runs in turn after one that is not counted; from the start of "
        "the process; the daemon runs and is scripted.",
    )
    with tempfile.TemporaryDirectory(prefix="chmlfrp-bench-") as name:
        folder = Path(name)
        few, many = folder / "few", folder / "many"
        async with _scripted(few, TUNNELS), _scripted(many, MANY):
            await _window("ours", few)
            rounds = [await _round(few, many) for _ in range(runs)]
    minimal = _median([r[0] for r in rounds])
    for place, title in enumerate(
        (
            "minimal PySide6, 16 names",
            f"ours, {TUNNELS} tunnels, as the last one left them",
            f"ours, {TUNNELS} tunnels, never opened before",
            f"ours, {MANY} tunnels, as the last one left them",
        )
    ):
        told = _median([r[place] for r in rounds])
        table.add(
            title,
            f"{told['first']:.0f}",
            f"{told['first'] / minimal['first']:.1f}",
            f"{told['pss']:.0f}",
            f"{told['pss'] / minimal['pss']:.1f}",
        )
    return table


async def _round(few: Path, many: Path) -> list[Told]:
    told = [await _window("minimal", few), await _window("ours", few)]
    Home.below(few).last_known_file.unlink()
    told.append(await _window("ours", few))
    told.append(await _window("ours", many))
    return told


# At work.


async def _at_work(folder: Path, *, runs: int, seconds: float) -> Table:
    table = Table(
        f"The window at work, with {MANY} tunnels (worst of {runs} runs)",
        ["what", "measured", "aim"],
        note="a stall is the longest time that the Qt thread did not take its events",
    )
    busy, calm, still = (folder / name for name in ("busy", "calm", "still"))
    async with _scripted(busy, MANY, "flood"):
        floods = [await _window("flood", busy, seconds=seconds) for _ in range(runs)]
        rests = [await _window("still", busy, seconds=seconds) for _ in range(runs)]
    async with _scripted(calm, MANY):
        fills = [await _window("populate", calm) for _ in range(runs)]
    async with _scripted(still, TUNNELS):
        idles = [await _window("idle", still, seconds=seconds) for _ in range(runs)]
    table.add(
        f"longest stall, 1000 lines/s and 50 changes/s for {seconds:.0f} s",
        f"{max(f['stall'] for f in floods):.0f} ms",
        f"< {STALL_AIM_MS} ms",
    )
    work = max(f["at_work"] for f in floods)
    _unaimed(table, "  the most work of the Qt thread at one time", work, " ms")
    floor = max(r["stall"] for r in rests)
    _unaimed(table, "  the same of a window in which nothing happens", floor, " ms")
    _unaimed(table, "  lines that were shown", min(f["lines"] for f in floods), "")
    _unaimed(table, "  processor time", max(f["cpu"] for f in floods), " %")
    table.add(
        f"populate {MANY} tunnels",
        f"{max(f['populate'] for f in fills):.0f} ms",
        f"< {POPULATE_AIM_MS} ms",
    )
    table.add(
        f"idle, {TUNNELS} tunnels, one of them chosen",
        f"{max(i['idle'] for i in idles):.2f} %",
        f"< {IDLE_AIM_PERCENT} %",
    )
    return table


def _unaimed(table: Table, what: str, value: float, unit: str) -> None:
    table.add(what, f"{value:.0f}{unit}", "")


# Beside the API.


async def _beside_the_api(folder: Path, *, runs: int) -> Table:
    table = Table(
        f"{TUNNELS} tunnels of a real service whose answers are late (median)",
        ["window", "an answer takes", "first list ms", "longest stall ms", "work ms"],
        note="the usual way: every request on the Qt thread, one for each tunnel",
    )
    async with contextlib.AsyncExitStack() as stack:
        ready, password = await stack.enter_async_context(
            world.service(folder / "service", tunnels=TUNNELS)
        )
        service = await stack.enter_async_context(ServiceClient(ready.api))
        token = (await service.account.sign_in(world.USER, password)).token
        mine = await _signed_in(service, password)
        await _fill(mine, ready.node.name, TUNNELS)
        late = await stack.enter_async_context(_late(ready.api))
        home = Home.below(folder / "home")
        client = await stack.enter_async_context(world.daemon(home, late.url))
        await client.sign_in(PasswordSignIn(name=world.USER, password=password))
        extra = {"BENCH_API": late.url, "BENCH_TOKEN": token.reveal()}
        for delay in (0.0, USUAL_S):
            late.delay_s = delay
            for kind, title in (("seed", "the usual way"), ("ours", "ours")):
                told = []
                for _ in range(runs):
                    home.last_known_file.unlink(missing_ok=True)
                    told.append(await _window(kind, folder / "home", **extra))
                _add(table, title, delay, _median(told))
        late.delay_s = SLOW_S
        told = [await _window("slow", folder / "home", seconds=4 * SLOW_S)]
        _add(table, "ours, at work on every page", SLOW_S, {"first": 0, **told[0]})
    return table


def _add(table: Table, title: str, delay: float, told: Told) -> None:
    first = f"{told['first']:.0f}" if told["first"] else ""
    table.add(
        title,
        f"{delay * 1000:.0f} ms",
        first,
        f"{told['stall']:.0f}",
        f"{told['at_work']:.0f}",
    )


class Late:
    """Hands bytes to the service at once and its answers back after a while."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.url = ""
        self.delay_s = 0.0

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        answers, asks = await asyncio.open_connection("127.0.0.1", self._port)
        with contextlib.suppress(ConnectionError):
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, asks, is_late=False))
                both.create_task(self._pump(answers, writer, is_late=True))

    async def _pump(
        self, source: asyncio.StreamReader, to: asyncio.StreamWriter, *, is_late: bool
    ) -> None:
        while block := await source.read(2**20):
            if is_late:
                await asyncio.sleep(self.delay_s)
            to.write(block)
            await to.drain()
        to.close()


@contextlib.asynccontextmanager
async def _late(api: str) -> AsyncIterator[Late]:
    late = Late(int(api.rpartition(":")[2]))
    server = await asyncio.start_server(late.serve, "127.0.0.1", 0)
    late.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield late
    finally:
        server.close()


# Processes.


async def _window(
    kind: str, home: Path, *, seconds: float = 5.0, **environ: str
) -> Told:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.window", kind),
        stdin=DEVNULL,
        stdout=PIPE,
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "CHMLFRP_HOME": str(home),
            "BENCH_SECONDS": str(seconds),
            "BENCH_BEGAN": str(time.monotonic()),
            **environ,
        },
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the window {kind} ended with {process.returncode}")
    return msgspec.json.decode(out.splitlines()[-1], type=Told)


@contextlib.asynccontextmanager
async def _scripted(home: Path, tunnels: int, *options: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.busy_daemon", str(tunnels), *options),
        stdin=DEVNULL,
        stdout=PIPE,
        env={**os.environ, "CHMLFRP_HOME": str(home)},
    )
    assert process.stdout is not None
    if not await process.stdout.readline():
        raise RuntimeError("the scripted daemon did not start")
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


def _median(told: Sequence[Told]) -> Told:
    return {key: statistics.median(one[key] for one in told) for key in told[0]}
