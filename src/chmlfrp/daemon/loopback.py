"""Pages that the daemon serves on a loopback port, beside its control door."""

import asyncio
import logging
import socket

import uvicorn
from starlette.applications import Starlette

from chmlfrp.control.server import Server

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
TRY_AGAIN_S = 10.0
MOST_AT_ONCE = 64
"""Requests."""


def listen(port: int) -> socket.socket:
    """Return a socket that listens there; raises OSError."""
    return socket.create_server((HOST, port))


async def listen_at_last(port: int, what: str) -> socket.socket:
    """Return a socket that listens there, as soon as nobody else does."""
    while True:
        try:
            return listen(port)
        except OSError as error:
            log.warning("%s cannot listen at port %s: %s", what, port, error.strerror)
        await asyncio.sleep(TRY_AGAIN_S)


async def serve(
    application: Starlette,
    listening: socket.socket,
    *,
    opened: asyncio.Event | None = None,
) -> None:
    """Serve until cancelled; `opened` is set meanwhile."""
    is_open = asyncio.Event() if opened is None else opened
    # A line for each request would hold what is in its address.
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    server = Server(
        uvicorn.Config(
            application,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            # Who somebody is must not be theirs to say.
            proxy_headers=False,
            limit_concurrency=MOST_AT_ONCE,
            timeout_graceful_shutdown=1,
            ws="none",
        )
    )
    with listening:
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.serve(sockets=[listening]))
            is_open.set()
            try:
                await asyncio.shield(serving)
            finally:
                is_open.clear()
                server.should_exit = True
                await serving
