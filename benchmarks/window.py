"""One window in a process of its own: `python -m benchmarks.window KIND`, a JSON line.

The kinds are the functions of `KINDS`. `BENCH_BEGAN` is when the process was started, on
the system's monotonic clock; times are in milliseconds, memory in MiB.
"""

import os
import sys
import time
import traceback
from collections.abc import Callable

import msgspec
import psutil
from PySide6.QtCore import QEvent, QEventLoop, QObject, QStringListModel, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView, QMainWindow

BEGAN = float(os.environ.get("BENCH_BEGAN", "0"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
TICK_MS = 2
SETTLE_MS = 1500
MIB = 2**20


class FirstPaint(QObject):
    """Notes when a list with rows in it was first painted, and ends the wait for it."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self.at = 0.0
        self._view = view
        self._loop = QEventLoop()
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.at or event.type() != QEvent.Type.Paint:
            return False
        if self._view.model().rowCount():
            # What is queued behind the event comes after it was handled.
            QTimer.singleShot(0, self._note)
        return False

    def wait(self) -> float:
        """Return milliseconds since the process was started."""
        if not self.at:
            QTimer.singleShot(60_000, self._loop.quit)
            self._loop.exec()
        return (self.at - BEGAN) * 1000

    def _note(self) -> None:
        self.at = self.at or time.monotonic()
        self._loop.quit()


class Stalls(QObject):
    """The longest time for which the Qt thread did not come back to its events."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = 0.0
        self.at_work_ms = 0.0
        """The most processor time of the Qt thread between two ticks."""
        self._last, self._spent = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now, spent = time.perf_counter(), time.thread_time()
        late = (now - self._last) * 1000 - TICK_MS
        self.longest_ms = max(self.longest_ms, late)
        self.at_work_ms = max(self.at_work_ms, (spent - self._spent) * 1000)
        self._last, self._spent = now, spent

    def told(self) -> dict[str, float]:
        self._timer.stop()
        return {"stall": self.longest_ms, "at_work": self.at_work_ms}


def settle(milliseconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(milliseconds), loop.quit)
    loop.exec()


def settle_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError("the window did not come so far")
        settle(10)


def memory() -> float:
    return psutil.Process().memory_full_info().pss / MIB


def minimal() -> dict[str, float]:
    """A window with a list of sixteen names, as small as PySide6 allows."""
    app = QApplication([])
    window = QMainWindow()
    names = QListView()
    names.setModel(QStringListModel([f"tunnel {number}" for number in range(16)]))
    window.setCentralWidget(names)
    paint = FirstPaint(names)
    window.show()
    first = paint.wait()
    settle(SETTLE_MS)
    told = {"first": first, "pss": memory()}
    app.quit()
    return told


def still() -> dict[str, float]:
    """The stalls of a window in which nothing happens: what the machine adds."""
    app = QApplication([])
    window = QMainWindow()
    window.show()
    settle(SETTLE_MS)
    stalls = Stalls()
    settle(SECONDS * 1000)
    app.quit()
    return stalls.told()


class Ours:
    """Our window on the daemon of `CHMLFRP_HOME`, at the page of tunnels."""

    def __init__(self) -> None:
        # Imported here, so that the time for it is part of the first paint.
        from chmlfrp.desktop.app import Desktop
        from chmlfrp.desktop.launch import find
        from chmlfrp.local.paths import Home
        from chmlfrp.local.settings import Settings
        from chmlfrp.words.language import Language, speaking

        self._speaking = speaking(Language.ZH)
        self._speaking.__enter__()
        self.app = QApplication([])
        home = Home.locate()
        home.prepare()
        self.desktop = Desktop(self.app, home, settings=Settings(), find=find)
        self.window = self.desktop.window
        self.window.go("tunnels")
        self.page = self.window.page
        self.paint = FirstPaint(self.page.list)
        self.stalls = Stalls()
        self.desktop.open()

    def live(self) -> None:
        settle_until(lambda: self.desktop.mirror.is_live)

    def end(self) -> None:
        self.desktop.end()
        self._speaking.__exit__(None, None, None)


def ours() -> dict[str, float]:
    """First painted list and memory."""
    window = Ours()
    first = window.paint.wait()
    window.live()
    settle(SETTLE_MS)
    told = {"first": first, "pss": memory(), **window.stalls.told()}
    window.end()
    return told


def idle() -> dict[str, float]:
    """Processor time of a window that is seen while nothing happens, in percent."""
    window = Ours()
    window.live()
    window.page.choose("0")
    settle(2 * SETTLE_MS)
    window.stalls.told()
    process = psutil.Process()
    before, began = process.cpu_times(), time.monotonic()
    settle(SECONDS * 1000)
    after, took = process.cpu_times(), time.monotonic() - began
    spent = after.user + after.system - before.user - before.system
    window.end()
    return {"idle": spent / took * 100}


def flood() -> dict[str, float]:
    """Stalls while lines and changes arrive, with the log of a tunnel open."""
    window = Ours()
    window.live()
    window.page.choose("0:log")
    settle(SETTLE_MS)
    window.stalls.told()
    process = psutil.Process()
    stalls, before = Stalls(), process.cpu_times()
    settle(SECONDS * 1000)
    after = process.cpu_times()
    spent = after.user + after.system - before.user - before.system
    lines = len(window.page.detail.log.lines.rows())
    told = {**stalls.told(), "cpu": spent / SECONDS * 100, "lines": lines}
    window.end()
    return told


def populate() -> dict[str, float]:
    """From the snapshot with all tunnels at the Qt thread to all of it painted."""
    window = Ours()
    window.live()
    mirror, seen = window.desktop.mirror, window.page.list.viewport()
    window.stalls.told()
    settle(SETTLE_MS)
    full = mirror.snapshot
    assert full is not None
    took = []
    for _ in range(5):
        _show(mirror, msgspec.structs.replace(full, tunnels={}))
        settle(50)
        began = time.perf_counter()
        _show(mirror, full)
        seen.repaint()
        took.append((time.perf_counter() - began) * 1000)
        assert window.page.rows.rowCount() == len(full.tunnels)
        settle(50)
    window.end()
    return {"populate": sorted(took)[2]}


def _show(mirror: object, snapshot: object) -> None:
    """Hand the mirror a snapshot as the bridge would, with no rest before it."""
    mirror._latest.append(snapshot)
    mirror._take_next()


def slow() -> dict[str, float]:
    """Stalls while everything that a page asks for takes as long as the API."""
    window = Ours()
    window.live()
    window.stalls.told()
    stalls = Stalls()
    mirror = window.desktop.mirror
    answers: list[object] = []
    for name in ("overview", "tunnels"):
        window.window.go(name)
        settle(200)
    mirror.call(lambda c: c.refresh(), over=lambda: answers.append(1))
    mirror.call(lambda c: c.nodes(), over=lambda: answers.append(2))
    window.page.list.selectAll()
    window.page.start.click()
    settle_until(lambda: len(answers) == 2)
    settle(SECONDS * 1000)
    told = stalls.told()
    window.end()
    return told


def seed() -> dict[str, float]:
    """The usual small client: every request on the Qt thread, one for each tunnel."""
    import http.client
    from urllib.parse import urlsplit

    where = urlsplit(os.environ["BENCH_API"])

    def ask(path: str, **params: str) -> dict[str, object]:
        connection = http.client.HTTPConnection(where.netloc)
        body = msgspec.json.encode({"token": os.environ["BENCH_TOKEN"], **params})
        kind = {"content-type": "application/json"}
        connection.request("POST", path, body, kind)
        answer = msgspec.json.decode(connection.getresponse().read())
        connection.close()
        return answer

    app = QApplication([])
    window = QMainWindow()
    names = QListView()
    model = QStringListModel()
    names.setModel(model)
    window.setCentralWidget(names)
    paint = FirstPaint(names)
    window.show()
    settle(50)
    stalls = Stalls()
    ask("/userinfo")
    tunnels = ask("/tunnel")["data"]
    ask("/node")
    for tunnel in tunnels:
        ask("/nodeinfo", node=tunnel["node"])
    model.setStringList([tunnel["name"] for tunnel in tunnels])
    first = paint.wait()
    settle(50)
    told = {"first": first, **stalls.told()}
    settle(SETTLE_MS)
    app.quit()
    return {**told, "pss": memory()}


KINDS = {
    made.__name__: made
    for made in (minimal, still, ours, idle, flood, populate, slow, seed)
}

if __name__ == "__main__":
    code = 1
    try:
        print(msgspec.json.encode(KINDS[sys.argv[1]]()).decode(), flush=True)
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)  # what Qt objects do when Python ends is not measured
