"""The routes of tunnels that were deleted."""

from chmlfrp.control.archive import (
    DeletedTunnel,
    FoundTunnel,
    ReadTunnels,
    RestoreTunnel,
)
from chmlfrp.control.route import Call, Route
from chmlfrp.model.tunnel import Tunnel


async def _deleted(call: Call) -> list[DeletedTunnel]:
    return await call.backend.archive.deleted()


async def _restore(call: Call) -> Tunnel:
    return await call.backend.restore(int(call.path("number")), call.body)


async def _read(call: Call) -> list[FoundTunnel]:
    return await call.backend.read_tunnels(call.body)


ARCHIVE_ROUTES = (
    Route(
        "POST",
        "/v1/tunnels/read",
        "What a file holds; creates nothing",
        list[FoundTunnel],
        _read,
        body=ReadTunnels,
    ),
    Route("GET", "/v1/deleted", "What was deleted", list[DeletedTunnel], _deleted),
    Route(
        "POST",
        "/v1/deleted/{number:int}",
        "Make it again",
        Tunnel,
        _restore,
        body=RestoreTunnel,
    ),
)
