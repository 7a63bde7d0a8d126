"""A machine whose tunnels are watched from outside while something goes wrong."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import psutil

from chmlfrp.local.files import load_state
from chmlfrp.model.guard import Guard
from chmlfrp.model.ladder import Summary
from chmlfrp.model.tunnel import Tunnel
from support.fake_frpc import Orders
from support.frps import until
from support.promises import OURS, PROMISES, record
from support.service import RunningService, lent
from support.visitor import Visit, eventually
from support.world import Machine, is_gone, port_of

SECOND_NODE = "second"
LIMIT_S = 75.0
"""How long a test waits for any return; promises are measured, not asserted."""
_ASKED_EVERY_S = 0.02
_ANSWER_S = 1.0


async def passes(port: int, *, answer_s: float = _ANSWER_S) -> bool:
    """Whether bytes go there and back at a public port of this machine, now."""
    writer = None
    try:
        async with asyncio.timeout(answer_s):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"ping")
            return await reader.readexactly(4) == b"ping"
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False
    finally:
        if writer is not None:
            writer.transport.abort()


async def seconds_until(
    look: Callable[[], Awaitable[bool]], *, within_s: float = LIMIT_S
) -> float:
    """Return how long it took to come true.

    Looks begin each 20 ms however long one takes: one that hangs holds no other up.
    """
    began, came = time.monotonic(), asyncio.Event()

    async def once() -> None:
        if await look():
            came.set()

    async with asyncio.TaskGroup() as tasks:
        looks: set[asyncio.Task[None]] = set()
        while not came.is_set() and time.monotonic() - began < within_s:
            look_now = tasks.create_task(once())
            looks.add(look_now)
            look_now.add_done_callback(looks.discard)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_ASKED_EVERY_S):
                    await came.wait()
        took = time.monotonic() - began
        for late in looks:
            late.cancel()
    assert came.is_set(), f"it did not come true within {within_s} s"
    return took


FORK = Orders(carries=True, knocks=True, scale=0.1)
"""The fake fork as it stands when nothing is wrong."""


class Stand:
    """A machine with a tunnel that a fault will hit and one that it must not touch."""

    def __init__(self, machine: Machine, service: RunningService, token: str) -> None:
        self.machine = machine
        self.service = service
        self.token = token
        self.program = Path()
        """The fake core, where it is one."""
        self.hit: Tunnel
        self.spared: Tunnel
        self._visit: Visit

    @property
    def port(self) -> int:
        """The public port of the tunnel that is hit."""
        return port_of(self.hit)

    async def renew(self) -> None:
        """Start both tunnels anew, with nothing held against them."""
        client, ids = self.machine.client, [self.hit.id, self.spared.id]
        await client.stop(ids)
        await self.machine.until(
            lambda seen: all(seen.tunnels[i].summary is Summary.STOPPED for i in ids),
            "they stopped",
        )
        await client.start(ids)
        # The node may still hold a session that the last fault cut off.
        await self.machine.up(self.hit, self.spared, within_s=60)

    def core(self) -> psutil.Process:
        """Return the frpc that carries the tunnel that is hit."""
        return self._cores()[0]

    def _cores(self) -> list[psutil.Process]:
        """The cores, the one with the tunnel that is hit first."""
        port = f"remote_port = {self.port}"

        def is_other(core: psutil.Process) -> bool:
            # Wine keeps room behind the arguments.
            config = next(word for word in core.cmdline() if word.endswith(".ini"))
            return port not in Path(config).read_text("utf-8")

        return sorted(self.machine.cores(), key=is_other)

    async def passes(self) -> bool:
        return await passes(self.port)

    async def back(self, fault: str, *, began: float, gone: bool = True) -> float:
        """Wait until bytes pass again and keep the seconds since `began`.

        gone: the fault cut the tunnel, so that first it must be seen to be away.
        """
        if gone:
            await self.is_away()
        await seconds_until(self.passes)
        took = time.monotonic() - began
        self.keep(fault, took)
        return took

    def keep(self, fault: str, took: float) -> None:
        """Keep a measurement, and fail if it is far beyond what is promised."""
        record(fault, OURS, took)
        aim = PROMISES[fault].aim_s
        assert aim is None or took < max(4 * aim, LIMIT_S), f"{fault}: {took:.1f} s"

    async def is_away(self) -> None:
        """Wait until no bytes pass."""

        async def look() -> bool:
            return not await passes(self.port)

        await seconds_until(look, within_s=LIMIT_S)

    # What no fault may do.

    @asynccontextmanager
    async def nothing_else_happens(self, *, spares: bool = True) -> AsyncIterator[None]:
        """Around a fault: nothing lost, nothing left over, no secret out.

        spares: a connection through the other node's tunnel survives.
        """
        rows = await self._rows()
        cores = {core.pid: core for core in self.machine.cores()}
        async with Visit(port_of(self.spared)) as visit:
            await visit.ask()
            yield
            if spares:
                await visit.ask()
        assert await self._rows() == rows, "the account's tunnels changed"
        self.assert_wishes()
        living = {core.pid for core in self.machine.cores()}
        orphans = [c for c in cores.values() if c.pid not in living and not is_gone(c)]
        assert not orphans, f"orphans: {orphans}"
        self.assert_secret()

    async def _rows(self) -> list[dict[str, object]]:
        """Return what belongs to the person in the account's tunnels."""
        said = ("id", "name", "type", "localip", "nport", "dorp", "node")
        rows = (await self.service.call("/tunnel", token=self.token))["data"]
        return [{key: row[key] for key in said} for row in rows]

    def assert_wishes(self) -> None:
        """Raise if it is not on the disk that both tunnels are wanted."""
        kept = load_state(self.machine.home.wishes_file, dict[str, list[int]]).value
        assert kept is not None
        found = {number for wanted in kept.values() for number in wanted}
        assert found >= {self.hit.id, self.spared.id}, "a wish was lost"

    def assert_secret(self) -> None:
        """Raise if the account's token is to be read in a log or a command line."""
        texts = {
            "log": self.machine.log,
            "output": self.machine.printed,
            "answers": "".join(self.machine.said),
            **{str(p.pid): " ".join(_argv(p)) for p in self.machine.cores()},
        }
        shown = [where for where, text in texts.items() if self.token in text]
        assert not shown, f"the token is to be read in {shown}"


