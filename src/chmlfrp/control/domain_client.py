"""`client.domains`."""

import builtins
from urllib.parse import quote

from chmlfrp.control.asking import Ask
from chmlfrp.control.domain import CreateDomain, DomainView, EditDomain
from chmlfrp.control.protocol import Accepted
from chmlfrp.model.advice import RecordAdvice
from chmlfrp.model.domain import FreeDomain


class DomainClient:
    """Free sub-domains; every method raises ChmlFrpError."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def offers(self) -> builtins.list[FreeDomain]:
        """Return the domains under which names can be had."""
        return await self._ask(list[FreeDomain], "GET", "/v1/domains/offers")

    async def list(self) -> builtins.list[DomainView]:
        """Return the account's names."""
        return await self._ask(list[DomainView], "GET", "/v1/domains")

    async def create(self, command: CreateDomain) -> DomainView:
        """Take a name."""
        return await self._ask(DomainView, "POST", "/v1/domains", command)

    async def edit(self, domain: str, record: str, command: EditDomain) -> DomainView:
        """Point a name elsewhere."""
        return await self._ask(DomainView, "PATCH", _path(domain, record), command)

    async def delete(self, domain: str, record: str) -> None:
        """Give a name back."""
        await self._ask(Accepted, "DELETE", _path(domain, record))

    async def advice(
        self, tunnel_id: int, *, name: str = ""
    ) -> builtins.list[RecordAdvice]:
        """Return records that would lead visitors to the tunnel, the best first."""
        path = f"/v1/tunnels/{tunnel_id}/records?name={quote(name, safe='')}"
        return await self._ask(list[RecordAdvice], "GET", path)


def _path(domain: str, record: str) -> str:
    return f"/v1/domains/{quote(domain, safe='')}/{quote(record, safe='')}"
