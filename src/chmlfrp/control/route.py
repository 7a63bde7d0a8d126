"""A request as a route sees it, and a line of the table of routes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from chmlfrp.control.backend import Backend
from chmlfrp.errors import InvalidInput
from chmlfrp.model.tunnel import TunnelId


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read and checked."""

    backend: Backend
    request: Request
    body: Any = None

    @property
    def tunnel_id(self) -> TunnelId:
        """The id in the path."""
        return TunnelId(int(self.path("id")))

    @property
    def ids(self) -> frozenset[TunnelId]:
        """The ids in the body."""
        return frozenset(TunnelId(i) for i in self.body.ids)

    def path(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def text(self, name: str) -> str:
        """Return a text of the query, empty without one."""
        return self.request.query_params.get(name, "")

    def number(self, name: str, default: int) -> int:
        """Return a whole number of the query."""
        raw = self.request.query_params.get(name)
        if raw is None:
            return default
        if not raw.isascii() or not raw.isdigit():
            raise InvalidInput(f"{name} must be a whole number", field=name)
        return int(raw)


Stream = AbstractAsyncContextManager[AsyncIterator[Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """One command or read."""

    method: str
    path: str
    summary: str
    answer: Any
    call: Callable[[Call], Awaitable[Any]] | None = None
    stream: Callable[[Call], Stream] | None = None
    """Instead of `call`: answers of that type, a line each."""
    body: Any = None

    @property
    def operation(self) -> str:
        """A name for it in the description."""
        return (
            f"{self.method} {self.path}".lower().replace("/v1/", "").replace(" ", "_")
        )