async def stand_on(
    machine: Machine,
    service: RunningService,
    token: str,
    echo: int,
    program: Path | None,
) -> Stand:
    """Return a stand whose daemon runs and whose two tunnels are up."""
    stand = Stand(machine, service, token)
    if program is not None:
        stand.program = program
        machine.wants(core={"path": str(program)})
    await machine.start()
    await machine.sign_in(token)
    stand.hit = await _tunnel(machine, echo, 0, machine.node)
    stand.spared = await _tunnel(machine, echo, 1, SECOND_NODE)
    await machine.up(stand.hit, stand.spared)
    return stand


async def _tunnel(machine: Machine, echo: int, part: int, node: str) -> Tunnel:
    """Create a tunnel at a port of the node that nobody has."""
    port = free_remote_port(part)
    return await machine.create(local_port=echo, node=node, remote_port=port)


def free_remote_port(part: int = 0) -> int:
    """Return one of the ports that a node lends, and that nobody has."""
    first, last = map(int, lent(part).split("-"))
    return next(p for _ in range(50) if _is_free(p := random.randint(first, last)))


def _is_free(port: int) -> bool:
    with socket.socket() as sock, contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("", port))
        return True
    return False


async def with_second_node(
    service: RunningService, token: str, *, host: str = "127.0.0.1"
) -> None:
    """Add another node and wait until all are online."""
    where = ("--host", host, "--ports", lent(1))
    await service.command("node", "add", SECOND_NODE, *where)

    async def are_online() -> bool:
        rows = (await service.call("/node_stats", token=token))["data"]
        names = {row["node_name"] for row in rows if row["state"] == "online"}
        return len(names) == len(rows) and SECOND_NODE in names

    await eventually(are_online, wanted=True)


def _argv(process: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []


def frps_of(service: RunningService, number: int = 1) -> psutil.Process:
    """Return the frps of a node by the node's number."""
    for child in psutil.Process(service.pid).children():
        if f"/{number}/frps.toml" in " ".join(_argv(child)).replace(os.sep, "/"):
            return child
    raise AssertionError("the node's frps does not run")


async def node_away(service: RunningService, *, seconds: float) -> None:
    """Keep the first node's frps away for so long; return when it listens again."""
    address = ("127.0.0.1", int(service.node["port"]))
    frps_of(service).kill()
    # Bound and not listening: frps cannot have the port, and who comes is refused.
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        await until(lambda: _bound(holder, address), "the port is held")
        await asyncio.sleep(seconds)
    await seconds_until(lambda: _listens(address))


def _bound(holder: socket.socket, address: tuple[str, int]) -> bool:
    with contextlib.suppress(OSError):
        holder.bind(address)
        # From here on nobody may share it: Linux looks at both sides' wishes.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        return True
    return False


async def _listens(address: tuple[str, int]) -> bool:
    try:
        _, writer = await asyncio.open_connection(*address)
    except OSError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def frozen(process: psutil.Process) -> AsyncIterator[None]:
    """Stop a process in its tracks for the block."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def without_a_guard(stand: Stand) -> AsyncIterator[None]:
    """Take the door of the tunnel that is hit away for the block."""
    client, number = stand.machine.client, stand.hit.id
    before = await client.options(number)
    await client.set_options(number, msgspec.structs.replace(before, guard=Guard()))
    await seconds_until(lambda: _has_door(stand, wanted=False))
    try:
        yield
    finally:
        await client.set_options(number, before)
        await seconds_until(lambda: _has_door(stand, wanted=True))


async def _has_door(stand: Stand, *, wanted: bool) -> bool:
    return _is_guarded(stand.core()) is wanted and await stand.passes()


def _is_guarded(core: psutil.Process) -> bool:
    config = next(word for word in _argv(core) if word.endswith(".ini"))
    return "proxy_protocol_version" in Path(config).read_text("utf-8")


@asynccontextmanager
async def kept_alive(machine: Machine) -> AsyncIterator[list[int]]:
    """Run the daemon as a service manager does, again 0.1 s after each end.

    Yields the numbers of all daemons so far.
    """
    pids: list[int] = []
    ending = False

    async def keep() -> None:
        while not ending:
            daemon = await machine.launch()
            pids.append(daemon.pid)
            await daemon.wait()
            if not ending:
                await asyncio.sleep(0.1)

    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(keep())
        try:
            await machine.meet()
            yield pids
        finally:
            ending = True
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pids[-1]).terminate()
            await keeping
