"""Free sub-domains."""

from chmlfrp.api import wire_domain
from chmlfrp.api.session import Session
from chmlfrp.model.domain import (
    DEFAULT_TTL_S,
    FreeDomain,
    RecordType,
    Subdomain,
    SubdomainSpec,
    check_key,
    check_target,
    check_ttl,
)


class Domains:
    """`client.domains`. Only `available` needs no token; all raise ApiError."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def available(self) -> list[FreeDomain]:
        """Return the domains under which names can be had."""
        return wire_domain.domains(await self._session.ask(wire_domain.domains_call()))

    async def list(self) -> list[Subdomain]:
        """Return the account's names, of record types this version knows."""
        return wire_domain.subdomains(
            await self._session.ask(wire_domain.subdomains_call())
        )

    async def create(self, spec: SubdomainSpec) -> None:
        """Take a name.

        Raises:
            InvalidInput: the spec can never work; nothing was sent.
            DomainTaken, QuotaExceeded: the service refused.
            ApiError: anything else that went wrong.
        """
        spec.check()
        await self._session.ask(wire_domain.create_call(spec))

    async def update(
        self,
        name: Subdomain,
        *,
        target: str | None = None,
        ttl_s: int | None = None,
    ) -> None:
        """Point a name elsewhere; what is not given stays, type and notes always do.

        Raises:
            InvalidInput: the name's type cannot point there; nothing was sent.
            ApiError: anything else that went wrong.
        """
        target = name.target if target is None else target
        ttl_s = (name.ttl_s or DEFAULT_TTL_S) if ttl_s is None else ttl_s
        check_key(name.domain, name.record)
        check_target(target, RecordType(name.type))
        check_ttl(ttl_s)
        call = wire_domain.update_call(
            name.domain, name.record, target=target, ttl_s=ttl_s
        )
        await self._session.ask(call)

    async def delete(self, domain: str, record: str) -> None:
        """Give a name back; NotFound if the account has no such name."""
        check_key(domain, record)
        await self._session.ask(wire_domain.delete_call(domain, record))
