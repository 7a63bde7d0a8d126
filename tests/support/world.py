"""A person's machine: a home, the daemon and the command line as processes of their own."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psutil

from chmlfrp.control.client import ControlClient, connect
from chmlfrp.control.protocol import (
    Change,
    CreateTunnel,
    Snapshot,
    TokenSignIn,
    TunnelView,
    apply,
)
from chmlfrp.local.files import read_private, save_state
from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home
from chmlfrp.model.ladder import Summary, first_unwell
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel, TunnelType
from support.frps import until
from support.service import RunningService, lent

PATIENCE_S = 25.0
COMMAND = (sys.executable, "-m", "chmlfrp")
DAEMON = (sys.executable, "-m", "chmlfrp.daemon")


@dataclass(frozen=True, slots=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.out)

    @property
    def lines(self) -> list[Any]:
        """The answers of a stream, a line each."""
        return [msgspec.json.decode(line) for line in self.out.splitlines()]


class Machine:
    """One home and what runs in it; `client` speaks to its daemon."""

    def __init__(self, root: Path, api_url: str, *, node: str = "") -> None:
        self.root = root
        self.home = Home.below(root)
        self.node = node
        self.environ = {
            **os.environ,
            "CHMLFRP_HOME": str(root),
            "CHMLFRP_API": api_url,
            "CHMLFRP_LANG": "en",
        }
        self.within: tuple[str, ...] = ()
        """What a command line is put behind, as `ip netns exec …`."""
        self.said: list[str] = []
        """All that commands printed."""
        self.client: ControlClient
        self._daemon: Process | None = None
        self._clients = contextlib.AsyncExitStack()

    # The command line.

    async def cli(self, *argv: str, stdin: str = "", **environ: str) -> Done:
        """Run `chmlfrp …` to its end."""
        process = await asyncio.create_subprocess_exec(
            *self.within,
            *COMMAND,
            *argv,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={**self.environ, **environ},
        )
        try:
            async with asyncio.timeout(PATIENCE_S * 2):
                out, err = await process.communicate(stdin.encode())
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        assert process.returncode is not None
        done = Done(process.returncode, out.decode(), err.decode())
        self.said += [done.out, done.err]
        assert "--debug" in argv or "Traceback" not in done.err, done.err
        return done

    async def good(self, *argv: str, stdin: str = "", **environ: str) -> Done:
        """Run `chmlfrp …`, which must end with 0."""
        done = await self.cli(*argv, stdin=stdin, **environ)
        assert done.code == 0, f"{argv} ended with {done.code}: {done.out}{done.err}"
        return done

    # The daemon.

    async def start(self) -> None:
        """Start the daemon and wait until it answers."""
        self._daemon = await self.launch()
        await self.meet()

    async def launch(self) -> Process:
        """Start a daemon and return its process at once."""
        with self.stray_output.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *(*self.within, *DAEMON),
                stdin=DEVNULL,
                stdout=output,
                stderr=STDOUT,
                env=self.environ,
            )

    async def meet(self) -> None:
        """Make `client` speak to the daemon that runs, whoever started it."""
        await self._clients.aclose()
        self.client = await self._clients.enter_async_context(
            await connect(
                lambda: read_private(self.home.endpoint_file), patience_s=PATIENCE_S
            )
        )

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the daemon that `start` started by a signal; return its exit code."""
        assert self._daemon is not None
        self._daemon.send_signal(number)
        async with asyncio.timeout(PATIENCE_S):
            code = await self._daemon.wait()
        self._daemon = None
        return code

    async def close(self) -> None:
        """End what still runs, and make sure that no fault was met on the way."""
        await self._clients.aclose()
        if self._daemon is not None and self._daemon.returncode is None:
            await self.stop()
        # Started by a command, it is nobody's child.
        if (found := self._holder()) is not None:
            daemon = psutil.Process(found)
            daemon.terminate()
            await until(lambda: is_gone(daemon), "the daemon ended")
        assert "Traceback" not in self.log, self.log
        assert not self.printed, self.printed

    def _holder(self) -> int | None:
        found = holder(self.home) if self.root.is_dir() else None
        return found.pid if found else None

    @property
    def pid(self) -> int:
        """The daemon's process."""
        assert self._daemon is not None
        return self._daemon.pid

    @property
    def stray_output(self) -> Path:
        return self.root.with_suffix(".out")

    @property
    def printed(self) -> str:
        """What the daemon printed; a daemon without trouble prints nothing."""
        return _text(self.stray_output)

    @property
    def log(self) -> str:
        return _text(self.home.log_file)

    @property
    def inis(self) -> list[Path]:
        """The files of cores."""
        return sorted(self.home.core_files_dir.glob("*"))

    def cores(self, daemon: int | None = None) -> list[psutil.Process]:
        """Return the cores that run, each proved by program and file."""
        children = psutil.Process(daemon or self.pid).children()
        folder = str(self.home.core_files_dir)
        return [p for p in children if any(folder in a for a in _argv(p))]

    def wants(self, **sections: dict[str, Any]) -> None:
        """Write the settings file."""
        lines = []
        for name, values in sections.items():
            lines += [f"[{name}]", *(f'{k} = "{v}"' for k, v in values.items())]
        self.home.prepare()
        self.home.settings_file.write_text("\n".join(lines) + "\n", "utf-8")

    def remember(self, wanted: Iterable[int]) -> None:
        """Put wishes of account 1 on the disk, as an earlier daemon would have."""
        key = f"{self.environ['CHMLFRP_API']}#1"
        save_state(self.home.wishes_file, {key: sorted(wanted)})

    # What a person does.

    async def sign_in(self, token: str) -> None:
        """Sign in by token, which costs the service no hashing."""
        await self.client.sign_in(TokenSignIn(token=Secret(token)))

    async def create(
        self, kind: TunnelType = TunnelType.TCP, *, start: bool = True, **fields: Any
    ) -> Tunnel:
        """Create a tunnel and, as usual, want it up."""
        fields = {"node": self.node, **fields}
        return await self.client.create(CreateTunnel(type=kind, start=start, **fields))

    async def until(
        self, is_so: Callable[[Snapshot], bool], what: str, *, within_s: float = 0.0
    ) -> Snapshot:
        """Follow the watch until the condition holds; the stream must have no gap."""
        seen: Snapshot | None = None
        try:
            async with asyncio.timeout(within_s or PATIENCE_S):
                async with contextlib.aclosing(follow(self.client)) as snapshots:
                    async for seen in snapshots:
                        if is_so(seen):
                            return seen
        except TimeoutError:
            pass
        told = seen and {i: (v.wanted, v.ladder) for i, v in seen.tunnels.items()}
        raise AssertionError(f"it never came true: {what}; {told}\n{self.log[-3000:]}")

    async def view(
        self,
        tunnel: Tunnel,
        is_so: Callable[[TunnelView], bool],
        what: str,
        *,
        within_s: float = 0.0,
    ) -> TunnelView:
        """Wait until the condition holds for that tunnel and return how it stands."""

        def holds(snapshot: Snapshot) -> bool:
            view = snapshot.tunnels.get(tunnel.id)
            return view is not None and is_so(view)

        seen = await self.until(holds, f"{tunnel.name}: {what}", within_s=within_s)
        return seen.tunnels[tunnel.id]

    async def up(self, *tunnels: Tunnel, within_s: float = 0.0) -> list[TunnelView]:
        """Wait until all of these are up and return how they stand."""
        return [
            await self.view(t, is_up, "it is up", within_s=within_s) for t in tunnels
        ]


