"""What stands behind the control door: each command, carried out or handed on."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from chmlfrp.control.archive import FoundTunnel, ReadTunnels, RestoreTunnel
from chmlfrp.control.core import (
    CoreChosen,
    CoreFrame,
    CoreOffer,
    CoresView,
    InstallCore,
)
from chmlfrp.control.device import CodeFrame
from chmlfrp.control.protocol import (
    CreateTunnel,
    Edited,
    EditTunnel,
    FailoverView,
    Frame,
    LogLine,
    NodeView,
    SessionView,
    SignIn,
    Snapshot,
)
from chmlfrp.control.timeline import TimelineEvent
from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.archive import Archive
from chmlfrp.daemon.cores import Cores
from chmlfrp.daemon.device import CodeDesk
from chmlfrp.daemon.domain import DomainDesk
from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.failover import Failovers
from chmlfrp.daemon.gate import check as check_guard
from chmlfrp.daemon.guard import GuardKeeper
from chmlfrp.daemon.importing import found_tunnels
from chmlfrp.daemon.inspect import InspectKeeper
from chmlfrp.daemon.knockdesk import KnockDesk
from chmlfrp.daemon.logbook import Logbook
from chmlfrp.daemon.metrics import Metrics
from chmlfrp.daemon.node import Nodes
from chmlfrp.daemon.options import Options
from chmlfrp.daemon.profile import AccountDesk
from chmlfrp.daemon.release import Releases
from chmlfrp.daemon.store import Store
from chmlfrp.daemon.supervisor import OptionsSet, Supervisor
from chmlfrp.daemon.survey import Survey
from chmlfrp.daemon.timeline import Timeline
from chmlfrp.daemon.tunnel import Tunnels
from chmlfrp.daemon.wishes import WishWriter
from chmlfrp.engine.events import (
    Event,
    RestartRequested,
    StartRequested,
    StopRequested,
)
from chmlfrp.errors import ApiError, InvalidInput
from chmlfrp.model.failover import Failover
from chmlfrp.model.guard import Guard
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import Tunnel, TunnelId


class DaemonBackend:
    """Answers when the service has; starts and stops are accepted at once."""

    def __init__(
        self,
        *,
        store: Store,
        supervisor: Supervisor,
        account: AccountKeeper,
        nodes: Nodes,
        cores: Cores,
        doors: Doors,
        wishes: WishWriter,
        options: Options,
        failovers: Failovers,
        releases: Releases,
        timeline: Timeline,
        logbook: Logbook,
        desk: AccountDesk,
        domains: DomainDesk,
        survey: Survey,
        archive: Archive,
        codes: CodeDesk,
        guard: GuardKeeper,
        knock: KnockDesk,
        metrics: Metrics,
        inspect: InspectKeeper,
        guards_new: bool,
        end: Callable[[], None],
        wall: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._store = store
        self._supervisor = supervisor
        self._keeper = account
        self._nodes = nodes
        self._tunnels = Tunnels(account, nodes)
        self._cores = cores
        self._doors = doors
        self._wishes = wishes
        self._options = options
        self._failovers = failovers
        self._wall = wall
        self._releases = releases
        self._timeline = timeline
        self._logbook = logbook
        self.account = desk
        self.domains = domains
        self.survey = survey
        self.archive = archive
        self._codes = codes
        self.guard = guard
        self.knock = knock
        self.metrics = metrics
        self.inspect = inspect
        self._guards_new = guards_new
        self._end = end

    def snapshot(self) -> Snapshot:
        return self._store.snapshot

    def watch(self) -> contextlib.AbstractAsyncContextManager[AsyncIterator[Frame]]:
        return self._store.watch()

    async def sign_in(self, command: SignIn) -> SessionView:
        view = await self._keeper.sign_in(command)
        await self._account_changed()
        return view

    def sign_in_by_code(
        self,
    ) -> contextlib.AbstractAsyncContextManager[AsyncIterator[CodeFrame]]:
        return self._codes.sign_in(self._account_changed)

    async def sign_out(self) -> None:
        await self._keeper.sign_out()
        await self._account_changed()

    async def use_account(self, account_id: int) -> SessionView:
        view = await self._keeper.use(account_id)
        await self._account_changed()
        return view

    async def forget_account(self, account_id: int) -> None:
        await self._keeper.forget(account_id)
        await self._account_changed()

    async def refresh(self) -> SessionView:
        self._keeper.require()
        view = await self._keeper.look()
        await self._supervisor.settle()
        return view

    async def create(self, command: CreateTunnel) -> Tunnel:
        self._keeper.require()
        if command.guard is not None:
            check_guard(command.guard)
        tunnel = await self._tunnels.create(command)
        await self._guard_new(tunnel, command.guard)
        await self.refresh()
        if command.start:
            await self.start(frozenset({tunnel.id}))
        return tunnel

    async def edit(self, tunnel_id: TunnelId, command: EditTunnel) -> Edited:
        self._check_mine(tunnel_id)
        edited = await self._tunnels.edit(tunnel_id, command)
        await self.refresh()
        return edited

    async def delete(self, tunnel_id: TunnelId) -> None:
        self._check_mine(tunnel_id)
        number = await self._kept(tunnel_id)
        try:
            await self._tunnels.delete(tunnel_id)
        except ApiError:
            if number is not None:
                await self.archive.drop(number)
            raise
        self._supervisor.tell(StopRequested(frozenset({tunnel_id})))
        await self._options.forget(tunnel_id)
        self._doors.standings.drop(tunnel_id)
        await self.knock.forget(tunnel_id)
        await self.refresh()

    async def restore(self, number: int, command: RestoreTunnel) -> Tunnel:
        self._keeper.require()
        found = await self.archive.get(number)
        spec = found.tunnel.spec
        tunnel = await self._tunnels.recreate(spec, any_port=command.any_port)
        await self.refresh()
        if found.options != TunnelOptions():
            await self.set_options(tunnel.id, found.options)
        await self.archive.drop(number)
        if command.start:
            await self.start(frozenset({tunnel.id}))
        return tunnel

    async def read_tunnels(self, command: ReadTunnels) -> list[FoundTunnel]:
        views = self.snapshot().tunnels.values()
        hosts = {v.tunnel.node_host: v.tunnel.node for v in views if v.tunnel}

        def node_at(host: str) -> str:
            return hosts.get(host) or self.survey.node_at(host)

        await self.survey.load()
        return found_tunnels(command.text.reveal(), node_at)

    def options(self, tunnel_id: TunnelId) -> TunnelOptions:
        self._check(frozenset({tunnel_id}))
        return self._options.get(tunnel_id)

    async def set_options(
        self, tunnel_id: TunnelId, options: TunnelOptions
    ) -> TunnelOptions:
        self._check(frozenset({tunnel_id}))
        was_on = self._options.get(tunnel_id).guard.is_on
        check_guard(options.guard)
        if (tunnel := self._supervisor.state.tunnels[tunnel_id].tunnel) is not None:
            options.guard.check_for(tunnel.type)
        await self._options.set(tunnel_id, options)
        self._doors.apply(tunnel_id)
        if options.guard.is_on is not was_on:
            await self._lead_anew(tunnel_id, is_guarded=options.guard.is_on)
        self._supervisor.tell(OptionsSet(tunnel_id))
        await self._supervisor.settle()
        return options

    async def failover(
        self, tunnel_id: TunnelId, plan: Failover | None = None
    ) -> FailoverView:
        self._check(frozenset({tunnel_id}))
        return await self._failovers.view(tunnel_id, plan)

    async def start(self, ids: frozenset[TunnelId]) -> None:
        self._check(ids)
        self._check_not_expired(ids)
        await self._cores.look_for_binary()
        await self._wish(StartRequested(ids))

    async def stop(self, ids: frozenset[TunnelId]) -> None:
        self._check(ids)
        await self._wish(StopRequested(ids))

    async def restart(self, ids: frozenset[TunnelId]) -> None:
        self._check(ids)
        self._check_not_expired(ids)
        await self._cores.look_for_binary()
        await self._wish(RestartRequested(ids))

    async def nodes(self) -> list[NodeView]:
        return await self.survey.views()

    async def node(self, name: str) -> NodeDetail:
        self._keeper.require()
        return await self._nodes.get(name)

    def logs(
        self, tunnel_id: TunnelId | None, *, tail: int, follow: bool
    ) -> contextlib.AbstractAsyncContextManager[AsyncIterator[LogLine]]:
        if tunnel_id is None:
            return self._logbook.read(lambda _: True, tail=tail, follow=follow)
        self._check(frozenset({tunnel_id}))
        tunnel = self._supervisor.state.tunnels[tunnel_id].tunnel
        name, node = (tunnel.name, tunnel.node) if tunnel else ("", "")

        def is_about_it(line: LogLine) -> bool:
            return line.node == node and line.tunnel in (name, None)

        return self._logbook.read(is_about_it, tail=tail, follow=follow)

    async def cores(self) -> CoresView:
        return await self._releases.view()

    async def core_offers(self, source: str | None) -> list[CoreOffer]:
        return await self._releases.offers(source)

    def install_core(
        self, command: InstallCore
    ) -> contextlib.AbstractAsyncContextManager[AsyncIterator[CoreFrame]]:
        return self._releases.install(command)

    async def use_core(self, label: str) -> CoreChosen:
        return await self._releases.choose(label)

    async def remove_core(self, label: str) -> None:
        await self._releases.remove(label)

    def events(
        self, *, since: float, follow: bool
    ) -> contextlib.AbstractAsyncContextManager[AsyncIterator[TimelineEvent]]:
        return self._timeline.read(since=since, follow=follow)

    def end(self) -> None:
        self._end()

    async def _account_changed(self) -> None:
        self._nodes.forget()
        await self._supervisor.settle()

    async def _kept(self, tunnel_id: TunnelId) -> int | None:
        """Keep the tunnel as it is; return its number among what was deleted."""
        view = self.snapshot().tunnels.get(tunnel_id)
        if view is None or view.tunnel is None:
            return None
        options = self._options.get(tunnel_id)
        return await self.archive.keep(view.tunnel, options, was_wanted=view.wanted)

    async def _wish(self, event: Event) -> None:
        """Return when the wish is taken in and on disk."""
        self._supervisor.tell(event)
        await self._supervisor.settle()
        await self._wishes.settle()

    async def _guard_new(self, tunnel: Tunnel, guard: Guard | None) -> None:
        """Turn the guard on as was said, or if that is wanted of all."""
        if guard is None and self._guards_new:
            guard = Guard(is_on=True)
        if guard is not None:
            await self._options.begin(tunnel.id, TunnelOptions(guard=guard))

    async def _lead_anew(self, tunnel_id: TunnelId, *, is_guarded: bool) -> None:
        if not await self._cores.lead_anew(tunnel_id):
            self._supervisor.tell(RestartRequested(frozenset({tunnel_id})))
        if not is_guarded:
            await self._doors.retire(tunnel_id)

    def _check_mine(self, tunnel_id: TunnelId) -> None:
        mine = self._keeper.require()
        view = self.snapshot().tunnels.get(tunnel_id)
        if view is not None and view.account != mine:
            raise InvalidInput(
                f"tunnel {tunnel_id} is another account's",
                hint=f"put it in front first: chmlfrp account use {view.account}",
                field="tunnel",
            )

    def _check_not_expired(self, ids: frozenset[TunnelId]) -> None:
        for tunnel_id in ids:
            schedule = self._options.get(tunnel_id).schedule
            if schedule.is_expired(self._wall()):
                raise InvalidInput(
                    f"tunnel {tunnel_id} has expired at {schedule.expires_at}",
                    hint="set another date, or `--expires never`, with "
                    f"chmlfrp tunnel edit {tunnel_id}",
                    field="expires",
                )

    def _check(self, ids: frozenset[TunnelId]) -> None:
        for tunnel_id in ids:
            if tunnel_id not in self._supervisor.state.tunnels:
                raise InvalidInput(
                    f"there is no tunnel {tunnel_id}",
                    hint="see what there is: chmlfrp tunnel list",
                    field="tunnel",
                )
