"""Work goes to the loop, outcomes come back on the Qt thread."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chmlfrp.desktop.bridge import Bridge
from chmlfrp.errors import ChmlFrpError, InvalidInput
from support.guards import LogWatch

PATIENCE_MS = 20_000


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    bridge = Bridge()
    yield bridge
    bridge.end()


def test_the_outcome_comes_on_the_qt_thread(bridge: Bridge, qtbot: QtBot) -> None:
    threads: list[str] = []

    async def work() -> str:
        return threading.current_thread().name

    def done(where: str) -> None:
        threads.extend((where, threading.current_thread().name))

    bridge.call(work, done=done)
    qtbot.waitUntil(lambda: len(threads) == 2, timeout=PATIENCE_MS)
    assert threads == ["asyncio", "MainThread"]


def test_an_error_is_handed_over_and_the_call_is_over(
    bridge: Bridge, qtbot: QtBot
) -> None:
    heard: list[object] = []

    async def work() -> None:
        raise InvalidInput("no port", field="port")

    bridge.call(work, failed=heard.append, over=lambda: heard.append("over"))
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=PATIENCE_MS)
    assert isinstance(heard[0], InvalidInput)
    assert heard[1] == "over"


def test_a_bug_is_logged_and_told_as_an_error(
    bridge: Bridge, qtbot: QtBot, expected_logs: LogWatch
) -> None:
    expected_logs("a call of the window failed")
    heard: list[ChmlFrpError] = []

    async def work() -> None:
        raise ZeroDivisionError

    bridge.call(work, failed=heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE_MS)
    assert "ZeroDivisionError" in heard[0].message


def test_what_was_given_up_calls_nobody_and_is_cancelled_on_the_loop(
    bridge: Bridge, qtbot: QtBot
) -> None:
    heard: list[str] = []
    began, ended = threading.Event(), threading.Event()

    async def work() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    call = bridge.call(work, over=lambda: heard.append("over"))
    qtbot.waitUntil(began.is_set, timeout=PATIENCE_MS)
    call.cancel()
    qtbot.waitUntil(ended.is_set, timeout=PATIENCE_MS)
    assert heard == []


def test_an_owner_that_is_gone_is_not_called(bridge: Bridge, qtbot: QtBot) -> None:
    heard: list[object] = []
    owner = QObject()
    go_on = threading.Event()

    async def work() -> int:
        await asyncio.to_thread(go_on.wait)
        return 1

    bridge.call(work, done=heard.append, owner=owner)
    with qtbot.waitSignal(owner.destroyed, timeout=PATIENCE_MS):
        owner.deleteLater()
    go_on.set()
    bridge.call(_nothing, over=lambda: heard.append("later"))
    qtbot.waitUntil(lambda: heard == ["later"], timeout=PATIENCE_MS)


async def _nothing() -> None:
    return None


def test_a_stream_arrives_in_order_in_few_pieces(bridge: Bridge, qtbot: QtBot) -> None:
    pieces: list[list[int]] = []
    over: list[bool] = []

    async def numbers() -> AsyncIterator[int]:
        for number in range(5000):
            yield number

    bridge.stream(numbers, pieces.append, over=lambda: over.append(True))
    qtbot.waitUntil(lambda: bool(over), timeout=PATIENCE_MS)
    assert [n for piece in pieces for n in piece] == list(range(5000))
    assert len(pieces) < 500


def test_ending_cancels_what_is_under_way(qapp: QApplication) -> None:
    bridge = Bridge()
    began, cancelled = threading.Event(), threading.Event()

    async def work() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    bridge.call(work)
    assert began.wait(20)
    bridge.end()
    assert cancelled.is_set()
