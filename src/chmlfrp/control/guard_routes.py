"""The routes of the guard."""

from chmlfrp.control.guard import (
    AdmitVisitor,
    Blocked,
    BlockVisitor,
    DoorTraffic,
    Forgotten,
    Lifted,
    LiftVisitor,
    MetricsText,
    Standing,
    TrafficPoint,
    TryRules,
    Verdict,
    VisitorView,
)
from chmlfrp.control.route import Call, Route
from chmlfrp.model.guard import Guard

_ONE = "/v1/tunnels/{id:int}/guard"


async def _traffic(call: Call) -> list[DoorTraffic]:
    return call.backend.guard.traffic()


async def _history(call: Call) -> list[TrafficPoint]:
    return await call.backend.guard.history(
        call.number("step", 60), tunnel=_tunnel(call), address=call.text("address")
    )


async def _visitors(call: Call) -> list[VisitorView]:
    return await call.backend.guard.visitors(
        is_live=bool(call.number("live", 0)),
        tunnel=_tunnel(call),
        address=call.text("address"),
        with_names=bool(call.number("names", 0)),
        most=call.number("most", 1000),
    )


async def _forget(call: Call) -> Forgotten:
    return await call.backend.guard.forget(
        tunnel=_tunnel(call), address=call.text("address")
    )


async def _metrics(call: Call) -> MetricsText:
    return MetricsText(text=call.backend.metrics.text())


async def _test(call: Call) -> Verdict:
    address, at = call.text("from"), call.text("at")
    return call.backend.guard.test(call.tunnel_id, address, at=at)


async def _test_rules(call: Call) -> Verdict:
    body: TryRules = call.body
    return call.backend.guard.test_rules(
        call.tunnel_id, body.address, body.guard, at=body.at, is_global=body.is_global
    )


async def _rules(call: Call) -> Guard:
    return call.backend.guard.rules()


async def _set_rules(call: Call) -> Guard:
    return await call.backend.guard.set_rules(call.body)


async def _standings(call: Call) -> list[Standing]:
    return call.backend.guard.standings()


async def _lift(call: Call) -> Lifted:
    body: LiftVisitor = call.body
    return await call.backend.guard.lift(
        call.tunnel_id, body.address, is_pass=body.is_pass
    )


async def _admit(call: Call) -> Standing:
    body: AdmitVisitor = call.body
    return await call.backend.guard.admit(call.tunnel_id, body.address, body.hours)


async def _block(call: Call) -> Blocked:
    body: BlockVisitor = call.body
    return await call.backend.guard.block(call.tunnel_id, body.address, body.minutes)


def _tunnel(call: Call) -> int | None:
    return call.number("tunnel", 0) or None


GUARD_ROUTES = (
    Route("GET", "/v1/guard/traffic", "Sums of doors", list[DoorTraffic], _traffic),
    Route("GET", "/v1/guard/history", "Over time", list[TrafficPoint], _history),
    Route("GET", "/v1/guard/visitors", "Who came", list[VisitorView], _visitors),
    Route("DELETE", "/v1/guard/visitors", "Forget who came", Forgotten, _forget),
    Route("GET", "/v1/guard/metrics", "For Prometheus", MetricsText, _metrics),
    Route("GET", "/v1/guard/rules", "Rules for all tunnels", Guard, _rules),
    Route(
        "PUT",
        "/v1/guard/rules",
        "Set the rules for all tunnels",
        Guard,
        _set_rules,
        body=Guard,
    ),
    Route(
        "GET",
        "/v1/guard/standings",
        "Who is blocked, banned or admitted",
        list[Standing],
        _standings,
    ),
    Route(
        "POST",
        f"{_ONE}/lift",
        "Lift a block or pass; id 0: at all tunnels",
        Lifted,
        _lift,
        body=LiftVisitor,
    ),
    Route(
        "POST",
        f"{_ONE}/admit",
        "Let an address come for a while",
        Standing,
        _admit,
        body=AdmitVisitor,
    ),
    Route(
        "GET", f"{_ONE}/test", "What the guard would do; id 0: for all", Verdict, _test
    ),
    Route(
        "POST",
        f"{_ONE}/test",
        "What these rules would do; id 0: for all",
        Verdict,
        _test_rules,
        body=TryRules,
    ),
    Route(
        "POST",
        f"{_ONE}/block",
        "Turn an address away; id 0: from all tunnels",
        Blocked,
        _block,
        body=BlockVisitor,
    ),
)
