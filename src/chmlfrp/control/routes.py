"""The table of commands and reads: one line says all about a route.

Server and OpenAPI description are made from it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request

from chmlfrp.control.core import (
    CoreChosen,
    CoreFrame,
    CoreOffer,
    CoresView,
    InstallCore,
    UseCore,
)
from chmlfrp.control.protocol import (
    Accepted,
    CreateTunnel,
    DaemonView,
    Edited,
    EditTunnel,
    FailoverView,
    Frame,
    LogLine,
    NodeView,
    SessionView,
    SignIn,
    Snapshot,
    TunnelIds,
)
from chmlfrp.control.timeline import TimelineEvent
from chmlfrp.errors import InvalidInput
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import Tunnel, TunnelId


class Backend(Protocol):
    """What stands behind the door. Errors are ChmlFrpError."""

    def snapshot(self) -> Snapshot: ...
    def watch(self) -> AbstractAsyncContextManager[AsyncIterator[Frame]]: ...
    async def sign_in(self, command: SignIn) -> SessionView: ...
    async def sign_out(self) -> None: ...
    async def refresh(self) -> SessionView: ...
    async def create(self, command: CreateTunnel) -> Tunnel: ...
    async def edit(self, tunnel_id: TunnelId, command: EditTunnel) -> Edited: ...
    async def delete(self, tunnel_id: TunnelId) -> None: ...
    async def start(self, ids: frozenset[TunnelId]) -> None: ...
    async def stop(self, ids: frozenset[TunnelId]) -> None: ...
    async def restart(self, ids: frozenset[TunnelId]) -> None: ...
    def options(self, tunnel_id: TunnelId) -> TunnelOptions: ...
    async def set_options(
        self, tunnel_id: TunnelId, options: TunnelOptions
    ) -> TunnelOptions: ...
    async def failover(self, tunnel_id: TunnelId) -> FailoverView: ...
    async def nodes(self) -> list[NodeView]: ...
    async def node(self, name: str) -> NodeDetail: ...
    def logs(
        self, tunnel_id: TunnelId | None, *, tail: int, follow: bool
    ) -> AbstractAsyncContextManager[AsyncIterator[LogLine]]: ...
    async def cores(self) -> CoresView: ...
    async def core_offers(self, source: str | None) -> list[CoreOffer]: ...
    def install_core(
        self, command: InstallCore
    ) -> AbstractAsyncContextManager[AsyncIterator[CoreFrame]]: ...
    async def use_core(self, label: str) -> CoreChosen: ...
    async def remove_core(self, label: str) -> None: ...
    def events(
        self, *, since: float, follow: bool
    ) -> AbstractAsyncContextManager[AsyncIterator[TimelineEvent]]: ...
    def end(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read and checked."""

    backend: Backend
    request: Request
    body: Any = None

    @property
    def tunnel_id(self) -> TunnelId:
        """The id in the path."""
        return TunnelId(int(self.request.path_params["id"]))

    @property
    def ids(self) -> frozenset[TunnelId]:
        """The ids in the body."""
        return frozenset(TunnelId(i) for i in self.body.ids)

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


async def _hello(call: Call) -> DaemonView:
    return call.backend.snapshot().daemon


async def _snapshot(call: Call) -> Snapshot:
    return call.backend.snapshot()


async def _sign_in(call: Call) -> SessionView:
    return await call.backend.sign_in(call.body)


async def _sign_out(call: Call) -> Accepted:
    await call.backend.sign_out()
    return Accepted()


async def _refresh(call: Call) -> SessionView:
    return await call.backend.refresh()


async def _create(call: Call) -> Tunnel:
    return await call.backend.create(call.body)


async def _edit(call: Call) -> Edited:
    return await call.backend.edit(call.tunnel_id, call.body)


async def _delete(call: Call) -> Accepted:
    await call.backend.delete(call.tunnel_id)
    return Accepted()


async def _start(call: Call) -> Accepted:
    await call.backend.start(call.ids)
    return Accepted()


async def _stop(call: Call) -> Accepted:
    await call.backend.stop(call.ids)
    return Accepted()


async def _restart(call: Call) -> Accepted:
    await call.backend.restart(call.ids)
    return Accepted()


