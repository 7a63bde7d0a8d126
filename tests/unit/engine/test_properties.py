"""What holds whatever happens: random news against a model of the processes."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chmlfrp.engine import events
from chmlfrp.engine.effects import ArmRetry, Effect, Launch, Reload, SaveWishes, Stop
from chmlfrp.engine.state import GroupKey, State, TunnelState, ladder_of
from chmlfrp.engine.step import step
from chmlfrp.model.ladder import Core, Record, Summary, summarise
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import TunnelId
from support.tmodel import ACCOUNT, ids, tunnel

NUMBERS = (1, 2, 3, 4)
NODES = ("one", "two")
REASONS = st.sampled_from(Code).map(Reason)
SOME = st.sets(st.sampled_from(NUMBERS), min_size=1).map(lambda n: ids(*n))
DELAYS = st.none() | st.floats(0, 1000)


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
        self.saved: frozenset[TunnelId] = frozenset()
        self.over: list[tuple[GroupKey, int]] = []
        self.tell(events.SignedIn(ACCOUNT))

    def tell(self, event: events.Event) -> None:
        self.now += 0.5
        self.state, effects = step(self.state, event, self.now)
        for effect in effects:
            self.run(effect)

    def run(self, effect: Effect) -> None:
        match effect:
            case Launch(key=key):
                assert key not in self.launching | self.alive, (
                    "two processes in a group"
                )
                assert effect.tunnels, "a launch of nothing"
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
                assert effect.delay_s >= 1
                self.armed[key] = effect
            case SaveWishes(wanted=wanted):
                self.saved = wanted

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
        self.tell(events.RecordsArrived(ACCOUNT, listed))

    @rule(which=SOME)
    def start(self, which: frozenset[TunnelId]) -> None:
        self.tell(events.StartRequested(which))

    @rule(which=SOME)
    def stop(self, which: frozenset[TunnelId]) -> None:
        self.tell(events.StopRequested(which))

    @rule(which=SOME)
    def restart(self, which: frozenset[TunnelId]) -> None:
        self.tell(events.RestartRequested(which))

    @rule(reason=REASONS)
    def records_fail(self, reason: Reason) -> None:
        self.tell(events.RecordsFailed(reason))

    @rule()
    def another_sign_in(self) -> None:
        self.tell(events.AccountLeft(ACCOUNT))
        self.tell(events.SignedIn(ACCOUNT))

    @rule(can_reload=st.booleans(), retries=st.booleans())
    def core_found(self, can_reload: bool, retries: bool) -> None:
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
            self.gone(key, launch.run)
            self.tell(events.LaunchFailed(key, launch.run, reason, asked_s))

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), reason=REASONS)
    def process_ends(self, data: st.DataObject, reason: Reason) -> None:
        key = data.draw(st.sampled_from(sorted(self.alive, key=str)))
        run = self.alive.pop(key).run
        self.gone(key, run)
        self.tell(events.CoreExited(key, run, reason))

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
        self.now += 60
        self.tell(events.RetryDue(key, self.armed.pop(key).run))

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

    def gone(self, key: GroupKey, run: int) -> None:
        self.stopping.discard(key)
        self.reloading.pop(key, None)
        self.over.append((key, run))

    @invariant()
    def engine_and_processes_agree(self) -> None:
        for key, group in self.state.groups.items():
            is_live = group.core.state in (Core.STARTING, Core.RUNNING)
            assert is_live == (key in self.launching or key in self.alive)

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
                run = self.state.groups[key].run
                self.launching.pop(key, None)
                self.alive.pop(key, None)
                self.gone(key, run)
                self.tell(events.CoreExited(key, run, Reason(Code.CORE_DIED)))
        assert not self.launching
        assert not self.alive
        for known in self.state.tunnels.values():
            ladder = ladder_of(self.state, known)
            assert summarise(known.wanted, ladder) is Summary.STOPPED


TestEngine = Engine.TestCase
TestEngine.settings = settings(max_examples=80, stateful_step_count=40)
