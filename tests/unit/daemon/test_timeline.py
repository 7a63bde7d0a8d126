"""What happened is kept in order, over restarts, and never without bounds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from chmlfrp.control.protocol import (
    DaemonView,
    SessionState,
    SessionView,
    Snapshot,
    TunnelView,
)
from chmlfrp.control.timeline import Happened, TimelineEvent
from chmlfrp.daemon.store import Store
from chmlfrp.daemon.timeline import Timeline
from chmlfrp.model.health import HealthCode, HealthItem, HealthKey, Severity
from chmlfrp.model.ladder import Summary
from chmlfrp.model.reason import Code
from support.scripted_daemon import CONNECTING, UP, refused

KEY = HealthKey(HealthCode.NODE_UNREACHABLE, "node")


class Scene:
    def __init__(self, path: Path, *, largest: int = 1 << 20) -> None:
        daemon = DaemonView(version="1", protocol=1, pid=1, home="/h")
        first = Snapshot(
            epoch="e", seq=0, now=0.0, daemon=daemon, session=SessionView()
        )
        self.store = Store(first, lambda: 0.0)
        self.wall = 100.0
        self.timeline = Timeline(
            path, self.store, wall_clock=lambda: self.wall, largest=largest
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[AsyncIterator[TimelineEvent]]:
        """Give what happens from now on."""
        async with self.timeline.read(since=0.0, follow=True) as events:
            async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
                tasks.create_task(self.timeline.run())
                await asyncio.sleep(0)
                yield events
                self.store.close()
            self.timeline.close()

    async def kept(self, since: float = 0.0) -> list[TimelineEvent]:
        async with self.timeline.read(since=since, follow=False) as events:
            return [event async for event in events]


def sizes_in(folder: Path) -> list[int]:
    return [path.stat().st_size for path in folder.iterdir()]


def view(ladder=UP, *, wanted: bool = True) -> TunnelView:
    return TunnelView(id=1, name="web", wanted=wanted, ladder=ladder)


async def test_changes_of_a_tunnel_are_told_with_their_reasons(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "events")
    async with scene.running() as events:
        for ladder in (CONNECTING, UP, UP, refused(Code.PORT_IN_USE)):
            scene.store.publish({1: view(ladder)})
        scene.store.publish({1: None})
        seen = [await anext(events) for _ in range(4)]
    assert [e.summary for e in seen] == [
        *(Summary.STARTING, Summary.UP, Summary.FAILED, None)
    ]
    assert seen[2].reason is not None
    assert seen[2].reason.code is Code.PORT_IN_USE
    assert seen[3].kind is Happened.TUNNEL_GONE
    assert seen[3].name == "web"


async def test_session_and_health_are_told_once(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "events")
    item = HealthItem(key=KEY, severity=Severity.ERROR, since=0.0)
    signed_in = SessionView(state=SessionState.SIGNED_IN)
    async with scene.running() as events:
        scene.store.publish({}, signed_in)
        scene.store.publish({}, SessionView(state=SessionState.SIGNED_IN, seen_at=1.0))
        scene.store.publish({}, None, (item,))
        scene.store.publish({}, None, ())
        seen = [await anext(events) for _ in range(3)]
    assert [e.kind for e in seen] == [
        *(Happened.SESSION, Happened.HEALTH_BEGAN, Happened.HEALTH_ENDED)
    ]
    assert seen[1].health == KEY


async def test_the_next_daemon_still_knows_and_skips_what_is_damaged(
    tmp_path: Path,
) -> None:
    path = tmp_path / "events"
    first = Scene(path)
    await first.timeline.note(Happened.DAEMON_STARTED)
    first.wall = 200.0
    await first.timeline.note(Happened.DAEMON_ENDED)
    with path.open("ab") as file:
        file.write(b'\xff garbage\n{"at": 3')
    second = Scene(path)
    await second.timeline.load()
    assert [e.at for e in await second.kept()] == [100.0, 200.0]
    assert [e.at for e in await second.kept(since=150.0)] == [200.0]


async def test_the_files_stay_small(tmp_path: Path) -> None:
    path = tmp_path / "events"
    scene = Scene(path, largest=2000)
    for _ in range(100):
        await scene.timeline.note(Happened.DAEMON_STARTED)
    sizes = sizes_in(tmp_path)
    assert len(sizes) == 2
    assert max(sizes) <= 2000


async def test_a_reader_ends_when_the_daemon_does(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "events")
    async with scene.timeline.read(since=0, follow=True) as events:
        scene.timeline.close()
        assert [event async for event in events] == []
