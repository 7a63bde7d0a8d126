import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.selfhost.rules.rate import WINDOW_MS, Limit, seconds_left


@given(most=st.integers(1, 10**6), shares=st.lists(st.integers(1, 10**5), max_size=50))
def test_no_more_than_the_limit_is_ever_granted(most: int, shares: list[int]) -> None:
    limit, before, given_out = Limit(most), 0, 0
    for asked in shares:
        given_out += limit.granted(asked, before=before)
        before += asked
    assert given_out == min(most, before)


@pytest.mark.parametrize(
    ("most", "unasked", "share"), [(1, 0, 1), (9, 0, 1), (20, 2, 1), (600, 60, 30)]
)
def test_a_small_limit_is_counted_one_by_one(
    most: int, unasked: int, share: int
) -> None:
    assert (Limit(most).unasked, Limit(most).share) == (unasked, share)


@given(now_ms=st.integers(0, 10**14))
def test_the_wait_ends_with_the_window(now_ms: int) -> None:
    wait_ms = seconds_left(now_ms) * 1000
    assert 1000 <= wait_ms <= WINDOW_MS
    assert (now_ms + wait_ms) // WINDOW_MS == now_ms // WINDOW_MS + 1
