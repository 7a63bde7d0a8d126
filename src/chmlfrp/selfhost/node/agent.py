"""One node: its frps is started, watched, polled and, when it dies, started again.

The same agent runs a node of this machine, asking the store, and one elsewhere, asking
the service over HTTP; the link is all that differs.
"""

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
from chmlfrp.selfhost.desk import Link
from chmlfrp.selfhost.files import private_folder, write_private
from chmlfrp.selfhost.finish import to_the_end
from chmlfrp.selfhost.node import config, machine
from chmlfrp.selfhost.node.dashboard import Dashboard
from chmlfrp.selfhost.node.door import Door, answering
from chmlfrp.selfhost.node.errand import Errands
from chmlfrp.selfhost.node.judge import FRESH_S, Judge
from chmlfrp.selfhost.node.live import LiveNode
from chmlfrp.selfhost.node.observe import Observer
from chmlfrp.selfhost.node.reporter import Reporter
from chmlfrp.selfhost.talk import Assignment

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
    """What all agents of a process share."""

    frps: Path
    folder: Path
    """Where each node keeps a folder of its own."""
    fresh_s: float = FRESH_S
    """So long an answer of the service is given again without asking."""


class Agent:
    """Keeps one node running until it is cancelled.

    `online` is set while frps answers and the service knows, `decided` once it has, or
    has failed to start several times; `trouble` says why it does not answer.
    """

    def __init__(self, name: str, link: Link, settings: AgentSettings) -> None:
        self.online = asyncio.Event()
        self.decided = asyncio.Event()
        self.trouble: SelfhostError | None = None
        self._link = link
        self._settings = settings
        self._name = f"node {name}"

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
        given = await self._link.assignment()
        self._name = f"node {given.name}"
        live = LiveNode()
        judge = Judge(self._link, given.node_id, fresh_s=self._settings.fresh_s)
        reporter = Reporter(self._link, self._name)
        path = f"/plugin/{given.plugin_key}"
        try:
            async with (
                answering(Door(path, live, judge)) as port,
                self._running(given, port) as process,
            ):
                await self._watch(process, given, live, judge, reporter)
        finally:
            self.online.clear()
            await to_the_end(reporter.leave())

    @asynccontextmanager
    async def _running(self, given: Assignment, door: int) -> AsyncIterator[Process]:
        folder = self._settings.folder / str(given.node_id)
        file = folder / "frps.toml"
        await asyncio.to_thread(private_folder, folder)
        await asyncio.to_thread(
            write_private, file, config.render(given, door=door).encode()
        )
        argv = [str(self._settings.frps), "-c", str(file)]
        process = await child.start(argv, folder=folder)
        try:
            yield process
        finally:
            await child.end(process)

    async def _watch(
        self,
        process: Process,
        given: Assignment,
        live: LiveNode,
        judge: Judge,
        reporter: Reporter,
    ) -> None:
        last: deque[str] = deque(maxlen=5)
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(_read_output(process, last))
            working = [
                tasks.create_task(self._work(given, live, judge, reporter)),
                tasks.create_task(self._tell(live, reporter)),
            ]
            code = await process.wait()
            for task in working:
                task.cancel()
            await reading
        said = f": {_SECRETS.sub('***', last[-1])}" if last else ""
        raise SelfhostError(f"frps ended with code {code}{said}")

    async def _work(
        self, given: Assignment, live: LiveNode, judge: Judge, reporter: Reporter
    ) -> None:
        # In a thread: the first client of a process reads certificates and imports.
        client = await asyncio.to_thread(
            Dashboard, port=given.dashboard_port, password=given.dashboard_password
        )
        async with client as dashboard, asyncio.TaskGroup() as tasks:
            await _wait_for_answer(dashboard)
            errands = Errands(
                self._link, given, dashboard, live=live, judge=judge, reporter=reporter
            )
            tasks.create_task(errands.run())
            observer = Observer()
            while True:
                await self._look(dashboard, live, observer, reporter)
                await _wait_for_news(live, given.report_s)

    async def _look(
        self,
        dashboard: Dashboard,
        live: LiveNode,
        observer: Observer,
        reporter: Reporter,
    ) -> None:
        began = time.monotonic()
        live.news.clear()
        try:
            reading = await dashboard.read()
        except SelfhostError as exc:
            log.warning("%s: %s", self._name, exc.message)
            return
        here = await asyncio.to_thread(machine.look, self._settings.folder)
        fresh = live.changed_at < began and not live.unsent
        look = observer.look(reading, here, live.tunnels, fresh=fresh)
        if not await reporter.tell(look=look):
            observer.keep(look)
        if not reporter.is_heard:
            return
        self.trouble = None
        if not self.online.is_set():
            log.info("%s is online, frps %s", self._name, reading.server.version)
            self.online.set()
            self.decided.set()

    async def _tell(self, live: LiveNode, reporter: Reporter) -> None:
        while True:
            changes = await live.next_changes()
            while not await reporter.tell(changes=changes):
                await asyncio.sleep(1)
                changes += live.take_changes()


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


async def _wait_for_news(live: LiveNode, report_s: float) -> None:
    try:
        async with asyncio.timeout(report_s):
            await live.news.wait()
            await asyncio.sleep(SOON_S)
    except TimeoutError:
        return


def _as_trouble(group: BaseExceptionGroup[Exception]) -> SelfhostError:
    exc: BaseException = group
    while isinstance(exc, BaseExceptionGroup):
        exc = exc.exceptions[0]
    if isinstance(exc, SelfhostError):
        return exc
    if isinstance(exc, OSError):
        return SelfhostError(f"frps could not be started: {exc.strerror or exc}")
    return SelfhostError(f"the service's database gave an error: {exc}")
