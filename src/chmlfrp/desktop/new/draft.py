"""What is being decided about a tunnel that is not there yet."""

import secrets
import string
from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from chmlfrp.control.protocol import CreateTunnel
from chmlfrp.desktop.design.tokens import Tone
from chmlfrp.errors import InvalidInput
from chmlfrp.model.advice import MINECRAFT
from chmlfrp.model.domain import check_key, is_host_name
from chmlfrp.model.doorkeeping import suggested
from chmlfrp.model.exposure import Exposed, exposed
from chmlfrp.model.guard import Guard
from chmlfrp.model.node import PortRange
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import SPEC_FIELDS, TunnelSpec, TunnelType

LETTERS = string.ascii_lowercase + string.digits
ANY_PORT = 1
"""Stands for a port that is chosen later, so that the rest can be checked."""


class Share(StrEnum):
    """What a person wants others to reach."""

    JAVA = "java"
    BEDROCK = "bedrock"
    TERRARIA = "terraria"
    WEB = "web"
    DESKTOP = "desktop"
    SSH = "ssh"
    OTHER = "other"


class Custom(msgspec.Struct, frozen=True, kw_only=True):
    """What such a thing usually is."""

    kind: TunnelType
    glyph: str
    tone: Tone
    ports: tuple[int, ...] = ()
    """Where its programs listen, the usual one first."""
    programs: tuple[str, ...] = ()
    """Beginnings of their names."""
    called: str
    """With what a tunnel's name begins."""


CUSTOMS: dict[Share, Custom] = {
    Share.JAVA: Custom(
        kind=TunnelType.TCP,
        glyph="game",
        tone=Tone.GOOD,
        ports=(25565,),
        programs=("java", "javaw"),
        called="mc",
    ),
    Share.BEDROCK: Custom(
        kind=TunnelType.UDP,
        glyph="phone",
        tone=Tone.GOOD,
        ports=(19132,),
        programs=("bedrock_server", "minecraft"),
        called="bedrock",
    ),
    Share.TERRARIA: Custom(
        kind=TunnelType.TCP,
        glyph="sword",
        tone=Tone.BUSY,
        ports=(7777,),
        programs=("terraria",),
        called="terraria",
    ),
    Share.WEB: Custom(
        kind=TunnelType.HTTP,
        glyph="domains",
        tone=Tone.ACCENT,
        ports=(80, 8080, 3000, 5173, 8000, 5000, 8096, 443),
        programs=("nginx", "caddy", "apache2", "httpd", "node", "python"),
        called="web",
    ),
    Share.DESKTOP: Custom(
        kind=TunnelType.TCP,
        glyph="screen",
        tone=Tone.ACCENT,
        ports=(3389, 5900),
        programs=("xrdp", "xvnc", "x11vnc", "winvnc", "tvnserver"),
        called="rdp",
    ),
    Share.SSH: Custom(
        kind=TunnelType.TCP,
        glyph="terminal",
        tone=Tone.IDLE,
        ports=(22,),
        programs=("sshd", "dropbear"),
        called="ssh",
    ),
    Share.OTHER: Custom(
        kind=TunnelType.TCP, glyph="plug", tone=Tone.IDLE, called="tunnel"
    ),
}


