"""The account's tunnels."""

from collections.abc import Sequence
from typing import Any, Unpack, overload

from chmlfrp.api import envelope, wire, wire_traffic
from chmlfrp.api.change import Changes, Updated, changed, difference
from chmlfrp.api.rules import RULED_FIELDS, NodeRules
from chmlfrp.api.session import Session
from chmlfrp.errors import ApiError, NotFound, ServiceGarbled, ServiceUnreachable
from chmlfrp.model.secret import Secret
from chmlfrp.model.traffic import Closing, TunnelNow
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelSpec

_UNKNOWN_HINT = (
    "the tunnel may exist all the same; list the tunnels before trying again"
)
_TOLD_APART_BY = ("name", "node", "type", "local_port", "remote_port")


class Tunnels:
    """`client.tunnels`. Every method needs a token and raises ApiError."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rules = NodeRules(session)

    async def list(self) -> list[Tunnel]:
        """Return all tunnels of the account, of types this version knows."""
        return wire.tunnels(await self._session.ask(wire.tunnels_call()))

    async def create(self, spec: TunnelSpec, *, check: bool = True) -> Tunnel:
        """Create a tunnel and return it as the account then has it.

        The service mostly answers without the id, so the list is read afterwards. If
        only that fails, the error's hint says that the tunnel exists. Where the answer
        was lost, the list says whether the tunnel was created all the same; it is not
        asked for twice.

        Args:
            check: hold the spec against the rules of the node first, as far as they
                can be known; without that only the service judges.

        Raises:
            InvalidInput: the spec cannot work; nothing was sent.
            NameTaken, PortTaken, DomainTaken, QuotaExceeded, RightsMissing, NotFound:
                the service refused.
            ApiError: anything else that went wrong.
        """
        spec.check()
        if check:
            await self._rules.check_known(spec)
        try:
            answer = await self._session.ask(wire.create_call(spec))
        except (ServiceUnreachable, ServiceGarbled) as error:
            if (found := await self._created_unheard(spec, error)) is None:
                raise
            return found
        return wire.created(answer) or await self._created(spec.name)

    async def check(self, spec: TunnelSpec) -> None:
        """Hold a spec against what its node and the account's group allow.

        Asks for the node, and for the account if the node is for members. Whether name,
        port and domain are free only the service knows. `create` and `update` do the
        same, but go on where node or account cannot be read.

        Raises:
            InvalidInput: it cannot work, and `field` says what to change.
            ApiError: node or account cannot be read.
        """
        spec.check()
        await self._rules.check(spec)

    @overload
    async def update(
        self, tunnel_id: TunnelId, spec: TunnelSpec, *, check: bool = True
    ) -> Tunnel: ...
    @overload
    async def update(
        self, tunnel_id: TunnelId, *, check: bool = True, **changes: Unpack[Changes]
    ) -> Updated: ...

    async def update(
        self,
        tunnel_id: TunnelId,
        spec: TunnelSpec | None = None,
        *,
        check: bool = True,
        **changes: Any,
    ) -> Tunnel | Updated:
        """Change some fields of a tunnel, or give it all settings of `spec`.

        The service resets what an update leaves out, so with `changes` the tunnel is
        read first and sent whole; one that is like that already is not sent at all.
        Returns the tunnel for a spec, and what has changed for changes. `check` is that
        of `create`; changes that no rule of a node speaks of are not held against them.

        Raises:
            InvalidInput: that cannot work; nothing was sent.
            NotFound: the account has no such tunnel.
            ApiError: anything else that went wrong, as for `create`.
        """
        if spec is not None:
            if changes:
                raise TypeError("a spec holds every field; give it or changes")
            return await self._replace(tunnel_id, spec, check=check)
        before = await self._find(tunnel_id)
        after = changed(before, changes)
        what = difference(before, after)
        if not what:
            return Updated(tunnel=before, difference={})
        check = check and not what.keys().isdisjoint(RULED_FIELDS)
        tunnel = await self._replace(tunnel_id, after, check=check)
        return Updated(tunnel=tunnel, difference=what)

    async def delete(self, tunnel_id: TunnelId, *, missing_ok: bool = False) -> None:
        """Delete a tunnel; a running frpc is not stopped by that.

        With `missing_ok` it is safe to repeat: a tunnel that is gone is what was asked
        for, and where the answer was lost the list of tunnels decides.

        Raises:
            NotFound: the account has no such tunnel, unless that is fine.
            ApiError: anything else that went wrong.
        """
        try:
            await self._session.ask_first(
                wire.delete_calls(tunnel_id), is_lost=envelope.is_unknown_route
            )
        except NotFound:
            if not missing_ok:
                raise
        except (ServiceUnreachable, ServiceGarbled):
            if not missing_ok or await self._exists(tunnel_id):
                raise

    async def offline(self, name: str) -> None:
        """End the session that holds the tunnel at its node, whoever runs it.

        Raises:
            NotFound: the account has no such tunnel.
            ApiError: anything else that went wrong.
        """
        await self._session.ask(wire.offline_call(name))

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

    async def _replace(
        self, tunnel_id: TunnelId, spec: TunnelSpec, *, check: bool
    ) -> Tunnel:
        spec.check()
        if check:
            await self._rules.check_known(spec)
        data = await self._session.ask(wire.update_call(tunnel_id, spec))
        return wire.updated(data, tunnel_id=tunnel_id, spec=spec)

    async def _find(self, tunnel_id: TunnelId) -> Tunnel:
        for tunnel in await self.list():
            if tunnel.id == tunnel_id:
                return tunnel
        raise NotFound(f"the account has no tunnel {tunnel_id}", field="tunnel")

    async def _exists(self, tunnel_id: TunnelId) -> bool:
        """Return whether it is listed; also if nobody can say."""
        try:
            return any(tunnel.id == tunnel_id for tunnel in await self.list())
        except ApiError:
            return True

    async def _created_unheard(
        self, spec: TunnelSpec, error: ApiError
    ) -> Tunnel | None:
        """Return what a creation made whose answer was lost; None if nothing is seen.

        The service has each name once, so a tunnel like the spec is the one asked for.
        """
        if isinstance(error, ServiceUnreachable) and not error.is_sent:
            return None
        try:
            listed = await self.list()
        except ApiError:
            error.hint = _UNKNOWN_HINT
            return None
        return next((each for each in listed if _is_asked_for(each, spec)), None)

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


def _is_asked_for(tunnel: Tunnel, spec: TunnelSpec) -> bool:
    """Return whether they are one; the service may write hosts and domains anew."""
    domains = [(each.domain or "").lower() for each in (tunnel, spec)]
    return domains[0] == domains[1] and all(
        getattr(tunnel, field) == getattr(spec, field) for field in _TOLD_APART_BY
    )
