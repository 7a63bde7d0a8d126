"""The Store: numbers, equal views, slow readers; whoever follows ends with its copy."""

from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.control.protocol import (
    Change,
    DaemonView,
    FellBehind,
    SessionState,
    SessionView,
    Snapshot,
    TunnelView,
    apply,
)
from chmlfrp.daemon.store import Store
from support.tmodel import tunnel

VIEWS = st.dictionaries(
    st.integers(1, 5),
    st.none() | st.builds(TunnelView, id=st.just(1), wanted=st.booleans()),
)


def store() -> Store:
    daemon = DaemonView(version="1", protocol=1, pid=1, home="h")
    first = Snapshot(epoch="e", seq=0, now=0.0, daemon=daemon, session=SessionView())
    return Store(first, lambda: 5.0)


async def test_a_watch_begins_with_a_snapshot_and_goes_on_with_numbered_changes() -> (
    None
):
    kept = store()
    async with kept.watch() as frames:
        view = TunnelView(id=1, name="web", tunnel=tunnel(1))
        kept.publish({1: view})
        kept.publish({1: None})
        first, second, third = [await anext(frames) for _ in range(3)]
    assert isinstance(first, Snapshot)
    assert first.now == 5.0
    assert second == Change(seq=1, now=5.0, tunnels={1: view})
    assert third == Change(seq=2, now=5.0, tunnels={1: None})


async def test_what_is_equal_to_what_is_known_is_not_told() -> None:
    kept = store()
    view = TunnelView(id=1)
    kept.publish({1: view}, SessionView())
    async with kept.watch() as frames:
        kept.publish({1: view, 2: None}, SessionView())
        kept.publish({}, SessionView(state=SessionState.SIGNED_IN))
        await anext(frames)
        change = await anext(frames)
    assert isinstance(change, Change)
    assert change.seq == 2
    assert change.tunnels == {}


async def test_a_reader_that_falls_behind_is_told_so_and_let_go() -> None:
    kept = store()
    async with kept.watch() as frames:
        for number in range(300):
            kept.publish({1: TunnelView(id=1, restarts=number)})
        assert [frame async for frame in frames] == [FellBehind()]


async def test_closing_ends_every_watch() -> None:
    kept = store()
    async with kept.watch() as frames:
        kept.close()
        assert [type(frame) async for frame in frames] == [Snapshot]


async def test_a_watch_that_begins_after_the_end_ends_too() -> None:
    kept = store()
    kept.close()
    async with kept.watch() as frames:
        assert [type(frame) async for frame in frames] == [Snapshot]


@given(st.lists(VIEWS, max_size=20))
async def test_a_follower_ends_with_the_same_copy(
    published: list[dict[int, TunnelView | None]],
) -> None:
    kept = store()
    async with kept.watch() as frames:
        for views in published:
            kept.publish(views)
        kept.close()
        copy = await anext(frames)
        assert isinstance(copy, Snapshot)
        async for frame in frames:
            assert isinstance(frame, Change)
            assert frame.seq == copy.seq + 1
            copy = apply(copy, frame)
    assert copy == kept.snapshot
