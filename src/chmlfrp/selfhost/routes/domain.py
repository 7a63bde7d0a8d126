"""The five routes of free sub-domains."""

import msgspec
from litestar.di import NamedDependency
from litestar.handlers import post, route

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.rules import domain as rules
from chmlfrp.selfhost.store import account, domain
from chmlfrp.selfhost.takes import RECORD_TYPE, costly, takes
from chmlfrp.selfhost.wire import Reply


class DomainRow(msgspec.Struct, kw_only=True):
    """A domain that names may be had under."""

    id: int
    domain: str
    remarks: str | None
    has_filing: bool = msgspec.field(name="icpFiling")


class RecordRow(msgspec.Struct, kw_only=True):
    """A name that the account has."""

    id: int
    userid: int
    domain: str
    record: str
    type: str
    target: str
    remarks: str | None
    ttl: str


@route("/list_available_domains", http_method=METHODS, status_code=200)
async def list_available_domains(
    context: NamedDependency[Context],
) -> Reply[list[DomainRow]]:
    """List the domains; needs no token."""
    async with context.database.read() as session:
        found = await domain.available(session)
    rows = [
        DomainRow(
            id=one.id,
            domain=one.domain,
            remarks=one.remarks,
            has_filing=one.has_filing,
        )
        for one in found
    ]
    return Reply(msg="获取可用域名列表成功", data=rows)


@post(
    "/create_free_subdomain",
    status_code=200,
    opt=costly(
        "token?",
        "domain",
        "record",
        "type",
        "target",
        "ttl",
        "remarks?",
        type=RECORD_TYPE,
    ),
)
async def create_free_subdomain(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Take a name under one of the domains."""
    async with context.database.write() as session:
        user = await account.by_token(session, params.token())
        form = rules.read_form(params)
        place = await domain.by_name(session, form.domain)
        rules.check_ttl(form.ttl, place.least_ttl_s)
        rules.check_quota(user.group, await domain.used(session, user.id))
        await domain.create(session, form, domain_id=place.id, user_id=user.id)
    return Reply(msg="免费二级域名创建成功")


@post(
    "/update_free_subdomain",
    status_code=200,
    opt=takes("token?", "domain", "record", "target", "ttl"),
)
async def update_free_subdomain(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Point a name elsewhere: target and TTL change, anything else is ignored."""
    async with context.database.write() as session:
        user = await account.by_token(session, params.token())
        place = await domain.by_name(session, rules.read_domain(params))
        found = await domain.owned(
            session,
            domain_id=place.id,
            record=rules.read_record(params),
            user_id=user.id,
        )
        ttl = rules.read_ttl(params)
        rules.check_ttl(ttl, place.least_ttl_s)
        found.target = rules.check_target(params.text("target"), found.type)
        found.ttl = ttl
    return Reply(msg="免费二级域名修改成功")


@post(
    "/delete_free_subdomain", status_code=200, opt=takes("token?", "domain", "record")
)
async def delete_free_subdomain(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[None]:
    """Give a name back."""
    async with context.database.write() as session:
        user = await account.by_token(session, params.token())
        place = await domain.by_name(session, rules.read_domain(params))
        found = await domain.owned(
            session,
            domain_id=place.id,
            record=rules.read_record(params),
            user_id=user.id,
        )
        await session.delete(found)
    return Reply(msg="免费二级域名删除成功")


@route(
    "/get_user_free_subdomains",
    http_method=METHODS,
    status_code=200,
    opt=takes("token?"),
)
async def get_user_free_subdomains(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[list[RecordRow]]:
    """List the account's names."""
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        found = await domain.of_user(session, user.id)
    rows = [
        RecordRow(
            id=one.id,
            userid=one.user_id,
            domain=one.domain.domain,
            record=one.record,
            type=one.type,
            target=one.target,
            remarks=one.remarks,
            ttl=one.ttl,
        )
        for one in found
    ]
    return Reply(msg="用户所有已创建的免费二级域名获取成功", data=rows)
