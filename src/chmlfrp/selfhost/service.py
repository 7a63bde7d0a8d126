"""A running service: store, API, the nodes' door, and the nodes."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from filelock import FileLock, Timeout

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.app import create_app
from chmlfrp.selfhost.captcha import verifier
from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.files import private_folder
from chmlfrp.selfhost.keeper import keep
from chmlfrp.selfhost.listening import Server
from chmlfrp.selfhost.mail.send import OUTBOX, Mailer, Outbox, mailer
from chmlfrp.selfhost.node import frps
from chmlfrp.selfhost.node.agent import AgentSettings
from chmlfrp.selfhost.node.create import NodePlan, create
from chmlfrp.selfhost.node.fleet import Fleet
from chmlfrp.selfhost.settings import ServiceSettings, load
from chmlfrp.selfhost.signals import stop_on_signal
from chmlfrp.selfhost.store import log as account_log
from chmlfrp.selfhost.store import node as nodes
from chmlfrp.selfhost.store.address import Address
from chmlfrp.selfhost.store.database import Database, open_database
from chmlfrp.selfhost.store.models import Node
from chmlfrp.selfhost.store.report import offline
from chmlfrp.selfhost.workers import Crew, running

GRACE_S = 3
"""Seconds that open requests are given when the service ends."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """How the service is run."""

    store: Address
    workers: int = 1
    """Processes that answer the API; with one it is the service itself."""
    host: str = "127.0.0.1"
    port: int = 7800
    """0 takes a free one."""
    node: NodePlan | None
    """The node made at the first start; None runs no node at all."""
    frps: Path | None = None
    outbox: bool = False
    """Whether mail goes into a folder, whatever `service.toml` says."""

    @property
    def folder(self) -> Path:
        return self.store.folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What is announced once requests are answered and the node is online."""

    api: str
    node: Node | None


async def serve(settings: ServeSettings, announce: Callable[[Ready], None]) -> None:
    """Run until SIGTERM or SIGINT; nothing is left running afterwards.

    Raises:
        SelfhostError: another service uses the folder, the port is taken, or the node
            cannot run.
        HomeUnusable: the folder cannot be used.
        InvalidInput: `service.toml` cannot be used.
    """
    await asyncio.to_thread(private_folder, settings.folder)
    shares = settings.store.is_shared and settings.node is None
    owned = nullcontext() if shares else _sole_owner(settings.folder)
    async with _context(settings) as context:
        with owned, stop_on_signal() as stop:
            async with _sole_keeper(settings, context.database):
                if not shares:
                    await _forget_facts(context.database)
                with _listen(settings.host, settings.port) as api:
                    async with _workers(settings, context, api), _kept(context):
                        await _run_nodes(settings, context, _url(api), announce, stop)


@asynccontextmanager
async def _context(settings: ServeSettings) -> AsyncIterator[Context]:
    own = await asyncio.to_thread(load, settings.folder)
    mail = _mailer(settings, own)
    async with open_database(settings.store) as database:
        yield Context(
            database=database,
            settings=own,
            mailer=mail,
            captcha=verifier(own.captcha),
        )


@asynccontextmanager
async def _workers(
    settings: ServeSettings, context: Context, api: socket.socket
) -> AsyncIterator[None]:
    if settings.workers == 1:
        async with _answering(context, [api]):
            yield
    else:
        crew = Crew(settings.workers, answering_alone, settings, api)
        async with running(crew):
            yield


@asynccontextmanager
async def answering_alone(
    settings: ServeSettings, api: socket.socket
) -> AsyncIterator[None]:
    """Answer in a process of its own, which knows only what it is given here."""
    async with _context(settings) as context, _answering(context, [api]):
        yield


@asynccontextmanager
async def _sole_keeper(
    settings: ServeSettings, database: Database
) -> AsyncIterator[None]:
    """Hold the right to run the store's local nodes, which one service has."""
    if settings.node is None:
        yield
        return
    async with database.sole("nodes") as is_ours:
        if not is_ours:
            raise SelfhostError(
                "another service runs the nodes of this database",
                hint="start this one with --no-node",
                field="database",
            )
        yield


def _mailer(settings: ServeSettings, own: ServiceSettings) -> Mailer:
    if settings.outbox:
        return Outbox(settings.folder / OUTBOX, own.mail.sender)
    return mailer(own.mail, settings.folder)


async def _run_nodes(
    settings: ServeSettings,
    context: Context,
    url: str,
    announce: Callable[[Ready], None],
    stop: asyncio.Event,
) -> None:
    if settings.node is None:
        announce(Ready(api=url, node=None))
        await stop.wait()
        return
    fleet = await _fleet(settings, settings.node, context)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(fleet.run(), name="fleet")
        node = await _unless(stop, fleet.first_online())
        if node is not None:
            announce(Ready(api=url, node=node))
            await stop.wait()
        running.cancel()


async def _fleet(settings: ServeSettings, plan: NodePlan, context: Context) -> Fleet:
    program = await asyncio.to_thread(
        frps.find, settings.frps, folder=settings.folder / "bin"
    )
    async with context.database.write() as session:
        if all(one.is_remote for one in await nodes.everything(session)):
            await create(session, plan)
    folder = settings.folder / "nodes"
    await asyncio.to_thread(private_folder, folder)
    return Fleet(context, AgentSettings(frps=program, folder=folder, fresh_s=0))


async def _unless(stop: asyncio.Event, work: Awaitable[Node]) -> Node | None:
    """Return the outcome of `work`, None if `stop` is set before."""

    async def finish() -> Node:
        return await work

    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(finish())
        stopping = tasks.create_task(stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not working.done():
            working.cancel()
            return None
    return working.result()


async def _forget_facts(database: Database) -> None:
    async with database.write() as session:
        for node in await nodes.everything(session):
            if not node.is_remote:
                await offline(session, node)
        await account_log.prune(session, now_ms=int(time.time() * 1000))


@asynccontextmanager
async def _kept(context: Context) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(keep(context), name="keeper")
        try:
            yield
        finally:
            keeping.cancel()


@asynccontextmanager
async def _answering(
    context: Context, sockets: list[socket.socket]
) -> AsyncIterator[None]:
    config = uvicorn.Config(
        create_app(context),
        log_config=None,
        access_log=False,  # it would print queries, and tokens with them
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
    )
    server = Server(config)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve(sockets), name="api")
        await server.listening.wait()
        try:
            yield
        finally:
            server.should_exit = True


@contextmanager
def _sole_owner(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / "serve.lock", timeout=0)
    try:
        with lock:
            yield
    except Timeout as exc:
        raise SelfhostError(
            f"another service is running on {folder}",
            hint="end it, or name another folder with --data",
            field="data",
        ) from exc


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=512)
    except OSError as exc:
        raise SelfhostError(
            f"port {port} on {host} cannot be opened: {exc.strerror}",
            hint="name another with --port, or 0 for any free one",
            field="port",
        ) from exc
    # Inherited by what is accepted: asyncio sets it only where a socket names its
    # protocol, and without it an answer in two parts waits 40 ms for the first to be seen.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(host), str(host))  # noqa: S104 - as bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