def port_of(tunnel: Tunnel) -> int:
    """Return the public port of a tcp or udp tunnel."""
    assert tunnel.remote_port is not None
    return tunnel.remote_port


def other_port(tunnel: Tunnel) -> int:
    """Return a public port of the same node that the tunnel does not have."""
    first, last = map(int, lent().split("-"))
    count = last - first + 1
    return first + (port_of(tunnel) - first + count // 2) % count


def is_up(view: TunnelView) -> bool:
    """Whether wish and ladder come to "up"."""
    return view.summary is Summary.UP


def why_not(view: TunnelView) -> str | None:
    """Return the reason code on the first rung that is not well."""
    rung = first_unwell(view.ladder)
    reason = getattr(view.ladder, rung).reason if rung else None
    return str(reason.code) if reason else None


async def follow(client: ControlClient) -> AsyncGenerator[Snapshot, None]:
    """Yield the state after each frame of a watch."""
    seen: Snapshot | None = None
    async for frame in client.watch():
        if isinstance(frame, Snapshot):
            assert seen is None
            seen = frame
        else:
            assert isinstance(frame, Change), frame
            assert seen is not None
            assert frame.seq == seen.seq + 1
            seen = apply(seen, frame)
        yield seen


def is_gone(process: psutil.Process) -> bool:
    """Whether the process has ended; one that nobody has waited for counts as ended."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def clear(service: RunningService, token: str) -> None:
    """Delete all tunnels of an account, past every client."""
    reply = await service.call("/tunnel", token=token)
    assert "data" in reply, reply
    for row in reply["data"]:
        await service.call("/deletetunnel", token=token, tunnelid=row["id"])


@asynccontextmanager
async def machine_at(root: Path, service: RunningService) -> AsyncIterator[Machine]:
    """Yield a machine that knows the service, without a daemon as yet."""
    machine = Machine(root, service.api_url, node=service.node["name"])
    try:
        yield machine
    finally:
        await machine.close()


def _argv(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""