class Way(StrEnum):
    """By what visitors come."""

    PORT = "port"
    FREE = "free"
    """A free sub-domain of the service."""
    OWN = "own"
    """A domain of the person's."""


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A free sub-domain to be had together with the tunnel."""

    domain: str
    record: str

    @property
    def whole(self) -> str:
        """What visitors type."""
        return f"{self.record}.{self.domain}"


@dataclass(kw_only=True)
class Draft:
    """The answers so far."""

    share: Share = Share.JAVA
    kind: TunnelType = TunnelType.TCP
    local_host: str = "127.0.0.1"
    local_port: int = 0
    service: str = ""
    """What was found there, as people know it."""
    exposed: Exposed | None = None
    """What is dangerous about publishing it."""
    takes_rules: bool = True
    """Whether the rules that are offered for that are wanted."""
    node: str = ""
    node_host: str = ""
    way: Way = Way.PORT
    remote_port: int | None = None
    own_domain: str = ""
    free: Name | None = None
    name: str = ""

    @property
    def custom(self) -> Custom:
        """What such a thing usually is."""
        return CUSTOMS[self.share]

    @property
    def asked_kind(self) -> TunnelType:
        """What the node has to be able to carry, whichever way visitors come."""
        return self.kind if self.share is Share.OTHER else self.custom.kind

    @property
    def wants_srv(self) -> bool:
        """Whether a service record can hide the port from players."""
        can = not self.node_host or is_host_name(self.node_host)
        return can and self.share is Share.JAVA and self.free is not None

    @property
    def address(self) -> str:
        """What visitors will type as far as it is known; empty parts are chosen later."""
        if self.kind.is_web:
            return f"{self.kind}://{self.domain}"
        host = self.free.whole if self.free else self.node_host or self.node
        if self.wants_srv:
            return host
        return f"{host}:{self.remote_port}" if self.remote_port else host

    @property
    def rules(self) -> Guard | None:
        """The rules that are offered, None where none would help."""
        return None if self.exposed is None else suggested(self.exposed, self.kind)

    @property
    def options(self) -> TunnelOptions:
        """What is kept of it beside the record."""
        rules = self.rules if self.takes_rules else None
        return TunnelOptions() if rules is None else TunnelOptions(guard=rules)

    @property
    def domain(self) -> str | None:
        """The domain of the tunnel's record."""
        if not self.kind.is_web:
            return None
        return self.free.whole if self.free else self.own_domain

    def take(self, command: CreateTunnel) -> None:
        """Begin anew with the answers of that."""
        self.share = share_of(command.type, command.local_port)
        self.kind = command.type
        self.local_host, self.local_port = command.local_host, command.local_port
        self.service = self.node_host = ""
        self.exposed = exposed(command.local_port, kind=command.type)
        self.node, self.name = command.node, command.name or ""
        self.way = Way.OWN if command.type.is_web else Way.PORT
        self.remote_port, self.free = command.remote_port, None
        self.own_domain = command.domain or ""

    def check(self) -> None:
        """Raise InvalidInput for the first answer that can never work."""
        command = self.command()
        fields = {field: getattr(command, field) for field in SPEC_FIELDS}
        if not self.kind.is_web:
            fields["remote_port"] = command.remote_port or ANY_PORT
        TunnelSpec(**fields).check()
        if self.free is not None:
            check_key(self.free.domain, self.free.record)

    def command(self) -> CreateTunnel:
        """Return what creates it."""
        return CreateTunnel(
            name=self.name,
            node=self.node,
            type=self.kind,
            local_host=self.local_host,
            local_port=self.local_port,
            remote_port=None if self.kind.is_web else self.remote_port,
            domain=self.domain,
        )


def share_of(kind: TunnelType, port: int) -> Share:
    """Return what is most likely meant by them."""
    if kind.is_web:
        return Share.WEB
    for share, custom in CUSTOMS.items():
        if custom.kind is kind and port in custom.ports:
            return share
    return Share.OTHER


def check_lent(port: int, ports: PortRange | None) -> None:
    """Raise InvalidInput if the node does not lend the port; None: nobody knows."""
    if ports is not None and port not in ports:
        raise InvalidInput(
            f"remote port {port} is not one of {ports}", field="remote_port"
        )


def a_name(share: Share, taken: Container[str]) -> str:
    """Return a name that nobody is likely to have."""
    while True:
        tail = "".join(secrets.choice(LETTERS) for _ in range(5))
        if (name := f"{CUSTOMS[share].called}_{tail}") not in taken:
            return name


def service_record(record: str) -> str:
    """Return under what Minecraft looks for host and port."""
    return f"{MINECRAFT}.{record}"
