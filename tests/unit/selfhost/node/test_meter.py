from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.selfhost.node.meter import Meter


def test_a_counter_that_began_anew_is_counted_from_zero() -> None:
    meter = Meter()
    assert [meter.advance("a", value) for value in (10, 15, 15, 3)] == [10, 5, 0, 3]
    assert meter.advance("b", 7) == 7


@given(st.lists(st.integers(min_value=0)))
def test_growth_is_never_negative(values: list[int]) -> None:
    meter = Meter()
    assert all(meter.advance("a", value) >= 0 for value in values)