async def _options(call: Call) -> TunnelOptions:
    return call.backend.options(call.tunnel_id)


async def _set_options(call: Call) -> TunnelOptions:
    return await call.backend.set_options(call.tunnel_id, call.body)


async def _failover(call: Call) -> FailoverView:
    return await call.backend.failover(call.tunnel_id)


async def _nodes(call: Call) -> list[NodeView]:
    return await call.backend.nodes()


async def _node(call: Call) -> NodeDetail:
    return await call.backend.node(call.request.path_params["name"])


async def _cores(call: Call) -> CoresView:
    return await call.backend.cores()


async def _core_offers(call: Call) -> list[CoreOffer]:
    return await call.backend.core_offers(call.request.query_params.get("source"))


async def _use_core(call: Call) -> CoreChosen:
    return await call.backend.use_core(call.body.label)


async def _remove_core(call: Call) -> Accepted:
    await call.backend.remove_core(call.request.path_params["label"])
    return Accepted()


def _install_core(call: Call) -> Stream:
    return call.backend.install_core(call.body)


def _events(call: Call) -> Stream:
    return call.backend.events(
        since=call.number("since", 0), follow=bool(call.number("follow", 0))
    )


async def _end(call: Call) -> Accepted:
    call.backend.end()
    return Accepted()


def _watch(call: Call) -> Stream:
    return call.backend.watch()


def _logs(call: Call) -> Stream:
    tunnel = call.number("tunnel", 0)
    return call.backend.logs(
        TunnelId(tunnel) if tunnel else None,
        tail=call.number("tail", 200),
        follow=bool(call.number("follow", 0)),
    )


_ONE = "/v1/tunnels/{id:int}"

ROUTES = (
    Route("GET", "/v1/hello", "Who answers", DaemonView, _hello),
    Route("POST", "/v1/end", "End the daemon and its cores", Accepted, _end),
    Route("GET", "/v1/snapshot", "All there is", Snapshot, _snapshot),
    Route("GET", "/v1/watch", "A snapshot, then changes", Frame, stream=_watch),
    Route("GET", "/v1/events", "What happened", TimelineEvent, stream=_events),
    Route("GET", "/v1/logs", "Lines of the cores", LogLine, stream=_logs),
    Route("POST", "/v1/session", "Sign in", SessionView, _sign_in, body=SignIn),
    Route("DELETE", "/v1/session", "Sign out", Accepted, _sign_out),
    Route("POST", "/v1/session/refresh", "Ask the service", SessionView, _refresh),
    Route("POST", "/v1/tunnels", "Create", Tunnel, _create, body=CreateTunnel),
    Route("PATCH", _ONE, "Edit", Edited, _edit, body=EditTunnel),
    Route("DELETE", _ONE, "Delete", Accepted, _delete),
    Route("GET", f"{_ONE}/options", "Its options", TunnelOptions, _options),
    Route(
        "PUT",
        f"{_ONE}/options",
        "Set its options",
        TunnelOptions,
        _set_options,
        body=TunnelOptions,
    ),
    Route("GET", f"{_ONE}/failover", "A dry run", FailoverView, _failover),
    Route("POST", "/v1/start", "Want these up", Accepted, _start, body=TunnelIds),
    Route("POST", "/v1/stop", "Want these down", Accepted, _stop, body=TunnelIds),
    Route("POST", "/v1/restart", "Open these anew", Accepted, _restart, body=TunnelIds),
    Route("GET", "/v1/cores", "The frpc programs", CoresView, _cores),
    Route(
        "GET", "/v1/cores/offers", "What can be fetched", list[CoreOffer], _core_offers
    ),
    Route(
        "POST",
        "/v1/cores/install",
        "Fetch and keep one; says how far it is",
        CoreFrame,
        stream=_install_core,
        body=InstallCore,
    ),
    Route(
        "POST",
        "/v1/cores/use",
        "Run this one from now on",
        CoreChosen,
        _use_core,
        body=UseCore,
    ),
    Route("DELETE", "/v1/cores/{label}", "Remove one", Accepted, _remove_core),
    Route("GET", "/v1/nodes", "All nodes", list[NodeView], _nodes),
    Route("GET", "/v1/nodes/{name:path}", "One node", NodeDetail, _node),
)
