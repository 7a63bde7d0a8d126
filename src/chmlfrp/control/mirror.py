"""Following the daemon: one snapshot after the other, whatever happens to the stream."""

from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

from chmlfrp.control.client import ControlClient, ended
from chmlfrp.control.protocol import Change, FellBehind, Snapshot, TunnelView, apply


class Moment(NamedTuple):
    """All there is now, and which tunnels are different since the moment before."""

    snapshot: Snapshot
    changed: Mapping[int, TunnelView | None]
    is_new_session: bool = False


async def follow(client: ControlClient) -> AsyncIterator[Moment]:
    """Yield the present, then each change; raises DaemonNotRunning when it ends."""
    last: Snapshot | None = None
    while True:
        snapshot: Snapshot | None = None
        must_watch_again = False
        async for frame in client.watch():
            match frame:
                case Snapshot():
                    snapshot = frame
                    yield _since(last, frame)
                case Change() if snapshot is not None and frame.seq == snapshot.seq + 1:
                    before, snapshot = snapshot.session, apply(snapshot, frame)
                    is_new = snapshot.session != before
                    yield Moment(snapshot, frame.tunnels, is_new_session=is_new)
                case Change() | FellBehind():
                    must_watch_again = True
                    break
            last = snapshot
        if not must_watch_again:
            raise ended()


def _since(last: Snapshot | None, now: Snapshot) -> Moment:
    if last is None:
        return Moment(now, now.tunnels, is_new_session=True)
    changed: dict[int, TunnelView | None] = {
        i: view for i, view in now.tunnels.items() if last.tunnels.get(i) != view
    }
    changed |= dict.fromkeys(last.tunnels.keys() - now.tunnels.keys())
    return Moment(now, changed, is_new_session=last.session != now.session)
