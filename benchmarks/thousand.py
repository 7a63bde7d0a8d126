"""A thousand tunnels in one real daemon: memory, idle work, and back after outages.

Service, nodes (frps) and cores (frpc) are the real programs, all on this machine. Nothing
needs root: an outage is the nodes' sudden death, and what is measured begins when their
ports take connections again.
"""

import asyncio
import contextlib
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from sqlalchemy import insert, select

from benchmarks.table import Table
from chmlfrp.cli.demo import world
from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import (
    Change,
    PasswordSignIn,
    Snapshot,
    TunnelView,
    apply,
    encode,
)
from chmlfrp.local.paths import Home
from chmlfrp.model.ladder import Summary
from chmlfrp.selfhost.node.create import NodePlan, create
from chmlfrp.selfhost.node.ports import is_free
from chmlfrp.selfhost.store.database import open_database
from chmlfrp.selfhost.store.models import Tunnel, User

TUNNELS = 1000
NODES = 4
LENT = (30000, 32767)
"""Above what other services on this machine lend, below what the system hands out."""
MIB = 2**20
PATIENCE_S = 180.0
KNOCKS_AT_ONCE = 64
_ANSWER = b"pong"


@dataclass
class Eye:
    """A watch that stays open, and what came on it."""

    client: ControlClient
    snapshot: Snapshot | None = None
    changes: int = 0
    views: int = 0
    size: int = 0
    """Bytes of the changes."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            async for frame in self.client.watch():
                if isinstance(frame, Snapshot):
                    self.snapshot = frame
                elif isinstance(frame, Change) and self.snapshot is not None:
                    self.snapshot = apply(self.snapshot, frame)
                    self.changes += 1
                    self.views += len(frame.tunnels)
                    self.size += len(encode(frame))
                self.moved.set()

    def forget(self) -> None:
        """Count anew."""
        self.changes = self.views = self.size = 0

    async def until(self, is_so: Callable[[TunnelView], bool]) -> None:
        """Return once it is so of every tunnel."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not self._is_all(is_so):
                    self.moved.clear()
                    await self.moved.wait()
        except TimeoutError:
            views = self.snapshot.tunnels.values() if self.snapshot else ()
            late = [view.ladder for view in views if not is_so(view)]
            raise RuntimeError(f"{len(late)} are late: {late[:1]}") from None

    def _is_all(self, is_so: Callable[[TunnelView], bool]) -> bool:
        views = self.snapshot.tunnels.values() if self.snapshot else ()
        return bool(views) and all(is_so(view) for view in views)


@dataclass
class Lab:
    """Everything, running."""

    client: ControlClient
    eye: Eye
    ids: frozenset[int]
    ports: list[int]
    node_ports: list[int]
    daemon: psutil.Process


async def measure(*, quick: bool) -> list[Table]:
    """Return the table."""
    size = TUNNELS // 10 if quick else TUNNELS
    table = Table(
        f"{size} tunnels on {NODES} nodes in one daemon",
        ["what", "time", "of the daemon", "on the watch"],
        note="real service, frps and frpc on the same machine; PSS, processor time",
    )
    async with _lab(size) as lab:
        await _timed(table, lab, "start, all open", lambda: _start(lab))
        await _timed(table, lab, "all carry bytes", lambda: _carry(lab.ports))
        await _timed(table, lab, "one stopped and started", lambda: _one(lab))
        await _idle(table, lab, seconds=5.0 if quick else 20.0)
        _memory(table, lab)
        _kill(lab, "frps")
        await _knock_until_open(lab.node_ports)
        await _timed(table, lab, "nodes back, all carry", lambda: _carry(lab.ports))
        await lab.eye.until(_is_up)
        _kill(lab, "frpc")
        await _timed(table, lab, "all cores killed", lambda: _back(lab))
        _memory(table, lab)
    return [table]


async def _timed(
    table: Table, lab: Lab, what: str, work: Callable[[], Awaitable[None]]
) -> None:
    lab.eye.forget()
    before, since = _cpu_s(lab.daemon), time.perf_counter()
    await work()
    took, used = time.perf_counter() - since, _cpu_s(lab.daemon) - before
    table.add(what, f"{took:.2f} s", f"{used:.2f} s", _seen(lab.eye, took))


def _seen(eye: Eye, took: float) -> str:
    rate = eye.changes / took
    return f"{eye.changes} frames ({rate:.0f}/s), {eye.size / 1024:.0f} KiB"


async def _start(lab: Lab) -> None:
    await lab.client.start(lab.ids)
    await lab.eye.until(_is_up)


