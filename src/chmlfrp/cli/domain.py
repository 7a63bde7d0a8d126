"""`chmlfrp domain`: free sub-domains."""

from typing import TYPE_CHECKING

import click
from msgspec import UNSET

from chmlfrp.cli.ask import confirm
from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import noun
from chmlfrp.cli.options import with_json, with_tunnel
from chmlfrp.cli.output import err, out, out_json, out_table
from chmlfrp.control.domain import CreateDomain, DomainView, EditDomain
from chmlfrp.errors import InvalidInput
from chmlfrp.model.advice import RecordAdvice
from chmlfrp.model.domain import DEFAULT_TTL_S, FreeDomain, RecordType
from chmlfrp.words.advice import word_advice
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

app = noun(say("免费二级域名。", "Free sub-domains."))

_with_name = click.argument(
    "name",
    metavar="NAME",
    help=say("完整的域名，如 mc.example.cn。", "The whole name, as mc.example.cn."),
)
_with_target = click.option(
    "--target",
    metavar="TARGET",
    help=say("记录值；SRV 写“优先级 权重 端口 主机名”。", "Where it points."),
)
_to_tunnel = click.option(
    "--tunnel",
    metavar="TUNNEL",
    help=say("指向这条隧道。", "Have it lead to this tunnel."),
)


@app.command("list", help=say("列出账户的域名。", "List the account's names."))
@with_json
def list_domains(is_json: bool) -> None:
    """Print the names, and the tunnels that use them."""

    async def work(client: "ControlClient") -> tuple[list[DomainView], dict[int, str]]:
        views = (await client.snapshot()).tunnels
        return await client.domains.list(), {i: v.name for i, v in views.items()}

    found, names = run(work)
    if is_json:
        out_json(found)
    elif found:
        _show_table(found, names)
    else:
        err(say("还没有域名", "there are no names yet"))


@app.command(help=say("可以申请的域名。", "Domains that names can be had under."))
@with_json
def offers(is_json: bool) -> None:
    """Print the free domains."""
    found: list[FreeDomain] = run(lambda client: client.domains.offers())
    if is_json:
        out_json(found)
        return
    head = (say("域名", "DOMAIN"), say("备案", "FILED"), say("说明", "NOTES"))
    rows = [
        (one.name, say("是", "yes") if one.has_filing else say("否", "no"), one.notes)
        for one in found
    ]
    out_table(head, rows)


@app.command(help=say("申请一个域名。", "Take a name."))
@_with_name
@_to_tunnel
@click.option("--type", "kind", type=click.Choice([one.value for one in RecordType]))
@_with_target
@click.option("--ttl", type=int, default=DEFAULT_TTL_S, metavar="SECONDS")
@click.option("--notes", default="", metavar="TEXT")
@with_json
def create(
    name: str,
    tunnel: str | None,
    kind: str | None,
    target: str | None,
    ttl: int,
    notes: str,
    is_json: bool,
) -> None:
    """Take a name that leads to a tunnel, or is of the type and target named."""

    async def work(client: "ControlClient") -> DomainView:
        offered = [one.name for one in await client.domains.offers()]
        domain, record = _split(name, offered)
        command = CreateDomain(
            domain=domain,
            record=record,
            type=RecordType(kind) if kind else None,
            target=target,
            tunnel=await _tunnel_id(client, tunnel),
            ttl_s=ttl,
            notes=notes,
        )
        return await client.domains.create(command)

    _show(run(work), json=is_json)


@app.command(help=say("修改域名的指向。", "Point a name elsewhere."))
@_with_name
@_to_tunnel
@_with_target
@click.option("--ttl", type=int, metavar="SECONDS")
@with_json
def edit(
    name: str, tunnel: str | None, target: str | None, ttl: int | None, is_json: bool
) -> None:
    """Change where the name points, or its lifetime."""

    async def work(client: "ControlClient") -> DomainView:
        domain, record = await _key(client, name)
        command = EditDomain(
            target=UNSET if target is None else target,
            ttl_s=UNSET if ttl is None else ttl,
            tunnel=await _tunnel_id(client, tunnel),
        )
        return await client.domains.edit(domain, record, command)

    _show(run(work), json=is_json)


@app.command(help=say("归还一个域名。", "Give a name back."))
@_with_name
@click.option("-y", "--yes", is_flag=True, help=say("不再询问。", "Do not ask."))
def delete(name: str, yes: bool) -> int:
    """Give a name back, after asking; 1 if the person thinks better of it."""
    if not confirm(say(f"归还域名 {name}？", f"give {name} back?"), yes=yes):
        err(say("没有归还", "nothing was changed"))
        return 1

    async def work(client: "ControlClient") -> None:
        await client.domains.delete(*await _key(client, name))

    run(work)
    out(say("已归还：", "given back: "), name)
    return 0


@app.command(help=say("指向隧道该用哪种记录。", "Which record leads to a tunnel."))
@with_tunnel
@click.option("--name", default="", metavar="NAME", help=say("打算用的域名。", "Name."))
@with_json
def advice(tunnel: str, name: str, is_json: bool) -> None:
    """Print records that would lead to the tunnel, the best first."""

    async def work(client: "ControlClient") -> list[RecordAdvice]:
        tunnel_id = await _tunnel_id(client, tunnel)
        assert tunnel_id is not None
        return await client.domains.advice(tunnel_id, name=name)

    found = run(work)
    if is_json:
        out_json(found)
        return
    for way in found:
        out(f"{way.type}  {way.prefix}  {way.target}".replace("    ", "  "))
        for code in way.codes:
            out("  ", word_advice(code))


async def _key(client: "ControlClient", name: str) -> tuple[str, str]:
    """Return domain and record of a name that the account has."""
    return _split(name, [one.record.domain for one in await client.domains.list()])


def _split(name: str, domains: list[str]) -> tuple[str, str]:
    """Return domain and record; the longest domain counts.

    Raises:
        InvalidInput: it is under none of the domains.
    """
    for domain in sorted(set(domains), key=len, reverse=True):
        if name.lower().endswith(f".{domain.lower()}"):
            return domain, name[: -len(domain) - 1]
    raise InvalidInput(
        f"{name} is under none of the domains there are",
        hint="see them: chmlfrp domain offers",
        field="domain",
    )


async def _tunnel_id(client: "ControlClient", tunnel: str | None) -> int | None:
    from chmlfrp.cli.tunnel.find import find

    if tunnel is None:
        return None
    _, (view,) = await find(client, [tunnel])
    return view.id


def _show(view: DomainView, *, json: bool) -> None:
    if json:
        out_json(view)
    else:
        record = view.record
        out(f"{record.name}  {record.type}  {record.target}")


def _show_table(views: list[DomainView], names: dict[int, str]) -> None:
    head = (
        say("域名", "NAME"),
        say("类型", "TYPE"),
        say("记录值", "TARGET"),
        "TTL",
        say("隧道", "TUNNELS"),
    )
    rows = [
        (
            view.record.name,
            str(view.record.type),
            view.record.target,
            str(view.record.ttl_s),
            ", ".join(names.get(i, str(i)) for i in view.used_by) or "-",
        )
        for view in views
    ]
    out_table(head, rows)
