"""Visitors of a guarded tunnel: a few, or as many as are wanted."""

import time

import msgspec

from chmlfrp.control.guard import DoorTraffic, Standing, TrafficPoint, VisitorView
from chmlfrp.model.guard import Guard, Rule
from chmlfrp.model.options import TunnelOptions
from support.many import view
from support.scripted_daemon import ScriptedDaemon

COUNTRIES = ("CN", "CN", "US", "DE", "", "JP", "CN", "RU")
HOUR_S = 3600.0


def crowd(
    daemon: ScriptedDaemon, count: int = 24, *, guard: Guard | None = None
) -> None:
    """Have the daemon's first tunnel visited by so many."""
    rules = guard or Guard(is_on=True, deny=("192.0.2.0/24",), max_per_address=20)
    options = TunnelOptions(guard=rules)
    daemon.tunnel_options[0] = options
    daemon.publish({0: msgspec.structs.replace(view(0), options=options)})
    now = time.time()
    daemon.guard.seen = [visitor(number, now) for number in range(count)]
    daemon.guard.points = [
        TrafficPoint(
            at=int(now - hour * HOUR_S),
            tunnel=0,
            bytes_in=(hour * 37 % 11 + 1) << 20,
            bytes_out=(hour * 53 % 17 + 2) << 22,
            connections=hour % 5,
        )
        for hour in range(24)
    ]
    daemon.guard.stand = [
        _stands(1, now + 23 * 60, Rule.BLOCKED),
        _stands(4, now + 2 * HOUR_S, Rule.BANNED),
        _stands(6, now + 5 * HOUR_S, None),
    ]
    counts = {Rule.DENY: 41, Rule.BANNED: 6, Rule.MAX_PER_ADDRESS: 3}
    daemon.guard.sums = [
        DoorTraffic(tunnel=0, name=view(0).name, open=5, connections=99, refused=counts)
    ]


def visitor(number: int, now: float) -> VisitorView:
    """Return the visitor of that number."""
    is_inside = number in (0, 2, 5)
    refused = {Rule.DENY: number} if number % 4 == 3 else {}
    return VisitorView(
        tunnel=0,
        address=address(number),
        first=now - 86400.0 * (number % 3) - number * 60.0,
        last=now - number * 40.0,
        connections=number * 7 % 40 + 1,
        open=number + 1 if is_inside else 0,
        bytes_in=number * 12345 + 1000,
        bytes_out=number * 2345678 + 5000,
        refused=refused,
        country=COUNTRIES[number % len(COUNTRIES)],
    )


def address(number: int) -> str:
    """Return where the visitor of that number comes from."""
    if number % 9 == 8:
        return f"2001:db8::{number:x}"
    return f"203.0.{113 + number // 250}.{number % 250 + 1}"


def _stands(number: int, until: float, rule: Rule | None) -> Standing:
    return Standing(tunnel=0, address=address(number), until=until, rule=rule)
