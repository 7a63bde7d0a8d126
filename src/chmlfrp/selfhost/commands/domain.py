"""`domain add`, `domain list`, `domain remove` and `domain zone`."""

from dataclasses import dataclass
from typing import Annotated

import typer
from sqlalchemy import select

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.commands.plain import noun, verb
from chmlfrp.selfhost.commands.shared import (
    AsJson,
    Data,
    answer,
    answer_json,
    tell,
    with_database,
)
from chmlfrp.selfhost.rules.domain import TTLS, check_name
from chmlfrp.selfhost.store import domain as domains
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.nodemodels import FreeDomain, FreeRecord
from chmlfrp.words.language import say

app = noun(
    say("用户可以取二级域名的域名。", "Domains under which accounts may have names.")
)

Name = Annotated[str, typer.Argument(help=say("域名。", "The domain."))]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainLine:
    """A domain as the commands print it."""

    id: int
    domain: str
    filing: bool
    least_ttl: int
    remarks: str | None


@verb(app, "add", say("提供一个域名。", "Offer a domain."))
def add(
    *,
    name: Name,
    data: Data,
    filing: Annotated[
        bool,
        typer.Option("--filing", help=say("此域名已备案。", "It has an ICP filing.")),
    ] = False,
    least_ttl: Annotated[
        str, typer.Option(help=say("最短的 TTL。", "The shortest TTL."))
    ] = "1分钟",
    remarks: Annotated[
        str, typer.Option(help=say("介绍。", "What people should know of it."))
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Offer a domain."""

    async def work(database: Database) -> FreeDomain:
        if least_ttl not in TTLS:
            raise InvalidInput(
                f"{least_ttl!r} is no TTL",
                hint="use one of " + ", ".join(TTLS),
                field="least-ttl",
            )
        made = FreeDomain(
            domain=check_name(name),
            has_filing=filing,
            least_ttl_s=TTLS[least_ttl],
            remarks=remarks or None,
        )
        async with database.write() as session:
            await domains.offer(session, made)
        return made

    line = _line(with_database(data, work))
    if as_json:
        answer_json(line)
    else:
        answer(say(f"已提供 {line.domain}", f"offering {line.domain}"))


@verb(app, "list", say("列出域名。", "List the domains."))
def show(*, data: Data, as_json: AsJson = False) -> None:
    """List the domains."""

    async def work(database: Database) -> list[FreeDomain]:
        async with database.read() as session:
            return list(await domains.available(session))

    lines = [_line(one) for one in with_database(data, work)]
    if as_json:
        answer_json(lines)
        return
    for line in lines:
        filing = say("已备案", "filed") if line.filing else "-"
        answer(f"{line.id}\t{line.domain}\t{filing}\t{line.remarks or ''}")
    if not lines:
        tell(
            say("还没有域名，用 domain add 添加", "no domains yet; add one: domain add")
        )


@verb(
    app,
    "remove",
    say("收回域名和它的所有记录。", "Take a domain back, with all its records."),
)
def remove(*, name: Name, data: Data) -> None:
    """Take a domain back, with all its records."""

    async def work(database: Database) -> int:
        async with database.write() as session:
            found = await session.scalar(
                select(FreeDomain).where(FreeDomain.domain == name)
            )
            if found is None:
                raise InvalidInput(f"there is no domain {name!r}", field="name")
            return await domains.take_back(session, found)

    count = with_database(data, work)
    answer(
        say(f"已收回 {name} 和 {count} 条记录", f"took back {name} and {count} records")
    )


@verb(
    app,
    "zone",
    say(
        "以区域文件格式打印域名的记录，供 DNS 服务器使用。",
        "Print a domain's records as a zone file, for a DNS server.",
    ),
)
def zone(*, name: Name, data: Data) -> None:
    """Print a domain's records as a zone file, for a DNS server."""

    async def work(database: Database) -> list[FreeRecord]:
        async with database.read() as session:
            return list(await domains.zone(session, name))

    for one in with_database(data, work):
        answer(_record(one))


def _record(one: FreeRecord) -> str:
    host, dot = one.target.rpartition(" ")[2], ""
    if one.type in ("CNAME", "SRV") and not host.endswith("."):
        dot = "."
    name = _ascii(one.record)
    target = " ".join(_ascii(part) for part in one.target.split(" "))
    return f"{name}\t{TTLS[one.ttl]}\tIN\t{one.type}\t{target}{dot}"


def _ascii(text: str) -> str:
    return text if text.isascii() else text.encode("idna").decode()


def _line(one: FreeDomain) -> DomainLine:
    return DomainLine(
        id=one.id,
        domain=one.domain,
        filing=one.has_filing,
        least_ttl=one.least_ttl_s,
        remarks=one.remarks,
    )
