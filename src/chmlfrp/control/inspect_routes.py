"""The routes of the inspector."""

from typing import Any

from chmlfrp.control.inspect import Cleared, ExchangeDetail, ExchangeView
from chmlfrp.control.route import Call, Route

_ALL = "/v1/tunnels/{id:int}/requests"
_ONE = f"{_ALL}/{{number:int}}"


async def _list(call: Call) -> list[ExchangeView]:
    return await call.backend.inspect.list(
        call.tunnel_id, sought=call.text("sought"), is_masked=_is_masked(call)
    )


async def _get(call: Call) -> ExchangeDetail:
    return await call.backend.inspect.get(
        call.tunnel_id, int(call.path("number")), is_masked=_is_masked(call)
    )


async def _har(call: Call) -> dict[str, Any]:
    return await call.backend.inspect.har(call.tunnel_id, is_masked=_is_masked(call))


async def _replay(call: Call) -> ExchangeView:
    return await call.backend.inspect.replay(call.tunnel_id, int(call.path("number")))


async def _clear(call: Call) -> Cleared:
    return call.backend.inspect.clear(call.tunnel_id)


def _is_masked(call: Call) -> bool:
    return not call.number("unmasked", 0)


INSPECT_ROUTES = (
    Route("GET", _ALL, "The last requests of a web tunnel", list[ExchangeView], _list),
    Route("DELETE", _ALL, "Drop the requests that are kept", Cleared, _clear),
    Route("GET", f"{_ALL}/har", "All as an HTTP archive", dict[str, Any], _har),
    Route("GET", _ONE, "All of one request", ExchangeDetail, _get),
    Route(
        "POST", f"{_ONE}/replay", "Send it to the service again", ExchangeView, _replay
    ),
)
