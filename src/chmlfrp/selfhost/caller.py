"""Where a request comes from."""

from typing import Any

from litestar import Request

from chmlfrp.selfhost import network
from chmlfrp.selfhost.params import Caller


def caller_of(request: Request[Any, Any, Any], trusted: tuple[str, ...]) -> Caller:
    """Return address and program of whoever asks, as `trusted` proxies tell it."""
    peer = request.client.host if request.client else ""
    told = request.headers.getall("x-forwarded-for", []) if trusted else []
    return Caller(
        address=network.origin(peer, ",".join(told).split(","), trusted),
        agent=request.headers.get("user-agent", ""),
    )
