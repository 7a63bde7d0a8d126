"""`chmlfrp selfhost node run` as a process of its own, as on another host."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from chmlfrp.selfhost.node.ports import choose
from support.service import COMMAND, END_S, READY_S, RunningService


class Outpost:
    """A node whose agent is a process; can be stopped, killed and started again."""

    def __init__(self, folder: Path, service: str, node: dict[str, Any]) -> None:
        self.folder = folder
        self.node = node
        self._service = service
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has written to stderr so far."""
        return (self.folder / "stderr.log").read_text("utf-8")

    async def start(self, key: str = "") -> None:
        """Start it and wait until it is online; the key is for the first time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "stderr.log").open("ab") as stderr:
            self._process = await asyncio.create_subprocess_exec(
                *(*COMMAND, "node", "run", "--service", self._service, "--json"),
                *("--data", str(self.folder)),
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=stderr,
                env={**os.environ, "CHMLFRP_LANG": "en", "CHMLFRP_NODE_KEY": key},
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(READY_S):
            line = await self._process.stdout.readline()
        assert line, f"the node did not start: {self.log[-2000:]}"
        assert msgspec.json.decode(line) == {"node": self.node["name"]}

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit code; again is fine."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        async with asyncio.timeout(END_S):
            return await self._process.wait()


@asynccontextmanager
async def running_outpost(
    service: RunningService, folder: Path, name: str, *options: str
) -> AsyncIterator[Outpost]:
    """Yield a node of the service that runs as on another host; end it after."""
    ports: list[int] = []
    for _ in range(3):
        ports.append(choose("127.0.0.1", avoid=ports))
    said = await service.command(
        *("node", "add", name, "--remote", "--json", "--port", str(ports[0])),
        *("--http-port", str(ports[1]), "--https-port", str(ports[2])),
        *("--ports", "18000-18099", *options),
    )
    node = msgspec.json.decode(said)
    outpost = Outpost(folder, service.api_url, node)
    try:
        await outpost.start(node["join_key"])
        yield outpost
    finally:
        await outpost.end()
