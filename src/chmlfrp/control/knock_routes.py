"""The routes of the knock page."""

import msgspec

from chmlfrp.control.knock import (
    KnockMade,
    KnockRevoked,
    KnockView,
    MakeKnock,
    OpenPage,
    PageView,
)
from chmlfrp.control.protocol import CreateTunnel
from chmlfrp.control.route import Call, Route
from chmlfrp.model.tunnel import TunnelType

PAGE_PER_ADDRESS = 16
PAGE_IDLE_S = 60
"""What keeps one visitor from taking the whole page."""


async def _links(call: Call) -> list[KnockView]:
    return call.backend.knock.links()


async def _make(call: Call) -> KnockMade:
    return await call.backend.knock.make(call.body)


async def _revoke(call: Call) -> KnockRevoked:
    return await call.backend.knock.revoke(call.path("link"))


async def _page(call: Call) -> PageView:
    return call.backend.knock.page()


async def _open(call: Call) -> PageView:
    """Open the page, and make it a tunnel whose guard tells who comes."""
    command: OpenPage = call.body
    backend = call.backend
    page = await backend.knock.open()
    if not command.node:
        return page
    assert page.port is not None
    tunnel = await backend.create(
        CreateTunnel(
            node=command.node,
            type=TunnelType.HTTP if command.domain else TunnelType.TCP,
            local_host=page.host,
            local_port=page.port,
            name=command.name,
            domain=command.domain or None,
            remote_port=command.remote_port,
        )
    )
    options = backend.options(tunnel.id)
    guard = msgspec.structs.replace(
        options.guard,
        is_on=True,
        max_per_address=PAGE_PER_ADDRESS,
        idle_timeout_s=PAGE_IDLE_S,
    )
    await backend.set_options(tunnel.id, msgspec.structs.replace(options, guard=guard))
    await backend.start(frozenset({tunnel.id}))
    return backend.knock.page()


KNOCK_ROUTES = (
    Route("GET", "/v1/knock/links", "Knock links", list[KnockView], _links),
    Route(
        "POST", "/v1/knock/links", "Make a knock link", KnockMade, _make, body=MakeKnock
    ),
    Route("DELETE", "/v1/knock/links/{link}", "Revoke one", KnockRevoked, _revoke),
    Route("GET", "/v1/knock/page", "Where the knock page is", PageView, _page),
    Route(
        "POST",
        "/v1/knock/page",
        "Open the knock page, and publish it",
        PageView,
        _open,
        body=OpenPage,
    ),
)
