"""The account's tunnels."""

from collections.abc import Sequence

from chmlfrp.api import envelope, wire, wire_traffic
from chmlfrp.api.session import Session
from chmlfrp.errors import ApiError, ServiceGarbled
from chmlfrp.model.secret import Secret
from chmlfrp.model.traffic import Closing, TunnelNow
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelSpec


class Tunnels:
    """`client.tunnels`. Every method needs a token and raises ApiError."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def list(self) -> list[Tunnel]:
        """Return all tunnels of the account, of types this version knows."""
        return wire.tunnels(await self._session.ask(wire.tunnels_call()))

    async def create(self, spec: TunnelSpec) -> Tunnel:
        """Create a tunnel and return it as the account then has it.

        The service mostly answers without the id, so the list is read afterwards. If
        only that fails, the error's hint says that the tunnel exists.

        Raises:
            InvalidInput: the spec can never work; nothing was sent.
            NameTaken, PortTaken, DomainTaken, QuotaExceeded, RightsMissing, NotFound:
                the service refused.
            ApiError: anything else that went wrong.
        """
        spec.check()
        tunnel = wire.created(await self._session.ask(wire.create_call(spec)))
        return tunnel or await self._created(spec.name)

    async def update(self, tunnel_id: TunnelId, spec: TunnelSpec) -> Tunnel:
        """Give a tunnel all settings of `spec`, and return it.

        Raises:
            InvalidInput: the spec can never work; nothing was sent.
            NotFound: the account has no such tunnel.
            ApiError: anything else that went wrong, as for `create`.
        """
        spec.check()
        data = await self._session.ask(wire.update_call(tunnel_id, spec))
        return wire.updated(data, tunnel_id=tunnel_id, spec=spec)

    async def delete(self, tunnel_id: TunnelId) -> None:
        """Delete a tunnel; a running frpc is not stopped by that.

        Raises:
            NotFound: the account has no such tunnel. To somebody who repeats a delete
                whose answer was lost, that means it is done.
            ApiError: anything else that went wrong.
        """
        await self._session.ask_first(
            wire.delete_calls(tunnel_id), is_lost=envelope.is_unknown_route
        )

    async def config(self, node: str, names: Sequence[str] = ()) -> Secret:
        """Return the ini for these tunnels of one node, for all without names.

        It is a Secret because it holds the tokens of account and node.

        Raises:
            InvalidInput: a name holds a comma; nothing was sent.
            NotFound: the account has no tunnel on that node.
            ApiError: anything else that went wrong.
        """
        return wire.config(await self._session.ask(wire.config_call(node, names)))

    async def refresh(self, name: str) -> TunnelNow:
        """Return a tunnel's counters, asked at its node just now.

        Raises:
            NotFound: the account has no such tunnel.
            ApiError: anything else that went wrong.
        """
        return wire_traffic.now(
            await self._session.ask(wire_traffic.refresh_call(name))
        )

    async def disconnect(self, name: str) -> None:
        """End a tunnel's session at its node; an frpc of before 2025-10 comes back.

        Raises:
            NotFound: the account has no such tunnel.
            ApiError: anything else that went wrong.
        """
        await self._session.ask(wire_traffic.close_call(name))

    async def disconnect_all(self) -> Closing:
        """End all sessions of the account, at all nodes."""
        return wire_traffic.closing(
            await self._session.ask(wire_traffic.close_all_call())
        )

    async def _created(self, name: str) -> Tunnel:
        hint = f"the tunnel {name} was created all the same; list the tunnels again"
        try:
            listed = await self.list()
        except ApiError as error:
            error.hint = hint
            raise
        for tunnel in listed:
            if tunnel.name == name:
                return tunnel
        raise ServiceGarbled(f"the service does not list {name} yet", hint=hint)
