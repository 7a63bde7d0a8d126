"""The free sub-domains of a scripted daemon."""

import builtins
from collections.abc import Callable

import msgspec

from chmlfrp.control.domain import CreateDomain, DomainView, EditDomain
from chmlfrp.model.advice import RecordAdvice
from chmlfrp.model.domain import FreeDomain, RecordType, Subdomain


class ScriptedDomains:
    """`note` keeps every command, under `domains.…`, and raises what it is to raise."""

    def __init__(self, note: Callable[..., None]) -> None:
        self._note = note
        self.free = [FreeDomain(id=1, name="example.cn", has_filing=True)]
        self.views: builtins.list[DomainView] = []
        self.ways: builtins.list[RecordAdvice] = []

    async def offers(self) -> builtins.list[FreeDomain]:
        self._note("domains.offers")
        return self.free

    async def list(self) -> builtins.list[DomainView]:
        self._note("domains.list")
        return self.views

    async def create(self, command: CreateDomain) -> DomainView:
        self._note("domains.create", command)
        record = Subdomain(
            id=9,
            domain=command.domain,
            record=command.record,
            type=command.type or RecordType.CNAME,
            target=command.target or "node.example",
        )
        return DomainView(record=record)

    async def edit(self, domain: str, record: str, command: EditDomain) -> DomainView:
        self._note("domains.edit", (domain, record, command))
        view = next(v for v in self.views if v.record.record == record)
        fields = msgspec.structs.asdict(command)
        if isinstance(fields["target"], str):
            after = msgspec.structs.replace(view.record, target=fields["target"])
            view = msgspec.structs.replace(view, record=after)
        return view

    async def delete(self, domain: str, record: str) -> None:
        self._note("domains.delete", (domain, record))

    async def advice(self, tunnel_id: int, *, name: str) -> builtins.list[RecordAdvice]:
        self._note("domains.advice", (tunnel_id, name))
        return self.ways
