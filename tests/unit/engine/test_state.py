"""The register of tunnels, held against a plain dict."""

from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.engine.state import CORE_CARRIES, Register, TunnelState
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
        places = {(*t.home, 0) for t in (*before.values(), *model.values())}
        for place in places:
            there = {i: t for i, t in model.items() if (*t.home, 0) == place}
            assert dict(register.at(place)) == there
        touched = set(register.touched_since(before))
        assert touched >= {p for p in places if register.at(p) != before.at(p)}


def test_what_a_change_does_not_touch_is_shared() -> None:
    one = TunnelState(id=TunnelId(1), account=ACCOUNT, tunnel=tunnel(1, node="one"))
    two = TunnelState(id=TunnelId(2), account=ACCOUNT, tunnel=tunnel(2, node="two"))
    before = Register().having(one, two)
    after = before.having(two)
    assert after.at((*one.home, 0)) is before.at((*one.home, 0))
    assert list(after.touched_since(before)) == [(*two.home, 0)]


def test_a_node_with_more_tunnels_than_a_core_carries_has_parts_that_stay() -> None:
    many = [
        TunnelState(id=TunnelId(n), account=ACCOUNT, tunnel=tunnel(n))
        for n in range(2 * CORE_CARRIES + 1)
    ]
    register = Register().having(*many[:100]).having(*many)
    parts = [register.at((*many[0].home, part)) for part in range(4)]
    assert [len(there) for there in parts] == [CORE_CARRIES, CORE_CARRIES, 1, 0]
    fewer = register.lacking(t.id for t in many[:-1])
    assert fewer.having(many[-1]).place_of(many[-1].id) == (*many[-1].home, 2)
