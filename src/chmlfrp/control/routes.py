"""The table of commands and reads: one line says all about a route.

Server and OpenAPI description are made from it.
"""

from chmlfrp.control.account_routes import ACCOUNT_ROUTES
from chmlfrp.control.archive_routes import ARCHIVE_ROUTES
from chmlfrp.control.core import (
    CoreChosen,
    CoreFrame,
    CoreOffer,
    CoresView,
    InstallCore,
    UseCore,
)
from chmlfrp.control.device import CodeFrame
from chmlfrp.control.domain_routes import DOMAIN_ROUTES
from chmlfrp.control.guard_routes import GUARD_ROUTES
from chmlfrp.control.inspect_routes import INSPECT_ROUTES
from chmlfrp.control.knock_routes import KNOCK_ROUTES
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
from chmlfrp.control.route import Call, Route, Stream
from chmlfrp.control.survey_routes import SURVEY_ROUTES
from chmlfrp.control.timeline import TimelineEvent
from chmlfrp.model.failover import Failover
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import Tunnel, TunnelId


async def _hello(call: Call) -> DaemonView:
    return call.backend.snapshot().daemon


async def _snapshot(call: Call) -> Snapshot:
    return call.backend.snapshot()


async def _sign_in(call: Call) -> SessionView:
    return await call.backend.sign_in(call.body)


def _sign_in_by_code(call: Call) -> Stream:
    return call.backend.sign_in_by_code()


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


async def _try_failover(call: Call) -> FailoverView:
    return await call.backend.failover(call.tunnel_id, call.body)


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
    Route(
        "POST",
        "/v1/session/code",
        "Sign in by a code that is approved on another screen",
        CodeFrame,
        stream=_sign_in_by_code,
    ),
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
    Route(
        "POST",
        f"{_ONE}/failover",
        "A dry run of another plan",
        FailoverView,
        _try_failover,
        body=Failover,
    ),
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
    *ACCOUNT_ROUTES,
    *DOMAIN_ROUTES,
    *SURVEY_ROUTES,
    *ARCHIVE_ROUTES,
    *GUARD_ROUTES,
    *KNOCK_ROUTES,
    *INSPECT_ROUTES,
    Route("GET", "/v1/nodes/{name:path}", "One node", NodeDetail, _node),
)
