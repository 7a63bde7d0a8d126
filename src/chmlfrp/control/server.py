"""Serves the door: who may come in, and the way from a request to the backend."""

import asyncio
import contextlib
import hmac
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route as HttpRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from chmlfrp.control.address import Address
from chmlfrp.control.backend import Backend
from chmlfrp.control.openapi import describe
from chmlfrp.control.problem import status_of, to_problem
from chmlfrp.control.protocol import PROTOCOL, PROTOCOL_HEADER, Problem, decode, encode
from chmlfrp.control.route import Call, Route
from chmlfrp.control.routes import ROUTES
from chmlfrp.errors import ChmlFrpError, InvalidInput

log = logging.getLogger(__name__)

_LONGEST_BODY = 1 << 20
BREATH = 4
"""Lines of a stream after which others have their turn.

asyncio warns at the sixth write in one turn after the one that failed.
"""
_FIELD = re.compile(r"`\$\.([^`]+)`|missing required field `([^`]+)`")
_FOREIGN_HEADERS = (b"origin", b"referer")
"""Sent by browsers, never by a face of ours: a web page is knocking."""


def application(backend: Backend, address: Address) -> ASGIApp:
    """Return the ASGI application for this backend, guarded."""
    routes = [
        HttpRoute(r.path, _endpoint(r, backend), methods=[r.method]) for r in ROUTES
    ]
    document = msgspec.json.encode(describe())

    async def openapi(_: Request) -> Response:
        return Response(document, media_type="application/json")

    routes.append(HttpRoute("/v1/openapi.json", openapi))
    return _Guard(Starlette(routes=routes), address)


class Server(uvicorn.Server):
    """uvicorn that leaves the process's signals to the daemon."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_for(backend: Backend, address: Address) -> Server:
    """Return a server to be run with `await server.serve(sockets=[door])`.

    `should_exit = True` ends it; open streams are given a second.
    """
    config = uvicorn.Config(
        application(backend, address),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        ws="none",
    )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    return Server(config)


class _Guard:
    """Refuses web pages, foreign names, other users and other protocol versions."""

    def __init__(self, inner: ASGIApp, address: Address) -> None:
        self._inner = inner
        self._hosts = {address.host.encode()}
        if address.port is not None:
            self._hosts.add(f"localhost:{address.port}".encode())
        token = address.token
        self._expected = f"Bearer {token.reveal()}".encode() if token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        problem = self._problem(scope)
        if problem is None:
            await self._inner(scope, receive, send)
        else:
            status, body = problem
            await Response(encode(body), status)(scope, receive, send)

    def _problem(self, scope: Scope) -> tuple[int, Problem] | None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if any(name in headers for name in _FOREIGN_HEADERS):
            return 403, _refusal("requests from web pages are refused")
        if headers.get(b"host") not in self._hosts:
            return 403, _refusal("this is not the daemon's name")
        given = headers.get(b"authorization", b"")
        if self._expected and not hmac.compare_digest(given, self._expected):
            return 401, _refusal("the private token is missing or wrong")
        version = headers.get(PROTOCOL_HEADER.encode())
        if version is not None and version != str(PROTOCOL).encode():
            message = f"the daemon speaks protocol {PROTOCOL}"
            hint = "restart the daemon: chmlfrp daemon stop"
            return 409, Problem(code="control.version", message=message, hint=hint)
        return None


def _refusal(message: str) -> Problem:
    return Problem(code="control.rejected", message=message)


def _endpoint(
    route: Route, backend: Backend
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            call = Call(backend, request, await _body(route, request))
            if route.stream is not None:
                lines = route.stream(call)
                return StreamingResponse(
                    _lines(lines), media_type="application/x-ndjson"
                )
            assert route.call is not None
            return _json(await route.call(call))
        except ChmlFrpError as error:
            problem = to_problem(error)
            return _json(problem, status_of(problem))
        except Exception:
            log.exception("%s %s failed", route.method, route.path)
            message = "the daemon met a fault of its own; its log has the details"
            return _json(Problem(code="error", message=message), 500)

    return endpoint


async def _body(route: Route, request: Request) -> Any:
    if route.body is None:
        return None
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _LONGEST_BODY:
            raise InvalidInput("the command is longer than a megabyte")
    try:
        return decode(route.body, raw)
    except msgspec.ValidationError as exc:
        # The text names type and path of the fault, never the value.
        found = _FIELD.search(str(exc))
        field = next(filter(None, found.groups()), "") if found else ""
        raise InvalidInput(str(exc), field=field) from None
    except msgspec.DecodeError as exc:
        raise InvalidInput("the command is not JSON") from exc


def _json(message: Any, status: int = 200) -> Response:
    headers = {PROTOCOL_HEADER: str(PROTOCOL)}
    return Response(encode(message), status, headers, media_type="application/json")


async def _lines(
    source: contextlib.AbstractAsyncContextManager[AsyncIterator[Any]],
) -> AsyncIterator[bytes]:
    async with source as messages:
        number = 0
        async for message in messages:
            yield encode(message) + b"\n"
            number += 1
            if number % BREATH == 0:
                # What is there at once is not waited for; others have their turn, and
                # a reader who left is noticed.
                await asyncio.sleep(0)
