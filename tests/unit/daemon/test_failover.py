"""Moving a tunnel: what is asked of the service, what is kept, what a dry run says."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import UNSET

from chmlfrp.control.protocol import Edited, EditTunnel, NodeView
from chmlfrp.daemon.failover import Failovers, is_node_well
from chmlfrp.daemon.options import Options, Records, load
from chmlfrp.engine.failover import Verdict
from chmlfrp.engine.state import GroupState, Register, State, TunnelState
from chmlfrp.errors import InvalidInput, ServiceUnreachable
from chmlfrp.model.failover import Failover
from chmlfrp.model.ladder import Core, Link, Rung
from chmlfrp.model.node import NodeDetail, PortRange
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel, TunnelId
from support import tmodel
from support.clock import FakeClock
from support.guards import LogWatch

ONE = TunnelId(1)
ON = Failover(is_on=True, nodes=("b", "c"))
FAR = Rung(Link.DOWN, Reason(Code.LINK_TIMEOUT))


class Parts:
    """A service with three nodes, of which a test says how they are."""

    def __init__(self) -> None:
        self.online = {"a": True, "b": True, "c": True}
        self.ports = dict.fromkeys("abc", PortRange(20000, 20100))
        self.edits: list[EditTunnel] = []
        self.names: list[tuple[tuple[str, ...], str]] = []
        self.refusals: set[str] = set()
        self.is_gone = False
        self.state: State = State()

    async def nodes(self) -> Sequence[NodeView]:
        if self.is_gone:
            raise ServiceUnreachable("no answer")
        return [
            NodeView(id=i, name=name, is_online=is_online)
            for i, (name, is_online) in enumerate(self.online.items())
        ]

    async def node(self, name: str) -> NodeDetail:
        return NodeDetail(id=1, name=name, ports=self.ports[name])

    async def edit(self, tunnel_id: TunnelId, command: EditTunnel) -> Edited:
        self.edits.append(command)
        node = str(command.node)
        if node in self.refusals:
            raise InvalidInput("not here", field="node")
        tunnel = tmodel.tunnel(1, node=node)
        self.state = at(node, Rung(Link.LOGGED_IN))
        return Edited(tunnel=tunnel)

    async def move_names(self, names: Collection[str], after: Tunnel) -> None:
        self.names.append((tuple(names), after.node))

    def may_use_vip(self) -> bool:
        return False

    def is_network_up(self) -> bool:
        return True


def at(node: str, link: Rung[Link]) -> State:
    """Return a state with tunnel 1 wanted on that node."""
    tunnel = tmodel.tunnel(1, node=node)
    key = tmodel.key(node)
    return State(
        account=tmodel.ACCOUNT,
        tunnels=Register().having(
            TunnelState(id=ONE, account=tmodel.ACCOUNT, wanted=True, tunnel=tunnel)
        ),
        groups={
            key: GroupState(
                key=key, core=Rung(Core.RUNNING), link=link, told={ONE: tunnel}
            )
        },
    )


class World:
    """The watch over tunnel 1, on a clock that a test turns."""

    def __init__(self, folder: Path) -> None:
        self.parts = Parts()
        self.parts.state = at("a", Rung(Link.LOGGED_IN))
        self.clock = FakeClock()
        self.file = folder / "failover.json"
        self.options = Options(folder / "options.json", "http://127.0.0.1:1")
        self.failovers = self.restarted()

    def restarted(self) -> Failovers:
        return Failovers(
            self.options,
            self.file,
            lambda: self.parts.state,
            self.parts,
            now=self.clock,
            wall=lambda: 1_000_000 + self.clock.now,
        )

    async def verdict_after(self, minutes: float) -> Verdict:
        self.clock.now += minutes * 60
        decision = await self.failovers.look(ONE)
        assert decision is not None
        return decision.verdict


@pytest.fixture
async def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    await world.options.set(ONE, TunnelOptions(failover=ON))
    return world


async def test_a_node_out_of_reach_is_left_after_its_time(world: World) -> None:
    assert await world.verdict_after(0) is Verdict.WELL
    world.parts.state = at("a", FAR)
    assert await world.verdict_after(1) is Verdict.PATIENT
    assert await world.verdict_after(5) is Verdict.MOVE
    assert world.parts.edits == [EditTunnel(node="b", remote_port=UNSET)]
    kept = load(world.file, Records)
    assert kept is not None
    assert (kept["1"].home, kept["1"].away) == ("a", "b")


async def test_its_names_follow(world: World) -> None:
    plan = Failover(is_on=True, nodes=("b",), names=("x.lent.example",))
    await world.options.set(ONE, TunnelOptions(failover=plan))
    world.parts.state = at("a", FAR)
    await world.verdict_after(0)
    await world.verdict_after(5)
    assert world.parts.names == [(("x.lent.example",), "b")]


async def test_a_port_that_the_new_node_does_not_lend_is_replaced(world: World) -> None:
    world.parts.ports["b"] = PortRange(30000, 30000)
    world.parts.state = at("a", FAR)
    await world.verdict_after(0)
    await world.verdict_after(5)
    assert world.parts.edits == [EditTunnel(node="b", remote_port=30000)]


async def test_a_node_that_refuses_is_followed_by_the_next(
    world: World, expected_logs: LogWatch
) -> None:
    expected_logs("could not move to b")
    world.parts.refusals = {"b"}
    world.parts.state = at("a", FAR)
    await world.verdict_after(0)
    await world.verdict_after(5)
    await world.verdict_after(0.2)
    assert [edit.node for edit in world.parts.edits] == ["b", "c"]


async def test_a_service_that_is_gone_moves_nothing(world: World) -> None:
    world.parts.state = at("a", FAR)
    await world.verdict_after(0)
    world.parts.is_gone = True
    world.clock.now += 3600
    assert await world.failovers.look(ONE) is None
    assert world.parts.edits == []


async def test_it_goes_home_after_a_restart_too(world: World) -> None:
    world.parts.state = at("a", FAR)
    await world.verdict_after(0)
    await world.verdict_after(5)
    world.failovers = world.restarted()
    await world.failovers.load()
    assert await world.verdict_after(1) is Verdict.WELL
    assert await world.verdict_after(10) is Verdict.MOVE_BACK
    assert [edit.node for edit in world.parts.edits] == ["b", "a"]


async def test_a_dry_run_changes_nothing_and_says_where_to(world: World) -> None:
    view = await world.failovers.view(ONE)
    assert (view.verdict, view.node, view.home) == ("well", "a", "a")
    assert (view.would_move_to, view.would_keep_port) == ("b", True)
    world.parts.online["b"] = False
    world.parts.ports["c"] = PortRange(1, 2)
    view = await world.failovers.view(ONE)
    assert (view.would_move_to, view.would_keep_port) == ("c", False)
    world.parts.online["c"] = False
    view = await world.failovers.view(ONE)
    assert (view.would_move_to, view.would_keep_port) == (None, None)
    assert world.parts.edits == []
    assert not world.file.exists()


async def test_a_plan_that_is_not_in_force_is_tried(world: World) -> None:
    plan = Failover(is_on=True, nodes=("c", "b"))
    assert (await world.failovers.view(ONE, plan)).would_move_to == "c"
    assert (await world.failovers.view(ONE)).would_move_to == "b"
    with pytest.raises(InvalidInput, match="after_min"):
        await world.failovers.view(ONE, Failover(is_on=True, after_min=0))


async def test_a_dry_run_without_a_service_says_so(world: World) -> None:
    world.parts.is_gone = True
    with pytest.raises(ServiceUnreachable):
        await world.failovers.view(ONE)


@pytest.mark.parametrize(
    ("link", "online", "is_well"),
    [
        (Rung(Link.LOGGED_IN), True, True),
        (Rung(Link.LOGGED_IN), False, True),
        (Rung(Link.CONNECTING), True, True),
        (Rung(Link.CONNECTING), False, False),
        (Rung(Link.DOWN, Reason(Code.LOGIN_REFUSED)), True, True),
        (Rung(Link.RECONNECTING, Reason(Code.LINK_LOST)), True, False),
        (FAR, True, False),
    ],
)
def test_what_counts_as_the_nodes_own_trouble(
    link: Rung[Link], online: bool, is_well: bool
) -> None:
    state = at("a", link)
    nodes = [NodeView(id=1, name="a", is_online=online)]
    assert is_node_well(state, state.tunnels[ONE], nodes) is is_well


def test_a_tunnel_of_no_process_is_not_held_against_its_node() -> None:
    state = replace(at("a", FAR), groups={})
    assert is_node_well(state, state.tunnels[ONE], [])
