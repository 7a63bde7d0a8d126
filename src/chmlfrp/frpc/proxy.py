"""One tunnel's section of the ini: read, written, and compared with the record."""

import re
from dataclasses import dataclass, field

from chmlfrp.frpc import ini
from chmlfrp.model.tunnel import TunnelSpec, TunnelType

_TYPES = frozenset(TunnelType)
_TYPED = frozenset(
    {
        "type",
        "local_ip",
        "local_port",
        "remote_port",
        "custom_domains",
        "use_encryption",
        "use_compression",
    }
)
_REFUSED = re.compile(r"plugin.*|role|bind_addr|bind_port")
"""Keys by which frpc would publish something else than local address and port."""
_NAME = re.compile(r"[\w-]{1,128}")
"""Without dots: frpc's parser lets `a.b` inherit from `a`."""
_RESERVED = frozenset({"common", "DEFAULT"})
_DOMAIN = re.compile(r"(\*\.)?[A-Za-z0-9._-]{1,253}")
_BOOLEANS = {
    **dict.fromkeys(("1", "t", "true", "y", "yes", "on"), True),
    **dict.fromkeys(("0", "f", "false", "n", "no", "off"), False),
}


PROXY_PROTOCOL = "proxy_protocol_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Our own door, through which frpc reaches the service: a Unix socket or a port.

    frpc hands the visitor's address on to it (plugin `unix_domain_socket` of frp).
    """

    path: str | None = None
    port: int | None = None

    def entries(self, proxy: "Proxy") -> list[tuple[str, str]]:
        """Return the keys and values that lead there."""
        asked = (PROXY_PROTOCOL, "v2")
        kept = [(k, v) for k, v in proxy.extra if k != PROXY_PROTOCOL]
        if self.path is not None:
            plugin = ("plugin", "unix_domain_socket")
            path = ("plugin_unix_path", self.path)
            # Nobody is led there, but frpc opens the tunnel anew when it changes.
            service = [
                ("local_ip", proxy.local_ip),
                ("local_port", str(proxy.local_port)),
            ]
            return [plugin, path, asked, *service, *kept]
        place = [("local_ip", "127.0.0.1"), ("local_port", str(self.port))]
        return [*place, asked, *kept]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """One tunnel as frpc is told."""

    name: str
    type: TunnelType
    local_ip: str
    local_port: int
    remote_port: int | None = None
    """tcp and udp only."""
    custom_domains: tuple[str, ...] = ()
    """http and https only."""
    use_encryption: bool = False
    use_compression: bool = False
    extra: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Other keys in their order; they may hold passwords."""
    behind: Behind | None = None
    """Set by us alone; a file that asks for such a thing is refused."""


def read(section: ini.Section) -> Proxy:
    """Return the section's meaning; the name and extra keys are left to `check`.

    Raises:
        ConfigRejected: naming line and key.
    """
    entries = section.entries
    kind = ini.get(section, "type")
    if kind.value not in _TYPES:
        ini.reject(f"type of {section.name} is none of ours", "type", kind.line)
    type_ = TunnelType(kind.value)
    local_ip = entries.get("local_ip", ini.Entry("127.0.0.1", section.line))
    ini.check_host(local_ip.value, "local_ip", local_ip.line)
    return Proxy(
        name=section.name,
        type=type_,
        local_ip=local_ip.value,
        local_port=ini.get_port(section, "local_port"),
        remote_port=None if type_.is_web else ini.get_port(section, "remote_port"),
        custom_domains=_domains(section) if type_.is_web else (),
        use_encryption=_flag(section, "use_encryption"),
        use_compression=_flag(section, "use_compression"),
        extra=tuple((k, e.value) for k, e in entries.items() if k not in _TYPED),
    )


def entries_of(proxy: Proxy) -> list[tuple[str, str]]:
    """Return the keys and values of the section.

    Raises:
        ConfigRejected: see `check`.
    """
    check(proxy)
    is_web = proxy.type.is_web
    public = ",".join(proxy.custom_domains) if is_web else str(proxy.remote_port)
    return [
        ("type", proxy.type.value),
        ("custom_domains" if is_web else "remote_port", public),
        ("use_encryption", ini.word_for(flag=proxy.use_encryption)),
        ("use_compression", ini.word_for(flag=proxy.use_compression)),
        *(_direct(proxy) if proxy.behind is None else proxy.behind.entries(proxy)),
    ]


def _direct(proxy: Proxy) -> list[tuple[str, str]]:
    return [
        ("local_ip", proxy.local_ip),
        ("local_port", str(proxy.local_port)),
        *proxy.extra,
    ]


def check(proxy: Proxy) -> None:
    """Refuse a tunnel that frpc must not be told of; others are not touched by it.

    Raises:
        ConfigRejected: naming the key.
    """
    if not _NAME.fullmatch(proxy.name) or proxy.name in _RESERVED:
        ini.reject(f"{proxy.name[:64]!a} cannot be a tunnel's name", "name")
    ini.check_host(proxy.local_ip, "local_ip")
    ini.check_port(proxy.local_port, "local_port")
    if proxy.type.is_web:
        if not _are_domains(proxy.custom_domains):
            ini.reject(f"tunnel {proxy.name} has no usable domain", "custom_domains")
    elif proxy.remote_port is None:
        ini.reject(f"tunnel {proxy.name} has no remote port", "remote_port")
    else:
        ini.check_port(proxy.remote_port, "remote_port")
    for key, value in proxy.extra:
        ini.check_key(key)
        ini.check_value(value, key)
        if key in _TYPED or _REFUSED.fullmatch(key):
            ini.reject(f"tunnel {proxy.name} must not set {key}", key)


def differences(proxy: Proxy, expected: TunnelSpec) -> list[str]:
    """Return the fields, as the record names them, in which the proxy differs from it.

    Extra lines are not compared: the service spells them in its own way.
    """
    is_web = expected.type.is_web
    domain = (expected.domain or "").lower() if is_web else ""
    pairs = {
        "type": (proxy.type, expected.type),
        "local_host": (proxy.local_ip.lower(), expected.local_host.lower()),
        "local_port": (proxy.local_port, expected.local_port),
        "remote_port": (proxy.remote_port, None if is_web else expected.remote_port),
        "domain": (",".join(proxy.custom_domains).lower(), domain),
        "encryption": (proxy.use_encryption, expected.encryption),
        "compression": (proxy.use_compression, expected.compression),
    }
    return [name for name, (told, recorded) in pairs.items() if told != recorded]


def _domains(section: ini.Section) -> tuple[str, ...]:
    entry = ini.get(section, "custom_domains")
    domains = tuple(part.strip() for part in entry.value.split(","))
    if not _are_domains(domains):
        ini.reject("custom_domains is no domain", "custom_domains", entry.line)
    return domains


def _are_domains(domains: tuple[str, ...]) -> bool:
    return bool(domains) and all(_DOMAIN.fullmatch(domain) for domain in domains)


def _flag(section: ini.Section, key: str) -> bool:
    entry = section.entries.get(key)
    if entry is None:
        return False
    flag = _BOOLEANS.get(entry.value.lower())
    if flag is None:
        ini.reject(f"{key} is neither true nor false", key, entry.line)
    return flag
