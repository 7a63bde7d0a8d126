"""The one writer: a fault in one piece of news does not lose the next ones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from chmlfrp.control.protocol import DaemonView, SessionState, SessionView, Snapshot
from chmlfrp.daemon.store import Store
from chmlfrp.daemon.supervisor import NodeLearnt, Supervisor
from chmlfrp.engine import events
from chmlfrp.engine.effects import Effect, Launch, SaveWishes
from chmlfrp.model.node import NodeDetail
from support.guards import LogWatch
from support.tmodel import ACCOUNT, ids, tunnel


class Recorder:
    """Runs nothing; notes what it was asked to run."""

    def __init__(self, *, fails: bool = False) -> None:
        self.effects: list[Effect] = []
        self._fails = fails

    def run(self, effect: Effect) -> None:
        self.effects.append(effect)
        if self._fails:
            raise RuntimeError("a fault")


class Scene:
    def __init__(self) -> None:
        daemon = DaemonView(version="1", protocol=1, pid=1, home="h")
        first = Snapshot(epoch="e", seq=0, now=0, daemon=daemon, session=SessionView())
        self.nodes: dict[str, NodeDetail] = {}
        self.store = Store(first, lambda: 1.0)
        self.supervisor = Supervisor(self.store, lambda: 1.0, self.nodes.get)

    @asynccontextmanager
    async def running(self, recorder: Recorder) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(self.supervisor.run(recorder))
            yield
            work.cancel()

    async def tell(self, *news: Any) -> None:
        for one in news:
            self.supervisor.tell(one)
        await self.supervisor.settle()


RECORDS = (events.SignedIn(ACCOUNT), events.RecordsArrived(ACCOUNT, (tunnel(1),)))


async def test_news_becomes_state_views_and_effects() -> None:
    scene, recorder = Scene(), Recorder()
    async with scene.running(recorder):
        await scene.tell(*RECORDS, events.StartRequested(ids(1)))
    assert [type(e) for e in recorder.effects] == [SaveWishes, Launch]
    assert scene.store.snapshot.tunnels[1].wanted


async def test_a_fault_costs_one_piece_of_news(expected_logs: LogWatch) -> None:
    expected_logs("a fault while taking in StartRequested")
    scene = Scene()
    async with scene.running(Recorder(fails=True)):
        await scene.tell(*RECORDS, events.StartRequested(ids(1)))
        await scene.tell(SessionView(state=SessionState.SIGNED_IN))
    assert scene.store.snapshot.session.state is SessionState.SIGNED_IN


async def test_a_node_that_is_learnt_completes_its_tunnels_addresses() -> None:
    scene = Scene()
    hostless = tunnel(1, node_host="")
    async with scene.running(Recorder()):
        await scene.tell(
            events.SignedIn(ACCOUNT), events.RecordsArrived(ACCOUNT, (hostless,))
        )
        assert scene.store.snapshot.tunnels[1].address is None
        scene.nodes[hostless.node] = NodeDetail(
            id=1, name=hostless.node, host="h.example"
        )
        await scene.tell(NodeLearnt(hostless.node))
    assert scene.store.snapshot.tunnels[1].address == "h.example:20001"
