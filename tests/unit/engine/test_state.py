"""The register of tunnels, held against a plain dict."""

from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.engine.state import Register, TunnelState
from chmlfrp.model.tunnel import TunnelId
from support.tmodel import ACCOUNT, tunnel

NODES = ("one", "two", None)
STATES = st.builds(
    lambda number, node, wanted: TunnelState(
        id=TunnelId(number),
        account=ACCOUNT,
        wanted=wanted,
        tunnel=None if node is None else tunnel(number, node=node),
    ),
    st.integers(1, 5),
    st.sampled_from(NODES),
    st.booleans(),
)
IDS = st.sets(st.integers(1, 6).map(TunnelId))
CHANGES = st.lists(st.lists(STATES, unique_by=lambda t: t.id, max_size=3) | IDS)


@given(CHANGES)
def test_a_register_is_a_dict_that_knows_who_is_where(
    changes: list[list[TunnelState] | set[TunnelId]],
) -> None:
    register, model = Register(), dict[TunnelId, TunnelState]()
    for change in changes:
        before = register
        if isinstance(change, list):
            register = register.having(*change)
            model |= {t.id: t for t in change}
        else:
            register = register.lacking(change)
            model = {i: t for i, t in model.items() if i not in change}
        assert dict(register) == model
        assert len(register) == len(model)
        assert all(i in register for i in model)
        places = {t.place for t in (*before.values(), *model.values())}
        for place in places:
            there = {i: t for i, t in model.items() if t.place == place}
            assert dict(register.at(place)) == there
        touched = set(register.touched_since(before))
        assert touched >= {p for p in places if register.at(p) != before.at(p)}


def test_what_a_change_does_not_touch_is_shared() -> None:
    one = TunnelState(id=TunnelId(1), account=ACCOUNT, tunnel=tunnel(1, node="one"))
    two = TunnelState(id=TunnelId(2), account=ACCOUNT, tunnel=tunnel(2, node="two"))
    before = Register().having(one, two)
    after = before.having(two)
    assert after.at(one.place) is before.at(one.place)
    assert list(after.touched_since(before)) == [two.place]
