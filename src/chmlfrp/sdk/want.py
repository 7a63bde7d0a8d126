"""What a program wants reachable, and which tunnel of the account will do."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from chmlfrp.errors import InvalidInput, NotFound
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.tunnel import Tunnel, TunnelSpec, TunnelType


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A local port that is to have an address; what is None does not matter."""

    local_port: int
    type: TunnelType = TunnelType.TCP
    local_host: str = "127.0.0.1"
    node: str | None = None
    name: str | None = None
    remote_port: int | None = None
    domain: str | None = None

    def fits(self, tunnel: Tunnel) -> bool:
        """Return whether the tunnel is what is wanted."""
        wanted = (self.node, self.name, self.remote_port, self.domain)
        has = (tunnel.node, tunnel.name, tunnel.remote_port, tunnel.domain)
        return (
            (tunnel.type, tunnel.local_host, tunnel.local_port)
            == (self.type, self.local_host, self.local_port)
            and tunnel.is_node_online is not False
            and all(w in (None, h) for w, h in zip(wanted, has, strict=True))
        )

    def spec(self, node: NodeDetail) -> TunnelSpec:
        """Return a tunnel to create on that node, with name and port chosen."""
        port = self.remote_port
        if port is None and not self.type.is_web and node.ports is not None:
            port = node.ports.any()
        return TunnelSpec(
            name=self.name or f"py_{secrets.token_hex(4)}",
            node=node.name,
            type=self.type,
            local_host=self.local_host,
            local_port=self.local_port,
            remote_port=port,
            domain=self.domain,
        )


def want(local_port: int, type_: str, **options: str | int | None) -> Want:
    """Return what is wanted; raises InvalidInput for a type that does not exist."""
    try:
        kind = TunnelType(type_)
    except ValueError:
        raise InvalidInput(
            f"there is no type {type_!r}",
            hint="take tcp, udp, http or https",
            field="type",
        ) from None
    given = {name: value for name, value in options.items() if value is not None}
    found = Want(local_port=local_port, type=kind, **given)  # type: ignore[arg-type]  # the caller's signature is typed
    if not 1 <= local_port <= 65535:
        raise InvalidInput(
            f"local port {local_port} is not between 1 and 65535", field="local_port"
        )
    if kind.is_web and not found.domain:
        raise InvalidInput(f"a {kind} tunnel needs a domain", field="domain")
    return found


class Candidate(Protocol):
    """What is known of a node before it is asked."""

    @property
    def name(self) -> str: ...
    @property
    def is_vip(self) -> bool: ...


C = TypeVar("C", bound=Candidate)


def pick(nodes: Iterable[C]) -> C:
    """Return the first node that is for everybody; raises NotFound."""
    for node in nodes:
        if not node.is_vip:
            return node
    raise NotFound("no node that would do is online", hint="name one", field="node")
