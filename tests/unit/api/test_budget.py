import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.api.budget import LONGEST_HOLD_S, Budget, shared
from chmlfrp.api.client import ServiceClient
from chmlfrp.errors import RateLimited
from support.clock import FakeClock


@given(
    st.lists(st.floats(0, 120, allow_nan=False), min_size=1, max_size=80),
    st.integers(1, 10),
)
def test_no_stretch_of_time_sees_more_than_the_burst_and_what_grew_back(
    pauses: list[float], burst: int
) -> None:
    clock = FakeClock(0.0)
    budget = Budget(per_minute=60, burst=burst, now=clock)
    sent = []
    for pause in pauses:
        clock.now += pause
        sent.append(clock.now + budget.take())

    assert sent == sorted(sent)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            took_s = sent[last] - sent[first]
            assert last - first + 1 <= burst + took_s + 1e-6


def test_a_quiet_process_never_waits() -> None:
    clock = FakeClock(0.0)
    budget = Budget(per_minute=60, burst=3, now=clock)
    waits = []
    for _ in range(100):
        clock.now += 1.0
        waits.append(budget.take())

    assert waits == [0.0] * 100
    assert [budget.take() for _ in range(4)] == [0.0, 0.0, 1.0, 2.0]


def test_a_path_is_left_alone_as_long_as_was_asked_and_no_longer_than_a_ban() -> None:
    clock = FakeClock(0.0)
    budget = Budget(now=clock)
    budget.hold("/login", 10)
    budget.hold("/login", 5)
    assert (budget.held_s("/login"), budget.held_s("/tunnel")) == (10, 0)
    clock.now = 10
    assert budget.held_s("/login") == 0
    budget.hold("", 1e9)
    assert budget.held_s("/tunnel") == LONGEST_HOLD_S


def test_a_process_has_one_budget_for_a_service() -> None:
    one, other = ServiceClient(), ServiceClient()
    here = ServiceClient("http://127.0.0.1:7800")

    assert one._caller._budget is other._caller._budget
    assert one._caller._budget is shared("cf-v2.uapis.cn")
    assert here._caller._budget is not shared("127.0.0.1")


async def test_what_the_service_asks_to_be_spared_is_not_sent() -> None:
    asked = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        return httpx2.Response(
            429, headers={"Retry-After": "7"}, json={"code": 429, "msg": "慢一点"}
        )

    transport = httpx2.MockTransport(answer)
    async with ServiceClient(
        "https://x.example", transport=transport, budget=Budget(now=FakeClock())
    ) as client:
        for _ in range(3):
            with pytest.raises(RateLimited) as caught:
                await client.nodes.list()
            assert caught.value.retry_after_s == 7
        with pytest.raises(RateLimited):
            await client.nodes.stats()

    assert asked == ["/node", "/node_stats"]
