import asyncio

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chmlfrp.api.reads import Reads
from chmlfrp.errors import ServiceUnreachable
from support.clock import FakeClock
from support.replies import ScriptedService, sample


class Slow:
    """Answers when told to, and counts who asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.gate = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        await self.gate.wait()
        if self.error:
            raise self.error
        return number


async def turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_equal_reads_at_one_time_are_one() -> None:
    reads, ask = Reads(), Slow()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(reads.one("a", ask)) for _ in range(5)]
        other = group.create_task(reads.one("b", ask))
        await turn()
        ask.gate.set()

    assert [task.result() for task in tasks] == [1] * 5
    assert other.result() == 2
    assert await reads.one("a", ask) == 3


async def test_an_error_is_shared_too() -> None:
    reads, ask = Reads(), Slow()
    ask.error = ServiceUnreachable("away")

    async def fails() -> None:
        with pytest.raises(ServiceUnreachable):
            await reads.one("a", ask)

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(fails())
        await turn()
        ask.gate.set()
    assert ask.asked == 1


async def test_if_the_one_who_asks_gives_up_another_asks() -> None:
    reads, ask = Reads(), Slow()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(reads.one("a", ask))
        await turn()
        second = group.create_task(reads.one("a", ask))
        await turn()
        first.cancel()
        await turn()
        ask.gate.set()

    assert second.result() == 2


async def test_who_changed_something_does_not_join_an_older_read() -> None:
    reads, ask = Reads(), Slow()
    async with asyncio.TaskGroup() as group:
        before = group.create_task(reads.one("a", ask))
        await turn()
        reads.changed()
        after = group.create_task(reads.one("a", ask))
        await turn()
        ask.gate.set()

    assert (before.result(), after.result()) == (1, 2)


async def test_the_list_of_nodes_tells_its_age_and_is_asked_for_again_when_old() -> (
    None
):
    service = ScriptedService().on("GET /node", sample("node_list_ok"))
    async with service.client() as client:
        clock = client._caller.reads.now = FakeClock()
        first = await client.nodes.list()
        clock.now += 20
        again = await client.with_token(None).nodes.list()
        assert (list(first), again.age_s) == (list(again), 20)
        assert len(service.requests) == 1
        assert (await client.nodes.list(max_age_s=0)).age_s == 0
        clock.now += 31
        await client.nodes.list()
    assert len(service.requests) == 3


class Cache(RuleBasedStateMachine):
    """A cache beside a plain memory of when each value was given."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock(0.0)
        self.reads = Reads(now=self.clock)
        self.given: dict[str, float] = {}

    @rule(seconds=st.floats(0, 60, allow_nan=False))
    def time_passes(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule(key=st.sampled_from("ab"), max_age_s=st.sampled_from([0.0, 10.0, 30.0]))
    def somebody_reads(self, key: str, max_age_s: float) -> None:
        async def ask() -> list[float]:
            self.given[key] = self.clock.now
            return [self.clock.now]

        known = self.given.get(key)
        got = asyncio.run(self.reads.kept(key, ask, max_age_s=max_age_s))
        assert got == [self.given[key]]
        assert got.age_s == self.clock.now - self.given[key]
        was_fresh = known is not None and self.clock.now - known < max_age_s
        assert (self.given[key] == known) or not was_fresh

    @invariant()
    def nothing_is_left_in_the_air(self) -> None:
        assert not self.reads._flying


TestCache = Cache.TestCase
TestCache.settings = settings(max_examples=20, stateful_step_count=15)
