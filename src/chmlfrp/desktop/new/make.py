"""Creates what was decided, piece by piece, and takes it all back if a piece fails."""

from collections.abc import AsyncIterator, Callable
from enum import StrEnum
from typing import NamedTuple

import msgspec

from chmlfrp.control.client import ControlClient
from chmlfrp.control.domain import CreateDomain, DomainView
from chmlfrp.control.protocol import CreateTunnel
from chmlfrp.desktop.new.draft import Name, service_record
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.domain import RecordType, is_host_name
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import Tunnel

LEFT = "left"
"""A note of an error: what had been made could not be taken back."""


class Piece(StrEnum):
    """What is made, in this order."""

    TUNNEL = "tunnel"
    NAME = "name"
    OPTIONS = "options"
    START = "start"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All that is to be made together."""

    command: CreateTunnel
    name: Name | None = None
    wants_srv: bool = False
    node_host: str = ""
    """Where the node is reached, if that is known."""
    options: TunnelOptions = TunnelOptions()
    starts: bool = True

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What this plan needs."""
        wanted = {
            Piece.TUNNEL: True,
            Piece.NAME: self.name is not None,
            Piece.OPTIONS: self.options != TunnelOptions(),
            Piece.START: self.starts,
        }
        return tuple(piece for piece, is_wanted in wanted.items() if is_wanted)


class Made(NamedTuple):
    """A piece is there."""

    piece: Piece
    tunnel: Tunnel
    name: DomainView | None = None


class GivenUp(ChmlFrpError):
    """The person did not want it after all; everything was taken back."""


async def make(
    client: ControlClient, plan: Plan, *, is_given_up: Callable[[], bool]
) -> AsyncIterator[Made]:
    """Yield each piece when it is there.

    Raises:
        ChmlFrpError: a piece failed; the ones before it were taken back.
    """
    tunnel = await client.create(plan.command)
    name: DomainView | None = None
    try:
        for piece in plan.pieces:
            if is_given_up():
                raise GivenUp("given up")
            if piece is Piece.NAME:
                name = await client.domains.create(_wanted_name(plan, tunnel))
            elif piece is Piece.OPTIONS:
                await client.set_options(tunnel.id, plan.options)
            elif piece is Piece.START:
                await client.start([tunnel.id])
            yield Made(piece, tunnel, name)
        if is_given_up():
            raise GivenUp("given up")
    except ChmlFrpError as error:
        try:
            await take_back(client, Made(Piece.TUNNEL, tunnel, name))
        except ChmlFrpError:
            error.add_note(LEFT)
        raise


async def take_back(client: ControlClient, made: Made) -> None:
    """Delete the name, then the tunnel; both are tried, then the first error raised."""
    trouble: ChmlFrpError | None = None
    if made.name is not None:
        record = made.name.record
        try:
            await client.domains.delete(record.domain, record.record)
        except ChmlFrpError as exc:
            trouble = exc
    try:
        await client.delete(made.tunnel.id)
    except ChmlFrpError as exc:
        trouble = trouble or exc
    if trouble is not None:
        raise trouble


def _wanted_name(plan: Plan, tunnel: Tunnel) -> CreateDomain:
    assert plan.name is not None
    host = tunnel.node_host or plan.node_host
    if plan.wants_srv and tunnel.remote_port and is_host_name(host):
        return CreateDomain(
            domain=plan.name.domain,
            record=service_record(plan.name.record),
            type=RecordType.SRV,
            target=f"0 5 {tunnel.remote_port} {host}",
        )
    return CreateDomain(
        domain=plan.name.domain, record=plan.name.record, tunnel=tunnel.id
    )