async def _one(lab: Lab) -> None:
    one = min(lab.ids)
    await lab.client.stop({one})
    await lab.eye.until(lambda v: v.id != one or v.summary is Summary.STOPPED)
    await lab.client.start({one})
    await lab.eye.until(_is_up)


async def _back(lab: Lab) -> None:
    await lab.eye.until(lambda view: view.pid in psutil.pids())
    await lab.eye.until(_is_up)
    await _carry(lab.ports)


async def _idle(table: Table, lab: Lab, *, seconds: float) -> None:
    """Look at the daemon once the reach of every tunnel was tried."""
    await lab.eye.until(lambda view: view.ladder.reach.state == "reachable")
    lab.eye.forget()
    before = _cpu_s(lab.daemon)
    await asyncio.sleep(seconds)
    share = (_cpu_s(lab.daemon) - before) / seconds * 100
    seen = _seen(lab.eye, seconds)
    table.add("idle", f"{seconds:g} s", f"{share:.1f} % of a core", seen)


def _memory(table: Table, lab: Lab) -> None:
    cores = [p for p in lab.daemon.children() if "frpc" in p.name()]
    ours, theirs = _pss(lab.daemon), sum(_pss(core) for core in cores)
    table.add("memory", "", f"{ours:.0f} MiB", f"{theirs:.0f} MiB in frpc")


def _is_up(view: TunnelView) -> bool:
    return view.summary is Summary.UP


def _kill(lab: Lab, name: str) -> None:
    """Kill what we started ourselves and what has that name."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if name in process.name():
                process.send_signal(signal.SIGKILL)


async def _carry(ports: list[int]) -> None:
    """Return once bytes came back through every port."""
    seats = asyncio.Semaphore(KNOCKS_AT_ONCE)

    async def knock(port: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                async with seats:
                    if await _answers(port):
                        return
                await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as tasks:
        for port in ports:
            tasks.create_task(knock(port))


async def _answers(port: int) -> bool:
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return await reader.readexactly(len(_ANSWER)) == _ANSWER
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False


async def _knock_until_open(ports: list[int]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        for port in ports:
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.01)
                    continue
                writer.transport.abort()
                break


def _cpu_s(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))


def _pss(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss) / MIB


@contextlib.asynccontextmanager
async def _lab(size: int) -> AsyncIterator[Lab]:
    with tempfile.TemporaryDirectory(prefix="chmlfrp-bench-") as name:
        folder = Path(name)
        home = Home.below(folder / "home")
        async with contextlib.AsyncExitStack() as stack:
            enter = stack.enter_async_context
            echo = await enter(await asyncio.start_server(_greet, "127.0.0.1", 0))
            ready, password = await enter(
                world.service(folder / "service", tunnels=size)
            )
            local_port = echo.sockets[0].getsockname()[1]
            node_ports = await _fill(folder / "service", size, local_port)
            await _knock_until_open(node_ports)
            client = await enter(world.daemon(home, ready.api))
            await client.sign_in(PasswordSignIn(name=world.USER, password=password))
            snapshot = await client.snapshot()
            tasks = await enter(asyncio.TaskGroup())
            eye = Eye(client)
            watching = tasks.create_task(eye.run())
            stack.callback(watching.cancel)
            ports = [
                v.tunnel.remote_port for v in snapshot.tunnels.values() if v.tunnel
            ]
            yield Lab(
                client=client,
                eye=eye,
                ids=frozenset(snapshot.tunnels),
                ports=[port for port in ports if port],
                node_ports=node_ports,
                daemon=psutil.Process(snapshot.daemon.pid),
            )


async def _greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_ANSWER)
    with contextlib.suppress(ConnectionError):
        await writer.drain()
    writer.close()


async def _fill(folder: Path, size: int, local_port: int) -> list[int]:
    """Add nodes and tunnels beside the running service; return the nodes' ports."""
    async with open_database(folder) as database, database.write() as session:
        plans = [NodePlan(name=f"bench{n}", ports=LENT) for n in range(NODES)]
        nodes = [await create(session, plan) for plan in plans]
        ports = filter(lambda port: is_free(port, "127.0.0.1"), range(*LENT))
        user = await session.scalar(select(User.id).where(User.name == world.USER))
        rows = [
            {
                "user_id": user,
                "node_id": nodes[number % NODES].id,
                "name": f"bench{number}",
                "type": "tcp",
                "local_ip": "127.0.0.1",
                "local_port": local_port,
                "remote_port": next(ports),
                "encryption": False,
                "compression": False,
            }
            for number in range(size)
        ]
        await session.execute(insert(Tunnel), rows)
        return [node.port for node in nodes]
