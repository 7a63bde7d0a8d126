"""The routes of the guard."""

from chmlfrp.control.guard import (
    Blocked,
    BlockVisitor,
    DoorTraffic,
    Forgotten,
    TrafficPoint,
    Verdict,
    VisitorView,
)
from chmlfrp.control.route import Call, Route

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


async def _test(call: Call) -> Verdict:
    address = call.request.query_params.get("from", "")
    return call.backend.guard.test(call.tunnel_id, address)


async def _block(call: Call) -> Blocked:
    body: BlockVisitor = call.body
    return call.backend.guard.block(call.tunnel_id, body.address, body.minutes)


def _tunnel(call: Call) -> int | None:
    return call.number("tunnel", 0) or None


GUARD_ROUTES = (
    Route("GET", "/v1/guard/traffic", "Sums of doors", list[DoorTraffic], _traffic),
    Route("GET", "/v1/guard/history", "Over time", list[TrafficPoint], _history),
    Route("GET", "/v1/guard/visitors", "Who came", list[VisitorView], _visitors),
    Route("DELETE", "/v1/guard/visitors", "Forget who came", Forgotten, _forget),
    Route("GET", f"{_ONE}/test", "What the guard would do", Verdict, _test),
    Route(
        "POST",
        f"{_ONE}/block",
        "Turn an address away",
        Blocked,
        _block,
        body=BlockVisitor,
    ),
)
