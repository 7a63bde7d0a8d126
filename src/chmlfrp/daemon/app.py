"""Puts the daemon together, runs it and ends it well."""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

from chmlfrp import __version__
from chmlfrp.api.client import ServiceClient
from chmlfrp.control.address import Address, listen
from chmlfrp.control.problem import to_problem
from chmlfrp.control.protocol import (
    PROTOCOL,
    DaemonView,
    SessionState,
    SessionView,
    Snapshot,
)
from chmlfrp.control.server import server_for
from chmlfrp.control.timeline import Happened
from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.archive import Archive
from chmlfrp.daemon.backend import DaemonBackend
from chmlfrp.daemon.cores import Cores
from chmlfrp.daemon.device import CodeDesk
from chmlfrp.daemon.domain import DomainDesk
from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.effects import EffectRunner
from chmlfrp.daemon.failover import Failovers, Mover
from chmlfrp.daemon.guard import GuardKeeper
from chmlfrp.daemon.health import HealthKeeper
from chmlfrp.daemon.inspect import InspectKeeper
from chmlfrp.daemon.knockdesk import KnockDesk
from chmlfrp.daemon.ledger import Ledger, keep_days
from chmlfrp.daemon.localservice import LocalServices
from chmlfrp.daemon.logbook import Logbook
from chmlfrp.daemon.metrics import Metrics
from chmlfrp.daemon.network import NetworkEyes, watch_for
from chmlfrp.daemon.node import Nodes
from chmlfrp.daemon.nodebook import NodeBook
from chmlfrp.daemon.notifier import Notifier
from chmlfrp.daemon.offline import OfflineConfigs
from chmlfrp.daemon.options import Options
from chmlfrp.daemon.profile import AccountDesk
from chmlfrp.daemon.reach import Probes
from chmlfrp.daemon.release import Releases
from chmlfrp.daemon.schedule import Schedules
from chmlfrp.daemon.store import Store
from chmlfrp.daemon.supervisor import Supervisor
from chmlfrp.daemon.survey import Survey
from chmlfrp.daemon.timeline import Timeline
from chmlfrp.daemon.wishes import WishWriter
from chmlfrp.engine.events import EndRequested, NetworkChanged, PolicySet, Woke
from chmlfrp.engine.health import Around
from chmlfrp.engine.state import TlsPolicy
from chmlfrp.errors import ChmlFrpError
from chmlfrp.local.files import write_private
from chmlfrp.local.paths import Home
from chmlfrp.local.secrets import SecretStore, open_secrets
from chmlfrp.local.settings import Settings
from chmlfrp.model.network import NetworkState, Wake
from chmlfrp.model.node import NodeDetail

log = logging.getLogger(__name__)

END_GRACE_S = 8.0
FAULT_PAUSE_S = 10.0


async def run_daemon(
    home: Home, settings: Settings, *, notices: Sequence[ChmlFrpError] = ()
) -> None:
    """Serve until told to end; the caller holds the instance lock.

    notices: what was found at the start and people should know of.

    Ends on SIGTERM, SIGINT or the `end` command: cores first, then the door.
    """
    ending = asyncio.Event()
    store_of_secrets = await open_secrets(home)
    with _signals_set(ending):
        async with ServiceClient(settings.service.url) as service:
            view = _ourselves(home, store_of_secrets.kind, notices)
            daemon = _Daemon(home, settings, service, store_of_secrets, ending, view)
            await daemon.run()


