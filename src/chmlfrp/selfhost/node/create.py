"""Making a new node from what a person said and what is free."""

import ipaddress
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.node.ports import DEFAULT_LENT, choose
from chmlfrp.selfhost.node.settle import PREFERRED_PORT
from chmlfrp.selfhost.rules.node import check_host, check_name, check_port
from chmlfrp.selfhost.rules.nodekey import digest
from chmlfrp.selfhost.store import node as nodes
from chmlfrp.selfhost.store.models import Node

STANDARD = (7000, 80, 443)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePlan:
    """What a person said of a node; None where they left it open."""

    name: str
    host: str = "127.0.0.1"
    port: int | None = None
    http_port: int | None = None
    https_port: int | None = None
    ports: tuple[int, int] = DEFAULT_LENT
    is_vip: bool = False
    allows_web: bool = True
    allows_udp: bool = True
    area: str = ""
    notes: str = ""
    join_key: str = ""
    """For a node on another host: what its agent joins with."""


REMOTE = {"port": 7000, "http_port": 8080, "https_port": 8443}
"""Ports of a node on another host, where nobody can look which are free."""


async def create(session: AsyncSession, plan: NodePlan) -> Node:
    """Return the new node with all its ports decided.

    Raises:
        InvalidInput: a value cannot be.
        SelfhostError: the name is taken, or no free port was found.
    """
    check_name(plan.name)
    check_host(plan.host)
    bind = bind_address(plan.host)
    avoid = await nodes.ports_in_use(session)
    lent = [*await nodes.port_ranges(session), range(plan.ports[0], plan.ports[1] + 1)]

    is_remote = bool(plan.join_key)

    def decide(said: int | None, field: str, *prefer: int) -> int:
        if is_remote:
            return check_port(said or REMOTE[field], field)
        port = said or choose(bind, prefer=prefer, avoid=avoid, lent=lent)
        avoid.add(check_port(port, field))
        return port

    new = nodes.NewNode(
        name=plan.name,
        host=plan.host,
        bind=bind,
        port=decide(plan.port, "port", PREFERRED_PORT),
        http_port=decide(plan.http_port, "http_port"),
        https_port=decide(plan.https_port, "https_port"),
        dashboard_port=choose("127.0.0.1", avoid=avoid, lent=lent),
        first_port=plan.ports[0],
        last_port=plan.ports[1],
        ports_chosen=any((plan.port, plan.http_port, plan.https_port)),
        area=plan.area,
        notes=plan.notes,
        is_vip=plan.is_vip,
        allows_web=plan.allows_web,
        allows_udp=plan.allows_udp,
        is_remote=is_remote,
        join_hash=digest(plan.join_key) if is_remote else None,
    )
    return await nodes.add(session, new)


def bind_address(host: str) -> str:
    """Return where to listen: on this machine only if that is all `host` reaches."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - a public name is meant to be reached
    if address.is_loopback:
        return str(address)
    return "::" if address.version == 6 else "0.0.0.0"  # noqa: S104 - as above
