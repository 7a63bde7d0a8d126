"""What guarding a thousand tunnels costs, and how soon all are tried after an outage."""

import time
import timeit
import tracemalloc
from collections.abc import Callable, Iterable
from functools import partial

from benchmarks import thousand
from benchmarks.table import Table
from chmlfrp.daemon import views
from chmlfrp.engine import events
from chmlfrp.engine.effects import Effect, Launch
from chmlfrp.engine.state import GroupKey, State
from chmlfrp.engine.step import step
from chmlfrp.model.network import NetworkState
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelType

ACCOUNT = 1
TUNNELS = 1000
NODES = 50
GROUP = 20
UP = NetworkState(is_up=True, has_default_route=True, addresses=("10.0.0.2",))
GONE = NetworkState(is_up=False, has_default_route=False)


class Engine:
    """The engine with its clock and a count of its steps."""

    def __init__(self) -> None:
        self.state = State()
        self.now = 0.0
        self.steps = 0

    def tell(self, event: events.Event) -> list[Effect]:
        self.now += 0.001
        self.steps += 1
        self.state, effects = step(self.state, event, self.now)
        return effects


async def measure(*, quick: bool = False) -> list[Table]:
    """Return the table."""
    count = TUNNELS // 10 if quick else TUNNELS
    table = Table(
        f"supervision: {count} tunnels on {NODES} nodes",
        ["what", "steps", "time", "steps per second"],
        note="the engine alone, in processor time",
    )
    kept = _memory(count)
    engine = Engine()
    _row(table, "start and open all", engine, lambda: _bring_up(engine, count))
    _row(table, "network gone, all cores end", engine, lambda: _cut(engine))
    _row(table, "network back, all launched", engine, lambda: _mend(engine))
    table.add("memory of the state", "", f"{kept / 2**20:.1f} MiB", "")
    steps = _steps((100, 1000) if quick else (100, 1000, 10_000))
    return [table, steps, *await thousand.measure(quick=quick)]


def _steps(sizes: Iterable[int]) -> Table:
    """Return what one event costs by the number of tunnels, with groups of one size."""
    table = Table(
        f"One step, with {GROUP} tunnels in each group",
        ["tunnels", "a pulse us", "a proxy us", "with its view us"],
        note="processor time of the least of several rounds",
    )
    for size in sizes:
        engine = Engine()
        _bring_up(engine, size, nodes=size // GROUP)
        key = GroupKey(ACCOUNT, "node1")
        run = _run(engine, key)
        missed = events.PulseMissed(key, run)
        opened = events.ProxyOpened(key, run, "t1")
        work = (
            partial(step, engine.state, missed, 0.0),
            partial(step, engine.state, opened, 0.0),
            partial(_published, engine.state, opened),
        )
        table.add(size, *(f"{_least(one):.0f}" for one in work))
    return table


def _published(state: State, event: events.Event) -> object:
    after, _ = step(state, event, 0.0)
    return views.changed(state, after, lambda _: None)


def _least(work: Callable[[], object]) -> float:
    """Return microseconds of processor time."""
    return min(timeit.repeat(work, number=100, repeat=7, timer=time.process_time)) * 1e4


def _row(table: Table, what: str, engine: Engine, work: Callable[[], None]) -> None:
    before, began = engine.steps, time.process_time()
    work()
    took, steps = time.process_time() - began, engine.steps - before
    table.add(what, steps, f"{took * 1000:.0f} ms", f"{steps / took:.0f}")


def _memory(count: int) -> int:
    """Return the bytes that an engine with all tunnels up holds."""
    tracemalloc.start()
    engine = Engine()
    _bring_up(engine, count)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept


def _bring_up(engine: Engine, count: int, *, nodes: int = NODES) -> None:
    tunnels = tuple(_tunnel(number, nodes) for number in range(1, count + 1))
    engine.tell(events.SignedIn(ACCOUNT))
    engine.tell(events.NetworkChanged(UP))
    engine.tell(events.RecordsArrived(ACCOUNT, tunnels))
    _open(engine, engine.tell(events.StartRequested(frozenset(t.id for t in tunnels))))


def _open(engine: Engine, effects: list[Effect]) -> None:
    for launch in [e for e in effects if isinstance(e, Launch)]:
        engine.tell(events.CoreStarted(launch.key, launch.run, 1))
        engine.tell(events.LoggedIn(launch.key, launch.run))
        for tunnel in launch.tunnels.values():
            engine.tell(events.ProxyOpened(launch.key, launch.run, tunnel.name))


def _cut(engine: Engine) -> None:
    engine.tell(events.NetworkChanged(GONE))
    lost = Reason(Code.LINK_LOST)
    for key in tuple(engine.state.groups):
        engine.tell(events.CoreExited(key, _run(engine, key), lost))


def _mend(engine: Engine) -> None:
    effects = engine.tell(events.NetworkChanged(UP))
    assert len([e for e in effects if isinstance(e, Launch)]) == NODES
    _open(engine, effects)


def _run(engine: Engine, key: GroupKey) -> int:
    return engine.state.groups[key].run


def _tunnel(number: int, nodes: int) -> Tunnel:
    return Tunnel(
        id=TunnelId(number),
        name=f"t{number}",
        node=f"node{number % nodes}",
        type=TunnelType.TCP,
        local_host="127.0.0.1",
        local_port=8080,
        remote_port=10000 + number,
    )
