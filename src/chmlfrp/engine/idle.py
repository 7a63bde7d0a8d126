"""Since when an open tunnel has carried nothing. Pure, like the rest of the engine."""

from dataclasses import dataclass

from chmlfrp.engine.state import TunnelState
from chmlfrp.model.ladder import Proxy


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What was last seen of a tunnel's visitors."""

    since: float
    """Monotonic seconds: from then on nothing has passed."""
    carried: tuple[int, int, int]
    """Connections, and today's bytes in and out, as the service counts them."""


def watch(before: Activity | None, tunnel: TunnelState, now: float) -> Activity:
    """Return since when the tunnel has been open without carrying anything."""
    record = tunnel.tunnel
    carried = (
        (record.connections, record.today_in_bytes, record.today_out_bytes)
        if record
        else (0, 0, 0)
    )
    is_quiet = tunnel.proxy.state is Proxy.OPEN and carried[0] == 0
    if before is None or not is_quiet or carried != before.carried:
        return Activity(since=now, carried=carried)
    return before
