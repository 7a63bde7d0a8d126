"""A daemon that does what a test tells it, behind the real control server.

In a thread of the test (`scripted_daemon`), or as a process of its own that can be started
in place of the real one (`python scripted_daemon.py`).
"""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    suppress,
)
from typing import Any, TypeVar

import msgspec

from chmlfrp.control.address import Address, listen
from chmlfrp.control.archive import FoundTunnel, ReadTunnels, RestoreTunnel
from chmlfrp.control.core import (
    CoreChosen,
    CoreFrame,
    CoreOffer,
    CoresView,
    InstallCore,
)
from chmlfrp.control.device import CodeApproved, CodeFrame
from chmlfrp.control.protocol import (
    PROTOCOL,
    Change,
    CreateTunnel,
    DaemonView,
    Edited,
    EditTunnel,
    FailoverView,
    FellBehind,
    Frame,
    KnownAccount,
    LogLine,
    NodeView,
    SessionState,
    SessionView,
    SignIn,
    Snapshot,
    TunnelView,
    apply,
    differences,
)
from chmlfrp.control.server import server_for
from chmlfrp.control.timeline import TimelineEvent
from chmlfrp.errors import ChmlFrpError, NotFound
from chmlfrp.local.files import write_private
from chmlfrp.local.instance import InstanceLock
from chmlfrp.local.paths import Home
from chmlfrp.model.account import Account
from chmlfrp.model.failover import Failover
from chmlfrp.model.health import HealthItem
from chmlfrp.model.ladder import Core, Ladder, Link, Proxy, Reach, Record, Rung
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import SPEC_FIELDS, Tunnel, TunnelId
from support.scripted_account import ScriptedAccount
from support.scripted_archive import ScriptedArchive
from support.scripted_domain import ScriptedDomains
from support.scripted_guard import ScriptedGuard
from support.scripted_inspect import ScriptedInspect
from support.scripted_knock import ScriptedKnock
from support.scripted_survey import ScriptedSurvey

ALICE = Account(id=7, name="alice", group="免费用户", tunnel_limit=8, tunnels_used=2)
SERVICE = "http://127.0.0.1:8000"
IN = SessionView(
    state=SessionState.SIGNED_IN, service_url=SERVICE, account=ALICE, seen_at=1000.0
)
OUT = SessionView(service_url=SERVICE)

DOWN = Ladder(record=Rung(Record.KNOWN))
CONNECTING = Ladder(
    record=Rung(Record.KNOWN), core=Rung(Core.RUNNING), link=Rung(Link.CONNECTING)
)
UP = Ladder(
    record=Rung(Record.KNOWN),
    core=Rung(Core.RUNNING),
    link=Rung(Link.LOGGED_IN),
    proxy=Rung(Proxy.OPEN),
    reach=Rung(Reach.REACHABLE),
)


def refused(code: Code, detail: str = "", *, until: float | None = None) -> Ladder:
    """Return the ladder of a tunnel whose proxy the node refused."""
    rung = Rung(Proxy.REFUSED, Reason(code, detail), until)
    return msgspec.structs.replace(UP, proxy=rung)


class ScriptedMetrics:
    """Tells that a tunnel is up."""

    def text(self) -> str:
        return "chmlfrp_tunnel_up 1.0\n"


