"""One local node: its frps is started, watched, polled and, when it dies, started again."""

import asyncio
import logging
import re
import time
from asyncio.subprocess import Process
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost import child
from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.files import private_folder, write_private
from chmlfrp.selfhost.finish import to_the_end
from chmlfrp.selfhost.node import config, machine, settle
from chmlfrp.selfhost.node.dashboard import Dashboard
from chmlfrp.selfhost.node.live import Change, LiveNode
from chmlfrp.selfhost.node.observe import Observer
from chmlfrp.selfhost.store.models import Node

POLL_S = 10.0
"""Between two looks at the dashboard when nothing happens."""
SOON_S = 0.3
"""After something happened, so that a burst of it costs one look."""
FIRST_ANSWER_S = 10.0
BACKOFF_S = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
HOPELESS = 4
"""Failures in a row after which the first start counts as failed."""
STEADY_S = 60.0
"""A frps that ran this long starts again at the head of the back-off."""

_SECRETS = re.compile(r"[A-Za-z0-9_-]{24,}")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSettings:
    """What all agents of a service share."""

    frps: Path
    folder: Path
    """Where each node keeps a folder of its own."""
    poll_s: float = POLL_S


class Agent:
    """Keeps one node running until it is cancelled.

    `online` is set while frps answers, `decided` once it has, or has failed to start
    several times; `trouble` says why it does not answer.
    """

    def __init__(self, node_id: int, context: Context, settings: AgentSettings) -> None:
        self.node_id = node_id
        self.online = asyncio.Event()
        self.decided = asyncio.Event()
        self.trouble: SelfhostError | None = None
        self._context = context
        self._settings = settings
        self._name = f"node {node_id}"

    async def run(self) -> None:
        """Start frps again and again; ends only by cancellation."""
        failures = 0
        while True:
            began = time.monotonic()
            try:
                await self._live()
            except* (SelfhostError, OSError, SQLAlchemyError) as group:
                self.trouble = _as_trouble(group)
                log.warning("%s: %s", self._name, self.trouble.message)
            failures = 0 if time.monotonic() - began > STEADY_S else failures + 1
            if failures >= HOPELESS:
                self.decided.set()
            delay = BACKOFF_S[min(failures, len(BACKOFF_S) - 1)]
            await asyncio.sleep(delay)

    async def _live(self) -> None:
        node = await to_the_end(
            settle.settle_ports(self._context.database, self.node_id)
        )
        self._name = f"node {node.name}"
        live = LiveNode(self.node_id)
        observer = Observer(self.node_id)
        self._context.nodes.add(node.plugin_key, live)
        try:
            async with self._running(node) as process:
                await self._watch(process, node, live, observer)
        finally:
            self._context.nodes.remove(node.plugin_key)
            self.online.clear()
            await to_the_end(self._note_offline(observer))

    @asynccontextmanager
    async def _running(self, node: Node) -> AsyncIterator[Process]:
        folder = self._settings.folder / str(node.id)
        file = folder / "frps.toml"
        door = config.PluginDoor(port=self._context.plugin_port, key=node.plugin_key)
        await asyncio.to_thread(private_folder, folder)
        await asyncio.to_thread(write_private, file, config.render(node, door).encode())
        argv = [str(self._settings.frps), "-c", str(file)]
        process = await child.start(argv, folder=folder)
        try:
            yield process
        finally:
            await child.end(process)

    async def _watch(
        self, process: Process, node: Node, live: LiveNode, observer: Observer
    ) -> None:
        last: deque[str] = deque(maxlen=5)
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(_read_output(process, last))
            polling = tasks.create_task(self._poll(node, live, observer))
            writing = tasks.create_task(self._write_down(live, observer))
            code = await process.wait()
            polling.cancel()
            writing.cancel()
            await reading
        said = f": {_SECRETS.sub('***', last[-1])}" if last else ""
        raise SelfhostError(f"frps ended with code {code}{said}")

    async def _poll(self, node: Node, live: LiveNode, observer: Observer) -> None:
        # In a thread: the first client of a process reads certificates and imports.
        client = await asyncio.to_thread(
            Dashboard, port=node.dashboard_port, password=node.dashboard_password
        )
        async with client as dashboard:
            await _wait_for_answer(dashboard)
            while True:
                await self._look(dashboard, live, observer)
                await self._wait_for_news(live)

    async def _look(
        self, dashboard: Dashboard, live: LiveNode, observer: Observer
    ) -> None:
        began = time.monotonic()
        live.news.clear()
        try:
            reading = await dashboard.read()
        except SelfhostError as exc:
            log.warning("%s: %s", self._name, exc.message)
            return
        here = await asyncio.to_thread(machine.look, self._settings.folder)

        async def note() -> None:
            async with self._context.database.write() as session:
                fresh = live.changed_at < began and not live.unwritten
                await observer.online(session, reading, here, fresh=fresh)

        await to_the_end(note())
        self.trouble = None
        if not self.online.is_set():
            log.info("%s is online, frps %s", self._name, reading.server.version)
            self.online.set()
            self.decided.set()

    async def _write_down(self, live: LiveNode, observer: Observer) -> None:
        while True:
            changes = await live.next_changes()
            await to_the_end(self._note_changes(observer, changes))

    async def _note_changes(self, observer: Observer, changes: list[Change]) -> None:
        async with self._context.database.write() as session:
            await observer.changes(session, changes)

    async def _wait_for_news(self, live: LiveNode) -> None:
        try:
            async with asyncio.timeout(self._settings.poll_s):
                await live.news.wait()
                await asyncio.sleep(SOON_S)
        except TimeoutError:
            return

    async def _note_offline(self, observer: Observer) -> None:
        async with self._context.database.write() as session:
            await observer.offline(session)


async def _read_output(process: Process, last: deque[str]) -> None:
    # Read to the end whatever comes: a full pipe would stop frps.
    assert process.stdout is not None
    rest = b""
    while chunk := await process.stdout.read(65536):
        *lines, rest = (rest[-4096:] + chunk).split(b"\n")
        last.extend(line.decode("utf-8", "replace").strip() for line in lines[-5:])
    if rest.strip():
        last.append(rest.decode("utf-8", "replace").strip())


async def _wait_for_answer(dashboard: Dashboard) -> None:
    deadline = time.monotonic() + FIRST_ANSWER_S
    while True:
        try:
            await dashboard.read()
            return
        except SelfhostError:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(0.02)


def _as_trouble(group: BaseExceptionGroup[Exception]) -> SelfhostError:
    exc: BaseException = group
    while isinstance(exc, BaseExceptionGroup):
        exc = exc.exceptions[0]
    if isinstance(exc, SelfhostError):
        return exc
    if isinstance(exc, OSError):
        return SelfhostError(f"frps could not be started: {exc.strerror or exc}")
    return SelfhostError(f"the service's database gave an error: {exc}")
