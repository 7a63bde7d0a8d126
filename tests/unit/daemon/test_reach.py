"""When addresses are tried, and what is told of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from chmlfrp.daemon.options import Options
from chmlfrp.daemon.probe import Answer, Silent, Target
from chmlfrp.daemon.reach import AGAIN_S, BACK_OFF_S, FIRST_AFTER_S, Probes, target_of
from chmlfrp.daemon.supervisor import News
from chmlfrp.engine.events import ReachSeen
from chmlfrp.engine.state import Register, State, TunnelState
from chmlfrp.model.ladder import Proxy, Reach, Rung
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelType
from support import tmodel
from support.clock import FakeClock

ONE = TunnelId(1)
OPEN = TunnelState(
    id=ONE, account=7, wanted=True, tunnel=tmodel.tunnel(1), proxy=Rung(Proxy.OPEN)
)
NO = Reason(Code.REACH_REFUSED)


class World:
    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.tunnel = OPEN
        self.told: list[News] = []
        self.tried: list[Target] = []
        self.answer: Answer = None
        self.options = Options(folder / "options.json", "http://127.0.0.1:1")
        self.probes = Probes(
            self.options,
            lambda: State(tunnels=Register().having(self.tunnel)),
            self.told.append,
            lambda _: None,
            now=self.clock,
            attempt=self._attempt,
        )

    async def _attempt(self, _: Tunnel, target: Target) -> Answer:
        self.tried.append(target)
        return self.answer

    async def after(self, seconds: float) -> int:
        """Return how many tries a look so much later makes."""
        self.tried.clear()
        self.clock.now += seconds
        told = len(self.told)
        await self.probes.look()
        for news in self.told[told:]:
            assert isinstance(news, ReachSeen)
            state = Reach.UNREACHABLE if news.reason else Reach.REACHABLE
            self.tunnel = replace(self.tunnel, reach=Rung(state, news.reason))
        return len(self.tried)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def test_it_is_tried_soon_after_it_opened_and_then_rarely(world: World) -> None:
    assert await world.after(0) == 0
    assert await world.after(FIRST_AFTER_S) == 1
    assert world.tried == [Target(host="node.example", port=20001)]
    assert world.told == [ReachSeen(ONE, None)]
    assert await world.after(AGAIN_S - 1) == 0
    assert await world.after(1) == 1


async def test_while_nobody_gets_an_answer_it_is_tried_more_and_more_slowly(
    world: World,
) -> None:
    world.answer = NO
    await world.after(0)
    assert await world.after(FIRST_AFTER_S) == 1
    assert world.told == [ReachSeen(ONE, NO, world.clock.now + BACK_OFF_S[0])]
    for wait in (*BACK_OFF_S, BACK_OFF_S[-1]):
        assert await world.after(wait - 0.1) == 0
        assert await world.after(0.1) == 1
    world.answer = None
    assert await world.after(BACK_OFF_S[-1]) == 1
    assert world.told[-1] == ReachSeen(ONE, None)


async def test_what_proves_nothing_is_not_told(world: World) -> None:
    world.answer = Silent.SILENT
    await world.after(0)
    assert await world.after(FIRST_AFTER_S) == 1
    assert world.told == []


async def test_closed_unwanted_and_opted_out_tunnels_are_left_alone(
    world: World,
) -> None:
    for tunnel in (
        replace(OPEN, proxy=Rung(Proxy.CLOSED)),
        replace(OPEN, wanted=False),
    ):
        world.tunnel = tunnel
        await world.after(0)
        assert await world.after(3600) == 0
    world.tunnel = OPEN
    await world.options.set(ONE, TunnelOptions(is_probed=False))
    await world.after(0)
    assert await world.after(3600) == 0


async def test_one_that_was_opened_anew_is_tried_anew(world: World) -> None:
    await world.after(0)
    await world.after(FIRST_AFTER_S)
    world.tunnel = OPEN  # closed and open again between two looks
    await world.after(1)
    assert await world.after(FIRST_AFTER_S) == 1


@pytest.mark.parametrize(
    ("kind", "node", "target"),
    [
        (TunnelType.TCP, None, Target(host="node.example", port=20001)),
        (TunnelType.HTTP, None, Target(host="node.example", port=80)),
        (
            TunnelType.HTTPS,
            NodeDetail(id=1, name="n", https_port=8443),
            Target(host="node.example", port=8443),
        ),
    ],
)
def test_visitors_go_to_the_port_or_to_the_nodes_own(
    kind: TunnelType, node: NodeDetail | None, target: Target
) -> None:
    fields = {"domain": "a.example", "remote_port": None} if kind.is_web else {}
    assert target_of(tmodel.tunnel(1, type=kind, **fields), node) == target


def test_without_a_host_nothing_can_be_tried() -> None:
    assert target_of(tmodel.tunnel(1, node_host=""), None) is None
