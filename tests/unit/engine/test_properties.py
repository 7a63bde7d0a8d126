"""What holds whatever happens: random news against a model of the processes."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chmlfrp.engine import events
from chmlfrp.engine.effects import (
    ArmCheck,
    ArmRetry,
    Effect,
    KnockAtNode,
    Launch,
    LookAtLink,
    Reload,
    SaveWishes,
    Stop,
    TakeOffline,
)
from chmlfrp.engine.policy import RESTARTS_AT_MOST, RESTARTS_WINDOW_S, Answer, answer_to
from chmlfrp.engine.state import GroupKey, State, TunnelState, ladder_of
from chmlfrp.engine.step import step
from chmlfrp.model.ladder import Core, Link, Record, Summary, summarise
from chmlfrp.model.network import Knock, NetworkState
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import TunnelId
from support.tmodel import ACCOUNT, ids, tunnel

NUMBERS = (1, 2, 3, 4)
NODES = ("one", "two")
REASONS = st.sampled_from(Code).map(Reason)
SOME = st.sets(st.sampled_from(NUMBERS), min_size=1).map(lambda n: ids(*n))
DELAYS = st.none() | st.floats(0, 1000)
UP = NetworkState(is_up=True, has_default_route=True, addresses=("10.0.0.2",))
NETWORKS = (
    UP,
    NetworkState(is_up=True, has_default_route=True, addresses=("10.9.0.7",)),
    NetworkState(is_up=False, has_default_route=False),
)


class Engine(RuleBasedStateMachine):
    """The engine with processes that start, fail and end as they please."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self.now = 0.0
        self.launching: dict[GroupKey, Launch] = {}
        self.alive: dict[GroupKey, Launch] = {}
        self.reloading: dict[GroupKey, Reload] = {}
        self.stopping: set[GroupKey] = set()
        self.armed: dict[GroupKey, ArmRetry] = {}
        self.checks: dict[GroupKey, ArmCheck] = {}
        self.looks: dict[GroupKey, LookAtLink] = {}
        self.knocks: dict[GroupKey, KnockAtNode] = {}
        self.asked_offline: dict[GroupKey, TakeOffline] = {}
        self.failed: dict[GroupKey, tuple[Reason, Launch]] = {}
        """Why the last process of a group ended, until somebody mends it."""
        self.restarts: dict[GroupKey, list[float]] = {}
        self.is_offline = False
        self.saved: frozenset[TunnelId] = frozenset()
        self.over: list[tuple[GroupKey, int]] = []
        self.tell(events.SignedIn(ACCOUNT))

    def tell(self, event: events.Event) -> None:
        self.now += 0.5
        before = self.state
        self.state, effects = step(before, event, self.now)
        if isinstance(event, events.RunEvent):
            self.others_are_untouched(before, event.key)
        for effect in effects:
            self.run(effect)

    def run(self, effect: Effect) -> None:
        match effect:
            case Launch(key=key):
                assert key not in self.launching | self.alive, (
                    "two processes in a group"
                )
                assert effect.tunnels, "a launch of nothing"
                assert not self.is_offline, "a launch without a network"
                self.is_bounded(effect)
                assert all(self.state.tunnels[i].wanted for i in effect.tunnels)
                self.launching[key] = effect
            case Reload(key=key):
                assert key in self.alive, "a reload of nobody"
                assert key not in self.reloading, "two reloads at once"
                assert effect.tunnels, "a reload to nothing: a stop is meant"
                self.reloading[key] = effect
            case Stop(key=key):
                assert key in self.launching | self.alive
                self.stopping.add(key)
            case ArmRetry(key=key):
                reason = self.state.groups[key].core.reason
                is_for_link = reason is not None and reason.code is Code.LINK_LOST
                assert effect.delay_s >= (0 if is_for_link else 1)
                self.armed[key] = effect
            case ArmCheck(key=key):
                assert effect.delay_s > 0
                self.checks[key] = effect
            case LookAtLink(key=key):
                assert key in self.alive, "a look at nobody"
                self.looks[key] = effect
            case KnockAtNode(key=key):
                assert not self.is_offline, "a knock without a network"
                self.knocks[key] = effect
            case TakeOffline(key=key):
                assert effect.tunnels, "a request for nothing"
                self.asked_offline[key] = effect
            case SaveWishes(wanted=wanted):
                self.saved = wanted

    def others_are_untouched(self, before: State, key: GroupKey) -> None:
        """What other groups hold is not even copied by the news of one."""
        assert set(self.state.tunnels.touched_since(before.tunnels)) <= {key.place}
        for other, group in self.state.groups.items():
            assert other == key or group is before.groups[other]

    @rule(
        places=st.dictionaries(
            st.sampled_from(NUMBERS),
            st.tuples(st.sampled_from(NODES), st.integers(1, 3)),
        )
    )
    def records_arrive(self, places: dict[int, tuple[str, int]]) -> None:
        listed = tuple(
            tunnel(n, node=node, local_port=port) for n, (node, port) in places.items()
        )
        self.fresh()
        self.tell(events.RecordsArrived(ACCOUNT, listed))

    def is_bounded(self, launch: Launch) -> None:
        """Fail if a core that ends by itself is launched too often."""
        if launch.key not in self.failed:
            return
        reason, last = self.failed.pop(launch.key)
        is_same = launch.tunnels == last.tunnels
        assert not is_same or answer_to(reason.code) is not Answer.NEVER, "hammered"
        times = self.restarts.setdefault(launch.key, [])
        times.append(self.now)
        window = [at for at in times if self.now - at < RESTARTS_WINDOW_S]
        assert len(window) <= RESTARTS_AT_MOST + 1, "too many restarts"

    def fresh(self) -> None:
        """A person, a sign-in, a core or a network came: what failed may be tried."""
        self.failed.clear()
        self.restarts.clear()

    @rule(network=st.sampled_from(NETWORKS))
    def network_changes(self, network: NetworkState) -> None:
        self.is_offline = not network.is_usable
        self.fresh_of_network()
        self.tell(events.NetworkChanged(network))

    @rule(slept_s=st.floats(0, 1e6))
    def machine_wakes(self, slept_s: float) -> None:
        self.fresh_of_network()
        self.tell(events.Woke(slept_s))

    def fresh_of_network(self) -> None:
        """Leave what no network mends."""
        self.failed = {
            key: (reason, launch)
            for key, (reason, launch) in self.failed.items()
            if answer_to(reason.code) is Answer.NEVER
        }
        self.restarts.clear()

    @precondition(lambda self: self.checks)
    @rule(data=st.data(), waits=st.booleans())
    def check_is_due(self, data: st.DataObject, waits: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.checks, key=str)))
        check = self.checks.pop(key)
        self.now += check.delay_s if waits else 0
        self.tell(events.CheckDue(key, check.run))

    @precondition(lambda self: self.looks)
    @rule(data=st.data(), is_stale=st.booleans())
    def link_is_seen(self, data: st.DataObject, is_stale: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.looks, key=str)))
        self.tell(events.LinkSeen(key, self.looks.pop(key).run, is_stale))

    @precondition(lambda self: self.knocks)
    @rule(data=st.data(), answer=st.sampled_from(Knock))
    def node_is_knocked_at(self, data: st.DataObject, answer: Knock) -> None:
        key = data.draw(st.sampled_from(sorted(self.knocks, key=str)))
        self.tell(events.Knocked(key, self.knocks.pop(key).run, answer))

    @precondition(lambda self: self.asked_offline)
    @rule(data=st.data())
    def service_took_it_offline(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.asked_offline, key=str)))
        self.tell(events.TookOffline(key, self.asked_offline.pop(key).run))

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), is_felt=st.booleans())
    def pulse(self, data: st.DataObject, is_felt: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.alive, key=str)))
        kind = events.PulseFelt if is_felt else events.PulseMissed
        self.tell(kind(key, self.alive[key].run))

    @rule(which=SOME)
    def start(self, which: frozenset[TunnelId]) -> None:
        self.fresh()
        self.tell(events.StartRequested(which))

    @rule(which=SOME)
    def stop(self, which: frozenset[TunnelId]) -> None:
        self.tell(events.StopRequested(which))

    @rule(which=SOME)
    def restart(self, which: frozenset[TunnelId]) -> None:
        self.fresh()
        self.tell(events.RestartRequested(which))

    @rule(reason=REASONS)
    def records_fail(self, reason: Reason) -> None:
        self.tell(events.RecordsFailed(reason))

    @rule()
    def another_sign_in(self) -> None:
        self.fresh()
        self.tell(events.AccountLeft(ACCOUNT))
        self.tell(events.SignedIn(ACCOUNT))

    @rule(can_reload=st.booleans(), retries=st.booleans())
    def core_found(self, can_reload: bool, retries: bool) -> None:
        self.fresh()
        self.tell(events.CoreFound(can_reload, retries))

    @precondition(lambda self: self.launching)
    @rule(data=st.data(), reason=REASONS, works=st.booleans(), asked_s=DELAYS)
    def launch_ends(
        self, data: st.DataObject, reason: Reason, works: bool, asked_s: float | None
    ) -> None:
        key = data.draw(st.sampled_from(sorted(self.launching, key=str)))
        launch = self.launching.pop(key)
        if works and key not in self.stopping:
            self.alive[key] = launch
            self.tell(events.CoreStarted(key, launch.run, 1))
        else:
            self.gone(launch, reason)
            self.tell(events.LaunchFailed(key, launch.run, reason, asked_s))

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), reason=REASONS)
    def process_ends(self, data: st.DataObject, reason: Reason) -> None:
        key = data.draw(st.sampled_from(sorted(self.alive, key=str)))
        launch = self.alive.pop(key)
        self.gone(launch, reason)
        self.tell(events.CoreExited(key, launch.run, reason))

    @precondition(lambda self: self.reloading)
    @rule(data=st.data(), reason=REASONS, works=st.booleans(), is_deaf=st.booleans())
    def reload_ends(
        self, data: st.DataObject, reason: Reason, works: bool, is_deaf: bool
    ) -> None:
        key = data.draw(st.sampled_from(sorted(self.reloading, key=str)))
        run = self.reloading.pop(key).run
        refused = events.ReloadRefused(key, run, reason, is_deaf)
        self.tell(events.Reloaded(key, run) if works else refused)

    @precondition(lambda self: self.armed)
    @rule(data=st.data())
    def time_passes(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.armed, key=str)))
        armed = self.armed.pop(key)
        self.now += armed.delay_s
        self.tell(events.RetryDue(key, armed.run))

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), reason=REASONS)
    def core_speaks(self, data: st.DataObject, reason: Reason) -> None:
        key = data.draw(st.sampled_from(sorted(self.alive, key=str)))
        run, name = self.alive[key].run, f"t{data.draw(st.sampled_from(NUMBERS))}"
        spoken = (
            events.Connecting(key, run, again=True),
            events.LoggedIn(key, run),
            events.LoginFailed(key, run, reason),
            events.ProxyOpened(key, run, name),
            events.ProxyRefused(key, run, name, reason),
            events.RefusalDisproved(key, run, name),
            events.LocalServiceFailed(key, run, name, reason),
        )
        self.tell(data.draw(st.sampled_from(spoken)))

    @precondition(lambda self: self.over)
    @rule(data=st.data(), reason=REASONS)
    def late_news_changes_nothing(self, data: st.DataObject, reason: Reason) -> None:
        key, run = data.draw(st.sampled_from(self.over))
        if self.state.groups[key].run == run:
            return
        before = self.state
        late = (
            events.CoreExited(key, run, reason),
            events.LoggedIn(key, run),
            events.ProxyOpened(key, run, "t1"),
            events.RetryDue(key, run),
        )
        self.tell(data.draw(st.sampled_from(late)))
        assert self.state is before

    def gone(self, launch: Launch, reason: Reason) -> None:
        key, run = launch.key, launch.run
        if key not in self.stopping:
            self.failed[key] = (reason, launch)
        self.stopping.discard(key)
        self.reloading.pop(key, None)
        self.over.append((key, run))

    @invariant()
    def engine_and_processes_agree(self) -> None:
        for key, group in self.state.groups.items():
            is_live = group.core.state in (Core.STARTING, Core.RUNNING)
            assert is_live == (key in self.launching or key in self.alive)

    @invariant()
    def what_is_wanted_always_has_a_next_step(self) -> None:
        for key, group in self.state.groups.items():
            if group.core.state is not Core.WAITING:
                continue
            assert group.core.reason is not None
            answer = answer_to(group.core.reason.code)
            if group.core.until is not None:
                assert self.armed[key].run == group.run, "it waits for nothing"
            else:
                is_known = answer in (Answer.ON_SIGN_IN, Answer.ON_NETWORK)
                assert is_known, "it waits for ever"
                is_missed = answer is Answer.ON_NETWORK and not self.is_offline
                assert not is_missed, "it missed the network's return"

    @invariant()
    def what_runs_without_a_link_is_watched(self) -> None:
        for key in self.alive.keys() - self.stopping:
            group = self.state.groups[key]
            is_well = group.link.state is Link.LOGGED_IN
            assert is_well or self.is_offline or key in self.checks

    @invariant()
    def nothing_runs_for_nobody(self) -> None:
        for key in (self.launching | self.alive).keys() - self.stopping:
            assert any(self.belongs(t, key) for t in self.state.tunnels.values())

    @staticmethod
    def belongs(known: TunnelState, key: GroupKey) -> bool:
        is_there = known.tunnel is not None and known.record.state is Record.KNOWN
        return known.wanted and is_there and known.tunnel.node == key.node

    @invariant()
    def wishes_on_disk_are_the_wishes(self) -> None:
        wanted = {t.id for t in self.state.tunnels.values() if t.wanted}
        assert self.saved == wanted

    def teardown(self) -> None:
        """From anywhere, a stop of everything ends in stopped."""
        self.tell(events.StopRequested(ids(*NUMBERS)))
        for _ in range(20):
            for key, reload in tuple(self.reloading.items()):
                del self.reloading[key]
                self.tell(events.Reloaded(key, reload.run))
            for key in tuple(self.stopping):
                launch = self.launching.pop(key, None) or self.alive.pop(key)
                self.gone(launch, Reason(Code.CORE_DIED))
                died = events.CoreExited(key, launch.run, Reason(Code.CORE_DIED))
                self.tell(died)
        assert not self.launching
        assert not self.alive
        for known in self.state.tunnels.values():
            ladder = ladder_of(self.state, known)
            assert summarise(known.wanted, ladder) is Summary.STOPPED


TestEngine = Engine.TestCase
TestEngine.settings = settings(max_examples=80, stateful_step_count=40)
