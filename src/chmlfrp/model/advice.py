"""Which record a name needs for visitors to reach a tunnel, and whose record it is."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from chmlfrp.model.domain import (
    RecordType,
    Subdomain,
    is_host_name,
    is_ipv4,
    is_ipv6,
)
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelType

MINECRAFT = "_minecraft._tcp"
"""Before a name: where Minecraft Java looks for host and port of a server."""
MINECRAFT_PORT = 25565


class AdviceCode(StrEnum):
    """What is to be known about a record; worded by `words.advice`."""

    NODE_HAS_NAME = "node_has_name"
    NODE_HAS_IPV4 = "node_has_ipv4"
    NODE_HAS_IPV6 = "node_has_ipv6"
    HIDES_PORT = "hides_port"
    """Players of Minecraft Java need not type the port."""
    PORT_STAYS = "port_stays"
    """A name does not stand for a port: visitors type that as well."""
    TUNNEL_NEEDS_NAME = "tunnel_needs_name"
    """A site answers to the domain in its tunnel only; put the name there, too."""
    FILING_NEEDED = "filing_needed"
    """Sites under this domain are not shown on mainland nodes."""


class RecordAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """One way to point a name at a tunnel."""

    type: RecordType
    target: str
    prefix: str = ""
    """To stand before the record, as `_minecraft._tcp`; mostly empty."""
    codes: tuple[AdviceCode, ...] = ()


def advise(
    tunnel: Tunnel,
    *,
    name: str = "",
    has_filing: bool | None = None,
    is_in_mainland: bool | None = None,
) -> tuple[RecordAdvice, ...]:
    """Return the ways, the best first; none while the node's address is unknown.

    Args:
        name: the whole name that is thought of, empty if none is yet.
        has_filing: whether its domain is filed; None if that is not known.
        is_in_mainland: the tunnel's node; None if that is not known.
    """
    plain = _plain(tunnel.node_host)
    if plain is None:
        return ()
    kind, code = plain
    codes = [code]
    if not tunnel.type.is_web:
        codes.append(AdviceCode.PORT_STAYS)
    elif name and tunnel.domain != name:
        codes.append(AdviceCode.TUNNEL_NEEDS_NAME)
    if tunnel.type.is_web and has_filing is False and is_in_mainland:
        codes.append(AdviceCode.FILING_NEEDED)
    direct = RecordAdvice(type=kind, target=tunnel.node_host, codes=tuple(codes))
    return (*_service(tunnel), direct)


def users_of(record: Subdomain, tunnels: Iterable[Tunnel]) -> tuple[TunnelId, ...]:
    """Return the tunnels whose visitors come by this record."""
    return tuple(each.id for each in tunnels if _is_used(record, each))


def _plain(host: str) -> tuple[RecordType, AdviceCode] | None:
    if is_ipv4(host):
        return RecordType.A, AdviceCode.NODE_HAS_IPV4
    if is_ipv6(host):
        return RecordType.AAAA, AdviceCode.NODE_HAS_IPV6
    if is_host_name(host):
        return RecordType.CNAME, AdviceCode.NODE_HAS_NAME
    return None


def _service(tunnel: Tunnel) -> tuple[RecordAdvice, ...]:
    """Return the service record of what is likely to be a Minecraft server."""
    is_game = tunnel.type is TunnelType.TCP and tunnel.local_port == MINECRAFT_PORT
    if not is_game or not is_host_name(tunnel.node_host):
        return ()
    target = f"0 5 {tunnel.remote_port} {tunnel.node_host}"
    return (
        RecordAdvice(
            type=RecordType.SRV,
            target=target,
            prefix=MINECRAFT,
            codes=(AdviceCode.NODE_HAS_NAME, AdviceCode.HIDES_PORT),
        ),
    )


def _is_used(record: Subdomain, tunnel: Tunnel) -> bool:
    if tunnel.type.is_web:
        return _covers(tunnel.domain or "", record.name)
    if not tunnel.node_host:
        return False
    if record.type is not RecordType.SRV:
        return _same_host(record.target, tunnel.node_host)
    *_, port, host = record.target.split(" ")
    return port == str(tunnel.remote_port) and (
        _same_host(host, tunnel.node_host)
        or host.rstrip(".").endswith(f".{record.domain}")
    )


def _covers(domain: str, name: str) -> bool:
    if domain.startswith("*."):
        return name.lower().endswith(domain[1:].lower())
    return domain.lower() == name.lower()


def _same_host(one: str, other: str) -> bool:
    return one.rstrip(".").lower() == other.rstrip(".").lower()
