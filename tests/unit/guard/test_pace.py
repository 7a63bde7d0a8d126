from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.guard.pace import BURST_S, Pace


@given(st.integers(1, 1 << 30), st.lists(st.integers(1, 1 << 18), max_size=50))
def test_no_more_passes_than_rate_and_burst_allow(rate: int, sizes: list[int]) -> None:
    now, pace = 0.0, Pace(rate, 0.0)
    for size in sizes:
        now += pace.wait_after(size, now)

    assert sum(sizes) <= rate * (now + BURST_S) * 1.001 + 1
