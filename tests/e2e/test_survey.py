"""A real node: measured from here, looked at and recommended."""

import pytest

from support.world import Machine

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_node_is_measured_liked_and_recommended(machine: Machine) -> None:
    (one,) = (await machine.good("node", "test", "--json")).lines
    assert (one["node"], one["total"]) == (machine.node, 1)
    assert one["point"]["ms"] > 0
    await machine.good("node", "favourite", machine.node)
    (listed,) = (await machine.good("node", "list", "--favourites", "--json")).json
    assert listed["latency_ms"] > 0
    (best,) = (await machine.good("node", "recommend", "--json")).json
    assert best["node"] == machine.node
    assert {"nearest", "favourite"} <= set(best["why"])
    (days,) = (await machine.good("node", "uptime", "--days", "3", "--json")).json
    assert days["name"] == machine.node
    await machine.stop()
    await machine.start()
    kept = (await machine.good("node", "latency", machine.node, "--json")).json
    assert len(kept) == 1
