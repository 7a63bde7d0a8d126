"""What is worth a message."""

import msgspec
import pytest

from chmlfrp.control.protocol import DaemonView, Snapshot, TunnelView
from chmlfrp.local.settings import NotifyLevel
from chmlfrp.model.failover import Failover
from chmlfrp.model.health import HealthCode, HealthItem, HealthKey, Severity
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.reason import Code, Reason
from chmlfrp.notify.news import Notice, Told, merged, moves, news
from chmlfrp.words.health import HEALTH, OVER
from support import tmodel
from support.scripted_daemon import IN

BASE = Snapshot(
    epoch="one",
    seq=0,
    now=0.0,
    daemon=DaemonView(version="1", protocol=1, pid=1, home="/home"),
    session=IN,
    tunnels={7: TunnelView(id=7, name="game")},
)
FAILED = HealthItem(
    key=HealthKey(HealthCode.TUNNEL_FAILED, "7"),
    severity=Severity.ERROR,
    since=0,
    reason=Reason(Code.PORT_NOT_ALLOWED),
)
SLOW = HealthItem(
    key=HealthKey(HealthCode.SERVICE_UNREACHABLE), severity=Severity.WARNING, since=0
)


def seen(*items: HealthItem) -> Snapshot:
    return msgspec.structs.replace(BASE, health=items)


def told(*snapshots: Snapshot, level: NotifyLevel = "warning") -> list[list[Notice]]:
    known: Told = {}
    said = []
    for snapshot in snapshots:
        known, notices = news(known, snapshot, level)
        said.append(notices)
    return said


def test_a_beginning_and_its_end_are_told_once_each_by_name() -> None:
    first, second, third, fourth = told(seen(FAILED), seen(FAILED), seen(), seen())
    assert [notice.is_bad for notice in first] == [True]
    assert "game" in first[0].body
    assert "alice" in first[0].title
    assert second == []
    assert [notice.is_bad for notice in third] == [False]
    assert "game" in third[0].body
    assert fourth == []


@pytest.mark.parametrize(("level", "count"), [("off", 0), ("error", 1), ("warning", 2)])
def test_the_level_decides_what_is_told(level: NotifyLevel, count: int) -> None:
    (begun, over) = told(seen(FAILED, SLOW), seen(), level=level)
    assert (len(begun), len(over)) == (count, count)


def test_a_burst_becomes_one_message() -> None:
    (begun,) = told(seen(FAILED, SLOW))
    one = merged(begun)
    assert one.is_bad
    assert all(notice.body in one.body for notice in begun)


def test_a_move_to_another_node_is_told_where_failover_is_on() -> None:
    def at(node: str, *, is_on: bool = True) -> Snapshot:
        view = TunnelView(
            id=7,
            name="game",
            tunnel=tmodel.tunnel(7, node=node),
            options=TunnelOptions(failover=Failover(is_on=is_on)),
        )
        return msgspec.structs.replace(BASE, tunnels={7: view})

    (notice,) = moves(at("a"), at("b"), "error")
    assert "game" in notice.body
    assert moves(at("a"), at("a"), "error") == []
    assert moves(at("a"), at("b"), "off") == []
    assert moves(at("a"), at("b", is_on=False), "error") == []
    assert moves(BASE, at("b"), "error") == []


def test_every_end_has_words() -> None:
    assert OVER.keys() == HEALTH.keys()
