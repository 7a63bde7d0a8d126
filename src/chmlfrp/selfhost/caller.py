"""Where a request comes from."""

from typing import Any

from litestar import Request

from chmlfrp.selfhost.params import Caller


def caller_of(request: Request[Any, Any, Any]) -> Caller:
    """Return address and program of whoever asks."""
    return Caller(
        address=request.client.host if request.client else "",
        agent=request.headers.get("user-agent", ""),
    )
