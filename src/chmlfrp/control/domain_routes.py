"""The routes of free sub-domains."""

from chmlfrp.control.domain import CreateDomain, DomainView, EditDomain
from chmlfrp.control.protocol import Accepted
from chmlfrp.control.route import Call, Route
from chmlfrp.model.advice import RecordAdvice
from chmlfrp.model.domain import FreeDomain


async def _offers(call: Call) -> list[FreeDomain]:
    return await call.backend.domains.offers()


async def _list(call: Call) -> list[DomainView]:
    return await call.backend.domains.list()


async def _create(call: Call) -> DomainView:
    return await call.backend.domains.create(call.body)


async def _edit(call: Call) -> DomainView:
    domain, record = call.path("domain"), call.path("record")
    return await call.backend.domains.edit(domain, record, call.body)


async def _delete(call: Call) -> Accepted:
    await call.backend.domains.delete(call.path("domain"), call.path("record"))
    return Accepted()


async def _advice(call: Call) -> list[RecordAdvice]:
    return await call.backend.domains.advice(call.tunnel_id, name=call.text("name"))


_ONE = "/v1/domains/{domain}/{record}"

DOMAIN_ROUTES = (
    Route("GET", "/v1/domains", "The account's names", list[DomainView], _list),
    Route("GET", "/v1/domains/offers", "Free domains", list[FreeDomain], _offers),
    Route("POST", "/v1/domains", "Take one", DomainView, _create, body=CreateDomain),
    Route("PATCH", _ONE, "Point it elsewhere", DomainView, _edit, body=EditDomain),
    Route("DELETE", _ONE, "Give it back", Accepted, _delete),
    Route(
        "GET",
        "/v1/tunnels/{id:int}/records",
        "Records that would lead to it",
        list[RecordAdvice],
        _advice,
    ),
)
