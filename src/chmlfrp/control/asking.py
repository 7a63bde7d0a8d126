"""How the parts of the client ask."""

from collections.abc import AsyncIterator
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Ask(Protocol):
    """One request and its answer; raises ChmlFrpError."""

    async def __call__(
        self, kind: type[T], method: str, path: str, body: object = None
    ) -> T: ...


class AskLines(Protocol):
    """One request and its answers, a line each; raises ChmlFrpError."""

    def __call__(
        self,
        kind: Any,
        path: str,
        query: dict[str, int],
        *,
        method: str = "GET",
        body: object = None,
    ) -> AsyncIterator[Any]: ...