class ScriptedDaemon:
    """A Backend whose state a test sets and whose failures it orders."""

    def __init__(
        self, *views: TunnelView, session: SessionView = IN, home: str = "/home"
    ) -> None:
        self.asked: list[tuple[str, Any]] = []
        """Every command that came, with what it carried."""
        self.fails: dict[str, ChmlFrpError] = {}
        """By command: raised instead of carrying it out."""
        self.becomes: dict[str, list[Mapping[int, TunnelView]]] = {}
        """By command: what is published one after the other when it comes."""
        self.on_refresh: tuple[TunnelView, ...] = ()
        """Tunnels that the service turns out to have."""
        self.node_views: list[NodeView] = []
        self.node_details: dict[str, NodeDetail] = {}
        self.tunnel_options: dict[int, TunnelOptions] = {}
        self.failovers: dict[int, FailoverView] = {}
        self.log_lines: list[LogLine] = []
        self.cores_view = CoresView()
        self.timeline: list[TimelineEvent] = []
        self.code_frames: list[CodeFrame] = []
        self.is_code_open = False
        """Whether nobody decides about the code, so that the wait goes on."""
        self.install_frames: list[CoreFrame] = []
        self.account = ScriptedAccount(self._note, ALICE)
        self.domains = ScriptedDomains(self._note)
        self.survey = ScriptedSurvey(self._note)
        self.archive = ScriptedArchive(self._note)
        self.guard = ScriptedGuard(self._note)
        self.knock = ScriptedKnock(self._note)
        self.inspect = ScriptedInspect(self._note)
        self.metrics = ScriptedMetrics()
        self.ending = asyncio.Event()
        self._readers: set[asyncio.Queue[Frame | None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._snapshot = Snapshot(
            epoch="one",
            seq=0,
            now=1000.0,
            daemon=DaemonView(
                version="0.1.0", protocol=PROTOCOL, pid=os.getpid(), home=home
            ),
            session=session,
            tunnels={view.id: view for view in views},
        )

    # ---------------------------------------------------------------- for tests

    def asked_for(self, command: str) -> list[Any]:
        """Return what each command of that name carried."""
        return [body for name, body in self.asked if name == command]

    def publish(
        self,
        tunnels: Mapping[int, TunnelView | None] | None = None,
        session: SessionView | None = None,
    ) -> None:
        """Change the state; from the daemon's own thread only."""
        change = Change(
            seq=self._snapshot.seq + 1,
            now=self._snapshot.now,
            tunnels=dict(tunnels or {}),
            session=msgspec.UNSET if session is None else session,
        )
        self._snapshot = apply(self._snapshot, change)
        self.send(change)

    def is_unwell(self, *items: HealthItem) -> None:
        """Set what is the matter, before anybody looks."""
        self._snapshot = msgspec.structs.replace(self._snapshot, health=items)

    def send(self, frame: Frame | None) -> None:
        """Give every watcher a frame; None ends the watch."""
        for reader in self._readers:
            reader.put_nowait(frame)

    def call(self, action: Callable[[], object]) -> None:
        """Do something on the daemon's thread, soon."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(action)

    def cut_off(self) -> None:
        """Tell the watchers that they fell behind and end their watch."""
        self.send(FellBehind())
        self.send(None)

    def run(self, home: Home, ready: Callable[[], None]) -> None:
        """Answer until ended; `ready` is called when the door is open."""
        home.prepare()
        with InstanceLock(home):
            door, address = listen(home.socket_path)
            write_private(home.endpoint_file, address.to_bytes())
            with door:
                asyncio.run(self._serve(door, address, ready))
            home.endpoint_file.unlink()
            home.socket_path.unlink(missing_ok=True)

    async def _serve(
        self, door: socket.socket, address: Address, ready: Callable[[], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            # Signals reach the main thread only.
            with suppress(ValueError, RuntimeError):
                self._loop.add_signal_handler(number, self.ending.set)
        server = server_for(self, address)
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.serve(sockets=[door]))
            ready()
            await self.ending.wait()
            self.send(None)
            server.should_exit = True
            await serving

    # ---------------------------------------------------------------- Backend

    def snapshot(self) -> Snapshot:
        return self._snapshot

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[AsyncIterator[Frame]]:
        reader: asyncio.Queue[Frame | None] = asyncio.Queue()
        reader.put_nowait(self._snapshot)
        self._readers.add(reader)
        self._note("watch")
        try:
            yield _drained(reader)
        finally:
            self._readers.discard(reader)

    async def sign_in(self, command: SignIn) -> SessionView:
        self._note("sign_in", command)
        self.publish(session=IN)
        return IN

    @asynccontextmanager
    async def sign_in_by_code(self) -> AsyncIterator[AsyncIterator[CodeFrame]]:
        self._note("sign_in_by_code")
        frames: asyncio.Queue[CodeFrame | None] = asyncio.Queue()
        for frame in self.code_frames:
            frames.put_nowait(frame)
            if isinstance(frame, CodeApproved):
                self.publish(session=IN)
        if not self.is_code_open:
            frames.put_nowait(None)
        try:
            yield _drained(frames)
        finally:
            self._note("code_ended")

    async def sign_out(self) -> None:
        self._note("sign_out")
        self.publish(session=OUT)

    async def use_account(self, account_id: int) -> SessionView:
        self._note("use_account", account_id)
        session = self._snapshot.session
        was = session.account
        one = next(one for one in session.others if one.id == account_id)
        others = tuple(other for other in session.others if other != one)
        if was is not None:
            others += (KnownAccount(id=was.id, name=was.name),)
        account = Account(id=one.id, name=one.name)
        self.publish(
            session=msgspec.structs.replace(
                session, state=IN.state, account=account, others=others
            )
        )
        return self._snapshot.session

    async def forget_account(self, account_id: int) -> None:
        self._note("forget_account", account_id)
        session = self._snapshot.session
        others = tuple(one for one in session.others if one.id != account_id)
        self.publish(session=msgspec.structs.replace(session, others=others))

    async def refresh(self) -> SessionView:
        self._note("refresh")
        self.publish({view.id: view for view in self.on_refresh})
        return self._snapshot.session

    async def create(self, command: CreateTunnel) -> Tunnel:
        self._note("create", command)
        fields = {name: getattr(command, name) for name in SPEC_FIELDS}
        fields["name"] = command.name or "r4nd0m"
        if not command.type.is_web:
            fields["remote_port"] = command.remote_port or 34567
        made = Tunnel(id=TunnelId(50), **fields)
        view = TunnelView(
            id=50, name=made.name, tunnel=made, ladder=DOWN, wanted=command.start
        )
        self.publish({50: view})
        self._become("create")
        return made

    async def edit(self, tunnel_id: TunnelId, command: EditTunnel) -> Edited:
        self._note("edit", (tunnel_id, command))
        before = self._snapshot.tunnels[tunnel_id].tunnel
        assert before is not None
        given = msgspec.structs.asdict(command)
        fields = {k: v for k, v in given.items() if v is not msgspec.UNSET}
        after = msgspec.structs.replace(before, **fields)
        return Edited(tunnel=after, differences=differences(before.spec, after.spec))

    async def delete(self, tunnel_id: TunnelId) -> None:
        self._note("delete", tunnel_id)
        self.publish({tunnel_id: None})

    async def restore(self, number: int, command: RestoreTunnel) -> Tunnel:
        self._note("restore", (number, command))
        rows = self.archive.rows
        return next(row.tunnel for row in rows if row.number == number)

    async def read_tunnels(self, command: ReadTunnels) -> list[FoundTunnel]:
        self._note("read_tunnels", command)
        return self.archive.found

    async def start(self, ids: frozenset[TunnelId]) -> None:
        self._note("start", ids)
        self._become("start")

    async def stop(self, ids: frozenset[TunnelId]) -> None:
        self._note("stop", ids)
        self._become("stop")

    async def restart(self, ids: frozenset[TunnelId]) -> None:
        self._note("restart", ids)
        self._become("restart")

    def options(self, tunnel_id: TunnelId) -> TunnelOptions:
        self._note("options", tunnel_id)
        return self.tunnel_options.get(tunnel_id, TunnelOptions())

    async def set_options(
        self, tunnel_id: TunnelId, options: TunnelOptions
    ) -> TunnelOptions:
        self._note("set_options", (tunnel_id, options))
        self.tunnel_options[tunnel_id] = options
        return options

    async def failover(
        self, tunnel_id: TunnelId, plan: Failover | None = None
    ) -> FailoverView:
        self._note("failover", tunnel_id if plan is None else (tunnel_id, plan))
        found = self.failovers[tunnel_id]
        return found if plan is None else msgspec.structs.replace(found, plan=plan)

    async def nodes(self) -> list[NodeView]:
        self._note("nodes")
        return self.node_views

    async def node(self, name: str) -> NodeDetail:
        self._note("node", name)
        if name not in self.node_details:
            raise NotFound(
                f"there is no node {name}",
                service_code=404,
                service_message="节点不存在",
            )
        return self.node_details[name]

    def logs(
        self, tunnel_id: TunnelId | None, *, tail: int, follow: bool
    ) -> AbstractAsyncContextManager[AsyncIterator[LogLine]]:
        self._note("logs", (tunnel_id, tail, follow))
        lines = self.log_lines[-tail:] if tail else []
        return nullcontext(_each(lines))

    async def cores(self) -> CoresView:
        self._note("cores")
        return self.cores_view

    async def core_offers(self, source: str | None) -> list[CoreOffer]:
        self._note("core_offers", source)
        return [
            CoreOffer(version="0.70.0", source="upstream", is_for_this_machine=True)
        ]

    @asynccontextmanager
    async def install_core(
        self, command: InstallCore
    ) -> AsyncIterator[AsyncIterator[CoreFrame]]:
        self._note("install_core", command)
        yield _each(self.install_frames)

    async def use_core(self, label: str) -> CoreChosen:
        self._note("use_core", label)
        core = next(c for c in self.cores_view.installed if c.label == label)
        running = tuple(self._snapshot.tunnels)
        return CoreChosen(core=core, was_there=True, running=running)

    async def remove_core(self, label: str) -> None:
        self._note("remove_core", label)

    @asynccontextmanager
    async def events(
        self, *, since: float, follow: bool
    ) -> AsyncIterator[AsyncIterator[TimelineEvent]]:
        self._note("events", (since, follow))
        yield _each([e for e in self.timeline if e.at >= since])

    def end(self) -> None:
        self._note("end")
        self.ending.set()

    def _note(self, command: str, body: Any = None) -> None:
        self.asked.append((command, body))
        if error := self.fails.get(command):
            raise error

    def _become(self, command: str) -> None:
        for views in self.becomes.get(command, ()):
            self.publish(views)


T = TypeVar("T")


async def _drained(reader: asyncio.Queue[T | None]) -> AsyncIterator[T]:
    while (frame := await reader.get()) is not None:
        yield frame


async def _each(lines: list[T]) -> AsyncIterator[T]:
    for line in lines:
        yield line


@contextmanager
def scripted_daemon(daemon: ScriptedDaemon) -> Iterator[ScriptedDaemon]:
    """Run it in a thread, in the home of the test, until the block ends."""
    is_ready = threading.Event()
    faults: list[BaseException] = []

    def serve() -> None:
        try:
            daemon.run(Home.locate(), is_ready.set)
        except BaseException as fault:  # noqa: BLE001 - told where the thread is joined
            faults.append(fault)
            is_ready.set()

    thread = threading.Thread(target=serve, name="scripted daemon")
    thread.start()
    assert is_ready.wait(10)
    try:
        yield daemon
    finally:
        if thread.is_alive():
            daemon.call(daemon.ending.set)
        thread.join(10)
        assert not thread.is_alive()
        assert not faults, faults


def main() -> None:
    """Be the daemon of `CHMLFRP_HOME` until ended, with nobody signed in."""
    daemon = ScriptedDaemon(session=OUT)
    daemon.run(Home.locate(), lambda: None)


if __name__ == "__main__":
    main()
