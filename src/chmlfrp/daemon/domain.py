"""Free sub-domains: which lead where, and changes to them."""

import builtins
from collections.abc import Callable, Iterable

from msgspec import UNSET

from chmlfrp.control.domain import CreateDomain, DomainView, EditDomain
from chmlfrp.control.protocol import Snapshot
from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.names import target_on
from chmlfrp.daemon.node import Nodes
from chmlfrp.errors import DomainTaken, InvalidInput, NotFound
from chmlfrp.model.advice import RecordAdvice, advise, users_of
from chmlfrp.model.domain import FreeDomain, Subdomain, SubdomainSpec
from chmlfrp.model.tunnel import Tunnel


class DomainDesk:
    """Asks the service each time; raises InvalidInput before that, and ApiError."""

    def __init__(
        self, keeper: AccountKeeper, nodes: Nodes, *, snapshot: Callable[[], Snapshot]
    ) -> None:
        self._keeper = keeper
        self._nodes = nodes
        self._snapshot = snapshot

    async def offers(self) -> builtins.list[FreeDomain]:
        """Return the domains under which names can be had."""
        return await self._keeper.client.domains.available()

    async def list(self) -> builtins.list[DomainView]:
        """Return the account's names and the tunnels that they lead to."""
        tunnels = self._tunnels()
        return [_view(record, tunnels) for record in await self._records()]

    async def create(self, command: CreateDomain) -> DomainView:
        """Take a name; what is left out follows from the tunnel."""
        self._keeper.require()
        spec = self._spec(command)
        spec.check()
        self._check_offered(spec, await self.offers())
        if any(one.name.lower() == spec.name.lower() for one in await self._records()):
            raise DomainTaken(
                f"the account has {spec.name} already",
                hint="point it elsewhere: chmlfrp domain edit",
                field="record",
            )
        await self._keeper.client.domains.create(spec)
        return await self._seen(spec)

    async def edit(self, domain: str, record: str, command: EditDomain) -> DomainView:
        """Point a name elsewhere; what is unset stays."""
        found = await self._find(domain, record)
        target = None if command.target is UNSET else command.target
        if command.tunnel is not None and target is None:
            target = target_on(found, self._tunnel(command.tunnel))
        ttl_s = None if command.ttl_s is UNSET else command.ttl_s
        if target is None and ttl_s is None:
            raise InvalidInput("nothing to change", field="target")
        await self._keeper.client.domains.update(found, target=target, ttl_s=ttl_s)
        return await self._seen(found)

    async def delete(self, domain: str, record: str) -> None:
        """Give a name back."""
        self._keeper.require()
        await self._keeper.client.domains.delete(domain, record)

    async def advice(
        self, tunnel_id: int, *, name: str = ""
    ) -> builtins.list[RecordAdvice]:
        """Return records that would lead to the tunnel, the best first."""
        tunnel = self._tunnel(tunnel_id)
        filed = None
        if name and tunnel.type.is_web:
            offers = await self.offers()
            filed = next((o.has_filing for o in offers if _is_under(name, o)), None)
        return list(
            advise(
                tunnel,
                name=name,
                has_filing=filed,
                is_in_mainland=await self._is_in_mainland(tunnel.node),
            )
        )

    def _spec(self, command: CreateDomain) -> SubdomainSpec:
        kind, target, record = command.type, command.target, command.record
        if command.tunnel is not None and (kind is None or target is None):
            advice = self._advised(command)
            kind, target = kind or advice.type, target or advice.target
            if advice.prefix and not record.startswith("_"):
                record = f"{advice.prefix}.{record}"
        if kind is None or target is None:
            raise InvalidInput(
                "type and target are missing",
                hint="name both, or the tunnel that the name is to lead to",
                field="target",
            )
        return SubdomainSpec(
            domain=command.domain,
            record=record,
            type=kind,
            target=target,
            ttl_s=command.ttl_s,
            notes=command.notes,
        )

    def _advised(self, command: CreateDomain) -> RecordAdvice:
        assert command.tunnel is not None
        tunnel = self._tunnel(command.tunnel)
        ways = advise(tunnel)
        fitting = [one for one in ways if command.type in (None, one.type)]
        if not fitting:
            raise InvalidInput(
                f"no record of that type leads to tunnel {tunnel.name}",
                hint="see which do: chmlfrp domain advice",
                field="type",
            )
        return fitting[0]

    @staticmethod
    def _check_offered(spec: SubdomainSpec, offers: Iterable[FreeDomain]) -> None:
        names = [offer.name for offer in offers]
        if spec.domain not in names:
            raise InvalidInput(
                f"no names can be had under {spec.domain}",
                hint=f"take one of {', '.join(names)}" if names else "",
                field="domain",
            )

    async def _records(self) -> builtins.list[Subdomain]:
        self._keeper.require()
        return await self._keeper.client.domains.list()

    async def _find(self, domain: str, record: str) -> Subdomain:
        wanted = f"{record}.{domain}".lower()
        for found in await self._records():
            if found.name.lower() == wanted:
                return found
        raise NotFound(
            f"the account has no name {record}.{domain}",
            hint="see what there is: chmlfrp domain list",
            field="record",
        )

    async def _seen(self, spec: SubdomainSpec) -> DomainView:
        """Return the name as the service has it now."""
        tunnels = self._tunnels()
        for record in await self._records():
            if record.name.lower() == spec.name.lower():
                return _view(record, tunnels)
        fields = {name: getattr(spec, name) for name in SubdomainSpec.__struct_fields__}
        return _view(Subdomain(id=0, **fields), tunnels)

    async def _is_in_mainland(self, node: str) -> bool | None:
        views = await self._nodes.list()
        return next((one.is_in_mainland for one in views if one.name == node), None)

    def _tunnel(self, tunnel_id: int) -> Tunnel:
        view = self._snapshot().tunnels.get(tunnel_id)
        if view is None or view.tunnel is None:
            raise InvalidInput(
                f"there is no tunnel {tunnel_id}",
                hint="see what there is: chmlfrp tunnel list",
                field="tunnel",
            )
        return view.tunnel

    def _tunnels(self) -> builtins.list[Tunnel]:
        views = self._snapshot().tunnels.values()
        return [view.tunnel for view in views if view.tunnel is not None]


def _view(record: Subdomain, tunnels: Iterable[Tunnel]) -> DomainView:
    return DomainView(record=record, used_by=users_of(record, tunnels))


def _is_under(name: str, offer: FreeDomain) -> bool:
    return name.lower().endswith(f".{offer.name.lower()}")
