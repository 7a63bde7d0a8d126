"""Random sequences of operations: the service and a small model of it agree."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chmlfrp.api.client import ServiceClient
from chmlfrp.errors import (
    ApiError,
    NameTaken,
    NotFound,
    PortTaken,
    QuotaExceeded,
    SignInRequired,
)
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelSpec, TunnelType
from chmlfrp.selfhost.app import create_app
from support.selfhost import PASSWORD, InMemory, in_memory

LIMIT = 4
NODES = ("east", "west")
PEOPLE = ("ada", "bob")
pytestmark = pytest.mark.timeout(150)
Verdict = type[ApiError] | None


class World:
    """One service for all sequences; each has nodes, names and numbers of its own.

    On PostgreSQL it is two applications that are asked in turn, as two workers are.
    """

    def __init__(self, runner: asyncio.Runner) -> None:
        self.runner = runner
        self.runs = 0
        self.service: InMemory
        self.root: ServiceClient

    async def start(self, stack: AsyncExitStack, folder: Path, url: str) -> None:
        self.service, *others = [
            await stack.enter_async_context(in_memory(folder / name, database_url=url))
            for name in (("one", "other") if url else ("one",))
        ]
        apps = [
            httpx2.ASGITransport(create_app(each.context))
            for each in (self.service, *others)
        ]
        self.root = await stack.enter_async_context(
            ServiceClient("http://127.0.0.1", transport=InTurn(apps))
        )

    def own(self, word: str) -> str:
        """Return the word as this sequence has it."""
        return f"{word}{self.runs}"

    def own_spec(self, spec: TunnelSpec) -> TunnelSpec:
        return msgspec.structs.replace(
            spec, node=self.own(spec.node), name=self.own(spec.name)
        )


class InTurn(httpx2.AsyncBaseTransport):
    """A load balancer without sockets."""

    def __init__(self, apps: list[httpx2.ASGITransport]) -> None:
        self._turns = itertools.cycle(apps)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await next(self._turns).handle_async_request(request)


@pytest.fixture(scope="module")
def world(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder, stack = tmp_path_factory.mktemp("model"), AsyncExitStack()
    with asyncio.Runner() as runner:
        found = World(runner)
        runner.run(found.start(stack, folder, store_url))
        yield found
        runner.run(stack.aclose())


@dataclass
class Person:
    """What the model knows of an account."""

    name: str
    client: ServiceClient
    qq: str = ""
    password: str = PASSWORD
    tunnels: dict[int, TunnelSpec] = field(default_factory=dict)


people = st.sampled_from(PEOPLE)
specs = st.builds(
    TunnelSpec,
    name=st.sampled_from(["web", "game", "ssh", "nas", "rdp"]),
    node=st.sampled_from(NODES),
    type=st.sampled_from([TunnelType.TCP, TunnelType.UDP]),
    local_port=st.integers(1, 65535),
    remote_port=st.sampled_from([20001, 20002, 20003]),
    encryption=st.booleans(),
    compression=st.booleans(),
)


class Accounts(RuleBasedStateMachine):
    """Two people on two nodes, and what each operation must come to."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.root = self.world.root
        self.people: dict[str, Person] = {}

    @initialize()
    def open(self) -> None:
        self.world.runs += 1
        self.world.runner.run(self._open())

    async def _open(self) -> None:
        service, own = self.world.service, self.world.own
        for node in NODES:
            await service.node(own(node))
        for name in PEOPLE:
            user = await service.user(own(name), tunnel_limit=LIMIT)
            client = self.root.with_token(Secret(user.token))
            self.people[name] = Person(own(name), client)

    def ask(self, what: Callable[[], Awaitable[Any]]) -> tuple[Any, Verdict]:
        """Return what came of an operation: a value, or the kind of refusal."""

        async def main() -> tuple[Any, Verdict]:
            try:
                return await what(), None
            except ApiError as error:
                return None, type(error)

        return self.world.runner.run(main())

    def verdict(self, me: Person, spec: TunnelSpec, but: int | None = None) -> set[Any]:
        """Return every refusal that this spec deserves; any of them may come first."""
        found: set[Any] = set()
        if but is None and len(me.tunnels) >= LIMIT:
            found.add(QuotaExceeded)
        for person in self.people.values():
            for number, one in person.tunnels.items():
                if number != but and one.name == spec.name:
                    found.add(NameTaken)
                if number != but and _place(one) == _place(spec):
                    found.add(PortTaken)
        return found or {None}

    @rule(who=people, spec=specs)
    def create(self, who: str, spec: TunnelSpec) -> None:
        spec = self.world.own_spec(spec)
        me = self.people[who]
        made, verdict = self.ask(lambda: me.client.tunnels.create(spec))
        assert verdict in self.verdict(me, spec)
        if verdict is None:
            assert made.spec == spec
            me.tunnels[made.id] = spec

    @precondition(lambda self: any(one.tunnels for one in self.people.values()))
    @rule(who=people, spec=specs, pick=st.integers(0, 7))
    def update(self, who: str, spec: TunnelSpec, pick: int) -> None:
        spec = self.world.own_spec(spec)
        me = self.people[who]
        number = self.number(pick)
        _, verdict = self.ask(lambda: me.client.tunnels.update(TunnelId(number), spec))
        if number not in me.tunnels:
            assert verdict is NotFound
            return
        assert verdict in self.verdict(me, spec, but=number)
        if verdict is None:
            me.tunnels[number] = spec

    @precondition(lambda self: any(one.tunnels for one in self.people.values()))
    @rule(who=people, pick=st.integers(0, 7))
    def delete(self, who: str, pick: int) -> None:
        me = self.people[who]
        number = self.number(pick)
        for _ in range(2):
            _, verdict = self.ask(lambda: me.client.tunnels.delete(TunnelId(number)))
            assert verdict is (None if number in me.tunnels else NotFound)
            me.tunnels.pop(number, None)
        again = self.ask(
            lambda: me.client.tunnels.delete(TunnelId(number), missing_ok=True)
        )
        assert again == (None, None)

    @rule(who=people, name=st.sampled_from(["ada", "bob", "carol"]))
    def rename(self, who: str, name: str) -> None:
        me, name = self.people[who], self.world.own(name)
        _, verdict = self.ask(lambda: me.client.profile.rename(name))
        others = {one.name for one in self.people.values() if one is not me}
        assert verdict is (NameTaken if name in others else None)
        if verdict is None:
            me.name = name

    @rule(who=people, qq=st.sampled_from(["10001", "10002"]))
    def change_qq(self, who: str, qq: str) -> None:
        me, qq = self.people[who], self.world.own(qq)
        _, verdict = self.ask(lambda: me.client.profile.change_qq(qq))
        others = {one.qq for one in self.people.values() if one is not me}
        assert (verdict is None) is (qq not in others)
        if verdict is None:
            me.qq = qq

    @rule(who=people)
    def renew_token(self, who: str) -> None:
        me = self.people[who]
        before = me.client
        assert self.ask(lambda: me.client.profile.renew_token())[1] is None
        assert self.ask(lambda: before.tunnels.list())[1] is SignInRequired
        signed_in, _ = self.ask(
            lambda: self.root.account.sign_in(me.name, Secret(me.password))
        )
        me.client = self.root.with_token(signed_in.token)

    @invariant()
    def the_lists_are_those_of_the_model(self) -> None:
        for me in self.people.values():
            listed: list[Tunnel] = self.ask(lambda me=me: me.client.tunnels.list())[0]
            assert {one.id: one.spec for one in listed} == me.tunnels

    @invariant()
    def the_accounts_are_those_of_the_model(self) -> None:
        for me in self.people.values():
            account = self.ask(lambda me=me: me.client.account.get())[0]
            assert (account.name, account.tunnels_used) == (me.name, len(me.tunnels))
            assert account.tunnel_limit == LIMIT
            assert me.qq in ("", account.qq)

    def number(self, pick: int) -> int:
        """Return the id of one of the tunnels there are, whosever it is."""
        found = sorted(n for one in self.people.values() for n in one.tunnels)
        return found[pick % len(found)]


def _place(spec: TunnelSpec) -> tuple[object, ...]:
    """Return what only one tunnel can have, of whatever type it is."""
    return spec.node, spec.remote_port


def test_the_service_does_what_the_model_does(world: World) -> None:
    here = type("Here", (Accounts,), {"world": world})
    run_state_machine_as_test(
        here,
        settings=settings(
            max_examples=6,
            stateful_step_count=15,
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
