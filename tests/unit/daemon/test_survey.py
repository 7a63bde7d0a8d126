"""Choosing among nodes: measured politely, kept, and recommended with reasons."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chmlfrp.control.survey import MeasureNodes, NodeMeasured
from chmlfrp.daemon.nodebook import MOST_POINTS, NodeBook
from chmlfrp.daemon.survey import AT_ONCE, Survey
from chmlfrp.errors import HomeUnusable, InvalidInput, NotFound
from chmlfrp.local.latency import measure
from chmlfrp.model.latency import LatencyPoint, LatencyTrouble
from chmlfrp.model.recommend import Why
from chmlfrp.model.tunnel import TunnelType
from support.by_hand import tcp_echo
from support.stage import NODE, URL, Stage

GOOD = {"msg": "好", "code": 200, "state": "success"}


class Meter:
    """Answers when it is let; counts who is under way."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.most = 0
        self.at = 1000.0
        self.gate = asyncio.Event()
        self.gate.set()
        self.began = asyncio.Event()
        self._now = 0

    async def __call__(self, host: str, port: int) -> LatencyPoint:
        self.asked.append((host, port))
        self.began.set()
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
        finally:
            self._now -= 1
        return LatencyPoint(at=self.at, ms=12.0)


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def book(stage: Stage) -> NodeBook:
    return NodeBook(stage.home.nodes_file, URL)


@pytest.fixture
def survey(stage: Stage, meter: Meter, book: NodeBook) -> Survey:
    return Survey(
        stage.account,
        stage.nodes,
        book,
        now=stage.clock,
        wall=lambda: meter.at,
        attempt=meter,
    )


async def measured(survey: Survey, *names: str) -> list[NodeMeasured]:
    async with survey.measure(MeasureNodes(names=names)) as each:
        return [one async for one in each]


def many(stage: Stage, count: int) -> None:
    rows = [
        NODE | {"id": i, "name": f"n{i}", "node_name": f"n{i}"} for i in range(count)
    ]
    stage.refuse("/node", GOOD | {"data": rows})
    stage.refuse("/node_stats", GOOD | {"data": rows})


async def test_a_node_is_measured_where_frps_answers_and_not_again_at_once(
    stage: Stage, survey: Survey, meter: Meter
) -> None:
    (one,) = await measured(survey)
    assert (one.node, one.point.ms, one.done, one.total) == ("node", 12.0, 1, 1)
    assert meter.asked == [("node.example", 7000)]
    await measured(survey, "node", "node")
    assert len(meter.asked) == 1
    meter.at += 11
    await measured(survey, "node")
    assert len(meter.asked) == 2
    assert stage.asked.count("/nodeinfo") == 1
    (view,) = await survey.views()
    assert (view.latency_ms, view.latency_at) == (12.0, 1011.0)


async def test_only_a_few_are_measured_at_a_time(
    stage: Stage, survey: Survey, meter: Meter, book: NodeBook
) -> None:
    many(stage, 11)
    await book.load()
    for number in range(11):
        book.note_place(f"n{number}", "node.example", 7000, at=meter.at)
    found = await measured(survey)
    assert [one.done for one in found] == list(range(1, 12))
    assert 1 < meter.most <= AT_ONCE


async def test_who_leaves_ends_what_is_under_way(
    stage: Stage, survey: Survey, meter: Meter
) -> None:
    many(stage, 9)
    meter.gate.clear()
    async with survey.measure(MeasureNodes()) as each:
        assert isinstance(each, AsyncIterator)
        await meter.began.wait()
    assert len(meter.asked) <= AT_ONCE


async def test_a_node_that_is_not_there_is_refused(survey: Survey) -> None:
    with pytest.raises(NotFound):
        await measured(survey, "x")


@pytest.mark.parametrize(
    ("code", "said", "trouble"),
    [
        (403, "此节点为会员节点，免费用户无法使用", LatencyTrouble.NO_RIGHTS),
        (500, "坏了", LatencyTrouble.NO_ADDRESS),
    ],
)
async def test_a_node_whose_place_is_not_told_is_not_measured(
    stage: Stage,
    survey: Survey,
    meter: Meter,
    code: int,
    said: str,
    trouble: LatencyTrouble,
) -> None:
    stage.refuse("/nodeinfo", {"msg": said, "code": code, "state": "fail"})
    (one,) = await measured(survey, "node")
    assert (one.point.trouble, meter.asked) == (trouble, [])
    assert await survey.latency("node") == []


async def test_favourites_and_latencies_outlive_the_daemon(
    stage: Stage, survey: Survey, book: NodeBook
) -> None:
    await survey.favour("node", is_favourite=True)
    await measured(survey)
    await book.save()
    next_book = NodeBook(stage.home.nodes_file, URL)
    await next_book.load()
    notes = next_book.get("node")
    assert (notes.is_favourite, len(notes.points)) == (True, 1)
    other = NodeBook(stage.home.nodes_file, "http://other.example")
    await other.load()
    assert not other.get("node").is_favourite


async def test_a_favourite_that_cannot_be_kept_is_none(
    stage: Stage, survey: Survey, book: NodeBook
) -> None:
    await book.load()
    stage.home.nodes_file.mkdir()
    with pytest.raises(HomeUnusable):
        await survey.favour("node", is_favourite=True)
    assert not book.get("node").is_favourite


def test_the_oldest_measurements_are_dropped(book: NodeBook) -> None:
    for at in range(MOST_POINTS + 3):
        book.note_point("node", LatencyPoint(at=float(at), ms=1.0))
    points = book.get("node").points
    assert (len(points), points[0].at) == (MOST_POINTS, 3.0)


async def test_days_are_asked_for_once_in_a_while(stage: Stage, survey: Survey) -> None:
    rows: list[dict[str, Any]] = []
    for _ in range(2):
        stage.refuse("/node_uptime", GOOD | {"data": rows})
    await survey.uptime(days=7)
    await survey.uptime(days=7)
    assert stage.asked.count("/node_uptime") == 1
    with pytest.raises(InvalidInput):
        await survey.uptime(days=91)


async def test_a_recommendation_does_without_the_days(
    stage: Stage, survey: Survey
) -> None:
    stage.refuse("/node_uptime", {"msg": "坏了", "code": 500, "state": "fail"})
    await measured(survey)
    (one,) = await survey.recommend(TunnelType.TCP)
    assert (one.node, one.why) == ("node", (Why.NEAREST, Why.QUIET))
    assert await survey.recommend(TunnelType.HTTP) == []


async def test_a_connection_is_timed_and_closed() -> None:
    async with tcp_echo() as port:
        point = await measure("127.0.0.1", port)
    assert point.trouble is None
    assert point.ms is not None
    refused = await measure("127.0.0.1", port)
    assert refused.trouble is LatencyTrouble.REFUSED
    unknown = await measure("node.invalid", port)
    assert unknown.trouble is LatencyTrouble.DNS
