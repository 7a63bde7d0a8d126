"""Creating, editing and deleting tunnels in the account."""

import contextlib
import secrets
import string

import msgspec
from msgspec import UNSET

from chmlfrp.control.protocol import CreateTunnel, Edited, EditTunnel, differences
from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.node import Nodes
from chmlfrp.errors import InvalidInput, NotFound, PortTaken
from chmlfrp.model.node import NodeDetail, PortRange
from chmlfrp.model.rules import check_on_node
from chmlfrp.model.tunnel import SPEC_FIELDS, Tunnel, TunnelId, TunnelSpec

_ANY_PORT = PortRange(10000, 65535)
_TRIES_FOR_A_PORT = 5
_LETTERS = string.ascii_letters + string.digits


class Tunnels:
    """Changes to the account; each raises ApiError or InvalidInput and is then undone."""

    def __init__(self, account: AccountKeeper, nodes: Nodes) -> None:
        self._account = account
        self._nodes = nodes

    async def create(self, command: CreateTunnel) -> Tunnel:
        """Create it; a name or port that was left out is chosen."""
        chosen = command.remote_port is not None or command.type.is_web
        spec = TunnelSpec(
            name=command.name or _random_name(),
            **{f: getattr(command, f) for f in SPEC_FIELDS if f != "name"},
        )
        # A stand-in port, so that the other fields are checked before anybody is asked.
        stand_in = spec if chosen else _with_port(spec, _ANY_PORT.first)
        stand_in.check()
        node = await self._nodes.get(command.node)
        if chosen:
            check_on_node(spec, node)
            return await self._account.client.tunnels.create(spec, check=False)
        return await self._create_on_free_port(spec, node)

    async def _create_on_free_port(self, spec: TunnelSpec, node: NodeDetail) -> Tunnel:
        ports = node.ports or _ANY_PORT
        for tries_left in reversed(range(_TRIES_FOR_A_PORT)):
            tried = _with_port(spec, ports.any())
            check_on_node(tried, node)
            try:
                return await self._account.client.tunnels.create(tried, check=False)
            except PortTaken:
                if not tries_left:
                    raise
        raise AssertionError

    async def recreate(self, spec: TunnelSpec, *, any_port: bool) -> Tunnel:
        """Create a tunnel as it was.

        any_port: take a free port where the old one is somebody else's by now.
        """
        spec.check()
        node = await self._nodes.get(spec.node)
        try:
            check_on_node(spec, node)
            return await self._account.client.tunnels.create(spec)
        except PortTaken:
            if not any_port:
                raise
        return await self._create_on_free_port(spec, node)

    async def edit(self, tunnel_id: TunnelId, command: EditTunnel) -> Edited:
        """Change the fields that are set; the others are sent as the service has them."""
        before = await self._find(tunnel_id)
        spec = edited(before.spec, command)
        spec.check()
        changes = differences(before.spec, spec)
        if not changes:
            return Edited(tunnel=before)
        check_on_node(spec, await self._nodes.get(spec.node))
        after = await self._account.client.tunnels.update(tunnel_id, spec, check=False)
        return Edited(tunnel=after, differences=changes)

    async def delete(self, tunnel_id: TunnelId) -> None:
        """Delete it; one that is gone already is fine."""
        with contextlib.suppress(NotFound):
            await self._account.client.tunnels.delete(tunnel_id)

    async def _find(self, tunnel_id: TunnelId) -> Tunnel:
        for tunnel in await self._account.client.tunnels.list():
            if tunnel.id == tunnel_id:
                return tunnel
        raise InvalidInput(f"the account has no tunnel {tunnel_id}", field="tunnel")


def edited(spec: TunnelSpec, command: EditTunnel) -> TunnelSpec:
    """Return the spec with the set fields changed.

    A change between port and domain types drops the one that no longer fits.
    """
    given = {
        field: value
        for field in SPEC_FIELDS
        if (value := getattr(command, field)) is not UNSET
    }
    after = msgspec.structs.replace(spec, **given)
    if after.type.is_web != spec.type.is_web:
        misfit = "remote_port" if after.type.is_web else "domain"
        if misfit not in given:
            after = msgspec.structs.replace(after, **{misfit: None})
    return after


def _with_port(spec: TunnelSpec, port: int) -> TunnelSpec:
    return msgspec.structs.replace(spec, remote_port=port)


def _random_name() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(8))
