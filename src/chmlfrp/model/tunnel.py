"""A tunnel: a local port joined to a public port or domain on a node."""

import re
from enum import StrEnum
from typing import NewType

import msgspec

from chmlfrp.errors import InvalidInput

TunnelId = NewType("TunnelId", int)
ALL_TUNNELS = TunnelId(0)
"""Where an id is asked for and all tunnels may be meant; no tunnel has it."""

_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")
_DOMAIN = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})+")
_IPV6 = re.compile(r"[0-9A-Fa-f:]+(:[0-9.]+)?(%[A-Za-z0-9]+)?")


class TunnelType(StrEnum):
    """What the tunnel carries."""

    TCP = "tcp"
    UDP = "udp"
    HTTP = "http"
    HTTPS = "https"

    @property
    def is_web(self) -> bool:
        """True where a domain takes the place of the remote port."""
        return self in (TunnelType.HTTP, TunnelType.HTTPS)


class TunnelSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decides about a tunnel; enough to create it again."""

    name: str
    node: str
    type: TunnelType
    local_host: str = "127.0.0.1"
    local_port: int
    remote_port: int | None = None
    """tcp and udp only."""
    domain: str | None = None
    """http and https only."""
    encryption: bool = False
    compression: bool = False
    extra: str = ""
    """Raw ini lines that the service adds to the tunnel's section."""

    def check(self) -> None:
        """Raise InvalidInput for the first field that can never work anywhere."""
        if not _NAME.fullmatch(self.name):
            raise InvalidInput(
                f"tunnel name {self.name!r} may hold only letters, digits and _",
                hint="use 1 to 64 of A-Z a-z 0-9 _",
                field="name",
            )
        if not self.node:
            raise InvalidInput("no node was named", field="node")
        if not (_HOST.fullmatch(self.local_host) or _IPV6.fullmatch(self.local_host)):
            raise InvalidInput(
                f"local host {self.local_host!r} is no address or host name",
                field="local_host",
            )
        _check_port(self.local_port, "local_port")
        if self.type.is_web:
            self._check_web()
        else:
            self._check_port_pair()

    def _check_web(self) -> None:
        if self.remote_port is not None:
            raise InvalidInput(
                f"a {self.type} tunnel has a domain, not a remote port",
                hint="leave the remote port out",
                field="remote_port",
            )
        if not self.domain:
            raise InvalidInput(
                f"a {self.type} tunnel needs a domain",
                hint="name the domain that points at the node",
                field="domain",
            )
        if not _DOMAIN.fullmatch(self.domain) or self.domain.replace(".", "").isdigit():
            raise InvalidInput(f"{self.domain!r} is no domain", field="domain")

    def _check_port_pair(self) -> None:
        if self.domain is not None:
            raise InvalidInput(
                f"a {self.type} tunnel has a remote port, not a domain",
                hint="leave the domain out",
                field="domain",
            )
        if self.remote_port is None:
            raise InvalidInput(
                f"a {self.type} tunnel needs a remote port",
                hint="name a free port of the node's range",
                field="remote_port",
            )
        _check_port(self.remote_port, "remote_port")


class Tunnel(TunnelSpec, frozen=True, kw_only=True):
    """A tunnel as the account has it."""

    id: TunnelId
    node_host: str = ""
    """Where visitors reach the node; empty while the service does not say."""
    is_node_online: bool | None = None
    """None while the service does not say; "gone for good" counts as False."""
    is_online: bool = False
    """The service's own view of whether frpc is connected; it lags."""
    last_started_at: str = ""
    client_version: str = ""
    today_in_bytes: int = 0
    today_out_bytes: int = 0
    connections: int = 0

    @property
    def spec(self) -> TunnelSpec:
        """The part that a person decides."""
        return TunnelSpec(**{name: getattr(self, name) for name in SPEC_FIELDS})


SPEC_FIELDS: tuple[str, ...] = TunnelSpec.__struct_fields__


def _check_port(port: int, field: str) -> None:
    if not 1 <= port <= 65535:
        raise InvalidInput(
            f"{field.replace('_', ' ')} {port} is not between 1 and 65535", field=field
        )
