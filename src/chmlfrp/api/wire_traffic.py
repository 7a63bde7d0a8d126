"""The wire of traffic, and of sessions that are asked about or ended at their nodes."""

import re

from chmlfrp.api.call import Call
from chmlfrp.api.lax import Row, rows
from chmlfrp.model.traffic import Closing, DayTraffic, TunnelNow, TunnelTraffic
from chmlfrp.model.tunnel import TunnelId

_DAY = re.compile(r"(?:\d{4}-)?(\d{2})-(\d{2})", re.ASCII)


def week_call() -> Call:
    """Ask for the account's last days."""
    return Call(method="GET", path="/flow_last_7_days", is_read=True)


def tunnel_call(tunnel_id: TunnelId) -> Call:
    """Ask for a tunnel's last days."""
    return Call(
        method="GET",
        path="/tunnel/last7days",
        query={"tunnel_id": tunnel_id},
        is_read=True,
    )


def refresh_call(name: str) -> Call:
    """Ask for a tunnel's counters as its node has them."""
    return Call(
        method="POST", path="/refresh_tunnel", form={"tunnel_name": name}, is_read=True
    )


def close_call(name: str) -> Call:
    """Ask for the end of a tunnel's session."""
    return Call(method="POST", path="/offline_tunnel", form={"tunnel_name": name})


def close_all_call() -> Call:
    """Ask for the end of all sessions of the account."""
    return Call(method="GET", path="/offline_user_nodes")


def week(data: object) -> list[DayTraffic]:
    """Read the last days, the oldest first; the service sorts them by nothing."""
    days = [
        DayTraffic(
            day=row.text("time"),
            in_bytes=row.whole("traffic_in", default=0),
            out_bytes=row.whole("traffic_out", default=0),
        )
        for row in rows(data, "day")
    ]
    months = {_month_and_day(one)[0] for one in days}
    is_new_year = {1, 12} <= months
    return sorted(days, key=lambda one: _order(one, is_new_year=is_new_year))


def tunnel(data: object) -> TunnelTraffic:
    """Read a tunnel's last days."""
    row = Row(data, "tunnel traffic")
    return TunnelTraffic(
        in_bytes=_counts(row.value("traffic_in")),
        out_bytes=_counts(row.value("traffic_out")),
    )


def now(data: object) -> TunnelNow:
    """Read a tunnel's counters."""
    row = Row(data, "tunnel state")
    return TunnelNow(
        is_online=row.text("status", default="") in ("online", "true"),
        today_in_bytes=row.whole("today_traffic_in", default=0),
        today_out_bytes=row.whole("today_traffic_out", default=0),
        connections=row.whole("cur_conns", default=0),
        last_started_at=row.text("last_start_time", default=""),
        last_closed_at=row.text("last_close_time", default=""),
    )


def closing(data: object) -> Closing:
    """Read what came of ending all sessions."""
    row = Row(data, "closing")
    found = row.value("results")
    answers = found if isinstance(found, dict) else {}
    return Closing(
        nodes=row.whole("totalNodes", default=len(answers)),
        closed=row.whole("successCount", default=0),
        failed=row.whole("failCount", default=0),
        answers={str(node): str(said) for node, said in answers.items()},
    )


def _counts(value: object) -> tuple[int, ...]:
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple(
        Row({"count": one}, "count").whole("count", default=0) for one in items
    )


def _month_and_day(one: DayTraffic) -> tuple[int, int]:
    match = _DAY.search(one.day)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _order(one: DayTraffic, *, is_new_year: bool) -> tuple[int, int]:
    month, day = _month_and_day(one)
    return (0, day) if is_new_year and month == 12 else (month, day)
