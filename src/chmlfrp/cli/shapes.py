"""What `--json` answers where it is more than a view of the daemon."""

from chmlfrp.control.protocol import (
    DaemonView,
    Message,
    SessionView,
    Snapshot,
    TunnelView,
)
from chmlfrp.model.health import HealthItem
from chmlfrp.model.ladder import Ladder, Summary, first_unwell
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import Tunnel
from chmlfrp.words.ladder import explain


class TunnelAnswer(Message, frozen=True, kw_only=True):
    """A tunnel as the daemon shows it, with what its ladder comes to."""

    id: int
    account: int = 0
    name: str
    wanted: bool
    summary: Summary
    address: str | None
    tunnel: Tunnel | None
    ladder: Ladder
    is_link_encrypted: bool | None
    restarts: int
    is_slow: bool
    held_until: float | None
    pid: int | None
    cached_at: float | None
    options: TunnelOptions
    unwell: str | None = None
    """The lowest rung that is not well, of a wanted tunnel."""
    retry_in_s: int | None = None
    """Seconds until that rung is tried again."""


class StatusAnswer(Message, frozen=True, kw_only=True):
    """`status --json`."""

    daemon: DaemonView | None = None
    """None: no daemon runs."""
    session: SessionView | None = None
    tunnels: tuple[TunnelAnswer, ...] = ()
    health: tuple[HealthItem, ...] = ()


class DaemonAnswer(Message, frozen=True, kw_only=True):
    """`daemon status --json`."""

    is_running: bool
    daemon: DaemonView | None = None
    log_file: str
    starts_by_itself: bool = False
    """Whether the system starts it at login."""


class TunnelSeen(Message, frozen=True, kw_only=True, tag="tunnel", tag_field="event"):
    """A line of `tunnel watch --json`."""

    tunnel: TunnelAnswer


class TunnelGone(Message, frozen=True, kw_only=True, tag="gone", tag_field="event"):
    """A line of `tunnel watch --json`: the tunnel is no more."""

    id: int


class SessionSeen(Message, frozen=True, kw_only=True, tag="session", tag_field="event"):
    """A line of `tunnel watch --json`: the account or the service."""

    session: SessionView


def tunnel_answer(view: TunnelView, *, now: float) -> TunnelAnswer:
    """Return the tunnel as `--json` shows it; `now` is on the daemon's clock."""
    found = explain(view.ladder, now=now) if view.wanted else None
    return TunnelAnswer(
        **{name: getattr(view, name) for name in TunnelView.__struct_fields__},
        summary=view.summary,
        unwell=first_unwell(view.ladder) if view.wanted else None,
        retry_in_s=found.retry_in_s if found else None,
    )


def status_answer(snapshot: Snapshot) -> StatusAnswer:
    """Return all there is as `--json` shows it."""
    return StatusAnswer(
        daemon=snapshot.daemon,
        session=snapshot.session,
        tunnels=tunnel_answers(snapshot),
        health=snapshot.health,
    )


def tunnel_answers(snapshot: Snapshot) -> tuple[TunnelAnswer, ...]:
    """Return all tunnels as `--json` shows them."""
    return tuple(tunnel_answer(v, now=snapshot.now) for v in snapshot.tunnels.values())