class _Daemon:
    """All the parts, wired."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        service: ServiceClient,
        store_of_secrets: SecretStore,
        ending: asyncio.Event,
        view: DaemonView,
    ) -> None:
        clock = asyncio.get_running_loop().time
        url = settings.service.url
        self._home = home
        self._settings = settings
        self._ending = ending
        self._logbook = Logbook()
        first = Snapshot(
            epoch=secrets.token_hex(8),
            seq=0,
            now=clock(),
            daemon=view,
            session=SessionView(service_url=url),
        )
        self._store = Store(first, clock)
        self._timeline = Timeline(home.timeline_file, self._store)
        self._options = Options(home.options_file, url)
        self._offline = OfflineConfigs(home.offline_dir, url, store_of_secrets)
        self._supervisor = Supervisor(
            self._store,
            clock,
            self._known_node,
            self._options.get,
            self._offline.saved_at,
        )
        tell = self._supervisor.tell
        self._account = AccountKeeper(
            service,
            url,
            store_of_secrets,
            home,
            tell=tell,
            now=clock,
            offline=self._offline,
        )
        self._nodes = Nodes(self._account, tell=tell, now=clock)
        self._node_book = NodeBook(home.nodes_file, url)
        self._survey = Survey(self._account, self._nodes, self._node_book, now=clock)
        self._doors = Doors(
            home.socket_path.parent,
            lambda tunnel_id: self._options.get(tunnel_id).guard,
            tell=tell,
        )
        self._ledger = Ledger(
            self._doors,
            home.traffic_file,
            keep_days=settings.guard.keep_visitors_days,
            look=lambda: keep_days(home.settings_file),
        )
        self._knock = KnockDesk(
            home.knock_file,
            self._doors,
            snapshot=lambda: self._store.snapshot,
            write=self._ledger.write,
        )
        self._guard = GuardKeeper(
            self._doors,
            self._ledger,
            lambda tunnel_id: self._options.get(tunnel_id).guard,
            rules_file=home.guard_file,
            knock=self._knock,
        )
        self._metrics = Metrics(
            self._doors,
            snapshot=lambda: self._store.snapshot,
            port=settings.guard.metrics_port,
        )
        self._cores = Cores(
            home,
            settings.core,
            account=self._account,
            nodes=self._nodes,
            offline=self._offline,
            doors=self._doors,
            logbook=self._logbook,
            tell=tell,
        )
        self._wishes = WishWriter(self._account.wishes)
        self._effects = EffectRunner(
            cores=self._cores, account=self._account, wishes=self._wishes, tell=tell
        )
        self._services = LocalServices(lambda: self._supervisor.state, tell=tell)
        self._eyes = NetworkEyes(
            watch_for(url), on_network=self._network_seen, on_wake=self._woken
        )
        self._notifier = Notifier(home.settings_file)
        self._health = HealthKeeper(
            lambda: self._supervisor.state, self._around, tell, now=clock
        )
        self._probes = Probes(
            self._options,
            lambda: self._supervisor.state,
            tell,
            self._known_node,
            now=clock,
            marked=self._doors.own_try,
        )
        self._schedules = Schedules(
            self._options,
            home.schedule_file,
            lambda: self._supervisor.state,
            tell,
            now=clock,
        )
        self._failovers = Failovers(
            self._options,
            home.failover_file,
            lambda: self._supervisor.state,
            Mover(
                self._account,
                self._nodes,
                self._supervisor.settle,
                lambda: self._around().is_network_usable is not False,
            ),
            now=clock,
        )

    async def run(self) -> None:
        """Serve until `ending` is set."""
        backend = DaemonBackend(
            store=self._store,
            supervisor=self._supervisor,
            account=self._account,
            nodes=self._nodes,
            cores=self._cores,
            doors=self._doors,
            wishes=self._wishes,
            options=self._options,
            failovers=self._failovers,
            releases=Releases(self._settings.core, self._cores.shelf, self._cores),
            timeline=self._timeline,
            logbook=self._logbook,
            desk=AccountDesk(
                self._account,
                snapshot=lambda: self._store.snapshot,
                tell=self._supervisor.tell,
                settle=self._supervisor.settle,
                panel=self._settings.service.panel_page,
            ),
            domains=DomainDesk(
                self._account, self._nodes, snapshot=lambda: self._store.snapshot
            ),
            survey=self._survey,
            archive=Archive(
                self._home.deleted_file, self._settings.service.url, self._account
            ),
            codes=CodeDesk(
                self._account, self._home.settings_file, self._settings.service.url
            ),
            guard=self._guard,
            knock=self._knock,
            metrics=self._metrics,
            inspect=InspectKeeper(self._doors),
            guards_new=self._settings.guard.new_tunnels,
            end=self._ending.set,
        )
        async with asyncio.TaskGroup() as parts, self._door() as (door, address):
            works = [
                parts.create_task(
                    self._supervisor.run(self._effects), name="supervisor"
                ),
                parts.create_task(self._doors.run(), name="doors"),
                parts.create_task(self._cores.run(), name="cores"),
                parts.create_task(self._wishes.run(), name="wishes"),
                parts.create_task(_kept(self._offline.run), name="offline configs"),
            ]
            await self._timeline.load()
            await self._timeline.note(Happened.DAEMON_STARTED)
            works.append(parts.create_task(_kept(self._timeline.run), name="timeline"))
            await self._begin()
            works += [
                parts.create_task(_kept(self._account.run), name="account"),
                parts.create_task(_kept(self._services.run), name="local services"),
                parts.create_task(_kept(self._eyes.run), name="network"),
                parts.create_task(_kept(self._notifier.run), name="notifier"),
                parts.create_task(_kept(self._health.run), name="health"),
                parts.create_task(_kept(self._ledger.run), name="ledger"),
                parts.create_task(_kept(self._knock.run), name="knock page"),
                parts.create_task(_kept(self._metrics.run), name="metrics"),
                parts.create_task(_kept(self._probes.run), name="probes"),
                parts.create_task(_kept(self._node_book.run), name="node book"),
                parts.create_task(_kept(self._schedules.run), name="schedules"),
                parts.create_task(_kept(self._failovers.run), name="failovers"),
            ]
            server = server_for(backend, address)
            serving = parts.create_task(server.serve(sockets=[door]), name="door")
            log.info(
                "daemon %s answers at %s", __version__, address.path or address.host
            )
            await self._ending.wait()
            await self._end_cores()
            server.should_exit = True
            await serving
            for work in works:
                work.cancel()

    async def _begin(self) -> None:
        """Go on where the last daemon ended."""
        await self._options.load()
        await self._guard.load()
        await self._knock.load()
        await self._cores.end_left_behind()
        policy = PolicySet(TlsPolicy(self._settings.core.tls), secrets.randbits(32))
        self._supervisor.tell(policy)
        await self._cores.look_for_binary()
        await self._account.restore()

    async def _end_cores(self) -> None:
        log.info("the daemon ends")
        self._effects.close()
        self._supervisor.tell(EndRequested())
        await self._supervisor.settle()
        await self._cores.close(END_GRACE_S)
        await self._wishes.settle()
        await self._ledger.close()
        await self._doors.close()
        await self._offline.settle()
        await self._account.settle()
        await self._node_book.save()
        self._store.close()
        self._logbook.close()
        await self._timeline.note(Happened.DAEMON_ENDED)
        self._timeline.close()

    @contextlib.asynccontextmanager
    async def _door(self) -> AsyncIterator[tuple[socket.socket, Address]]:
        """Open the door and say where it is; take the note away afterwards."""
        door, address = listen(self._home.socket_path)
        try:
            write_private(self._home.endpoint_file, address.to_bytes())
            yield door, address
        finally:
            door.close()
            self._home.endpoint_file.unlink(missing_ok=True)
            self._home.socket_path.unlink(missing_ok=True)
            if self._home.socket_path.parent != self._home.runtime_dir:
                with contextlib.suppress(OSError):
                    self._home.socket_path.parent.rmdir()

    def _around(self) -> Around:
        network, session = self._eyes.state, self._account.view
        return Around(
            is_network_usable=None if network is None else network.is_usable,
            trouble=session.trouble,
            is_refused=session.state is SessionState.REFUSED,
        )

    def _network_seen(self, network: NetworkState) -> None:
        self._supervisor.tell(NetworkChanged(network))
        if network.is_usable and self._account.view.trouble is not None:
            self._account.look_soon()

    def _woken(self, wake: Wake) -> None:
        self._supervisor.tell(Woke(wake.slept_s))
        self._account.look_soon()

    def _known_node(self, name: str) -> NodeDetail | None:
        return self._nodes.known(name)


async def _kept(work: Callable[[], Awaitable[None]]) -> None:
    """Run a loop, and again after a fault of ours: tunnels go on without it."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("a fault of our own; going on in %g s", FAULT_PAUSE_S)
        await asyncio.sleep(FAULT_PAUSE_S)


def _ourselves(
    home: Home, secrets_in: str, notices: Sequence[ChmlFrpError]
) -> DaemonView:
    return DaemonView(
        version=__version__,
        protocol=PROTOCOL,
        pid=os.getpid(),
        home=str(home.state_dir),
        secrets_in=secrets_in,
        notices=tuple(to_problem(error) for error in notices),
    )


@contextlib.contextmanager
def _signals_set(event: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    wanted = [signal.SIGTERM, signal.SIGINT]
    try:
        for number in wanted:
            loop.add_signal_handler(number, event.set)
    except NotImplementedError:  # Windows: handlers run between the loop's steps
        for number in wanted:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(event.set))
    yield
