from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.model.latency import LatencyPoint, LatencyTrouble, typical
from chmlfrp.model.recommend import NodeFacts, Why, recommend
from chmlfrp.model.tunnel import TunnelType


def node(name: str, **fields: Any) -> NodeFacts:
    return NodeFacts(name=name, **({"is_online": True} | fields))


def names(*nodes: NodeFacts, kind: TunnelType = TunnelType.TCP) -> list[str]:
    return [one.node for one in recommend(nodes, kind, is_member=False)]


def test_the_nearer_and_the_quieter_come_first():
    near, far = node("near", latency_ms=20.0), node("far", latency_ms=200.0)
    busy = node("busy", latency_ms=20.0, load_percent=80.0)
    assert names(far, busy, near) == ["near", "busy", "far"]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"is_online": False}, TunnelType.TCP),
        ({"is_vip": True}, TunnelType.TCP),
        ({"allows_udp": False}, TunnelType.UDP),
        ({"allows_web": None}, TunnelType.HTTP),
    ],
)
def test_a_node_that_cannot_carry_it_is_left_out(fields, kind):
    assert names(node("x", **fields), kind=kind) == []


def test_members_may_use_members_nodes():
    (one,) = recommend([node("x", is_vip=True)], TunnelType.TCP, is_member=True)
    assert one.why == (Why.UNMEASURED, Why.QUIET)


def test_each_reason_is_given_where_it_holds():
    first, second = recommend(
        [
            node("a", latency_ms=9.0, uptime_percent=100.0, is_favourite=True),
            node("b", latency_ms=30.0, load_percent=70.0, is_in_mainland=True),
        ],
        TunnelType.TCP,
        is_member=False,
    )
    assert first.why == (Why.NEAREST, Why.QUIET, Why.STEADY, Why.FAVOURITE)
    assert second.why == (Why.NEAR, Why.BUSY)
    site = node("c", allows_web=True, is_in_mainland=True)
    (web,) = recommend([site], TunnelType.HTTP, is_member=False)
    assert Why.MAINLAND_NEEDS_FILING in web.why


latencies = st.none() | st.floats(0, 1000)


@given(st.lists(st.tuples(latencies, st.floats(0, 100), st.booleans()), max_size=8))
def test_the_order_does_not_hang_on_the_order_of_the_nodes(rows):
    nodes = [
        node(str(i), latency_ms=ms, load_percent=load, is_favourite=liked)
        for i, (ms, load, liked) in enumerate(rows)
    ]
    assert names(*nodes) == names(*reversed(nodes))


def test_a_latency_is_the_median_of_the_last_good_ones():
    points = [LatencyPoint(at=0.0, ms=float(ms)) for ms in (900, 1, 2, 3, 4, 50)]
    points.append(LatencyPoint(at=0.0, trouble=LatencyTrouble.TIMEOUT))
    assert typical(points) == 3.0
    assert typical([]) is None


def test_a_full_node_comes_last_whatever_speaks_for_it():
    full = node("full", load_percent=96.0, latency_ms=1.0, is_favourite=True)
    assert names(full, node("far", latency_ms=900.0)) == ["far", "full"]
