"""What frpc is told: the service's ini read strictly, our own ini written.

Only what a tunnel needs is taken over. Keys by which a file could make frpc write files,
open doors or publish something else than the record says are left behind (in `common`)
or refused (in a tunnel).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chmlfrp.frpc import ini
from chmlfrp.frpc import proxy as proxies
from chmlfrp.frpc.admin import Admin
from chmlfrp.frpc.proxy import Proxy
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelSpec

HEARTBEAT_S = 30
"""Upstream sends none by default; a node can only turn away whom it hears."""
KEEP_ALIVE_S = 10
"""A silent link is noticed after this and 10 s more; frpc's own 30 would mean 40 s."""
DIAL_TIMEOUT_S = 10

_KEPT = frozenset(
    {
        "authenticate_heartbeats",
        "authenticate_new_work_conns",
        "authentication_method",
        "dial_server_keepalive",
        "disable_custom_tls_first_byte",
        "http_proxy",
        "pool_count",
        "protocol",
        "tcp_mux",
        "tls_server_name",
        "udp_packet_size",
    }
)
_OWN = frozenset({"server_addr", "server_port", "user", "token"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FrpcConfig:
    """A node, an account, and the tunnels between them."""

    server_addr: str
    server_port: int
    user: Secret
    token: Secret
    other: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Further keys of `common` that were kept; they may hold passwords."""
    proxies: Mapping[str, Proxy] = field(default_factory=dict)
    ignored: tuple[str, ...] = field(default=(), compare=False)
    """Keys of `common` that were left behind."""


def parse(text: str) -> FrpcConfig:
    """Return what the service's ini says.

    Raises:
        ConfigRejected: naming the line and the key that cannot be used.
    """
    sections = {section.name: section for section in ini.read(text)}
    common = sections.pop("common", None)
    if common is None:
        ini.reject("there is no section common", "common")
    user = ini.get(common, "user")
    if not user.value:
        ini.reject("user is empty", "user", user.line)
    server = ini.get(common, "server_addr")
    ini.check_host(server.value, "server_addr", server.line)
    token = common.entries.get("token")
    return FrpcConfig(
        server_addr=server.value,
        server_port=ini.get_port(common, "server_port"),
        user=Secret(user.value),
        token=Secret(token.value if token else ""),
        other={k: e.value for k, e in common.entries.items() if _is_kept(k)},
        proxies={name: proxies.read(section) for name, section in sections.items()},
        ignored=tuple(k for k in common.entries if k not in _OWN and not _is_kept(k)),
    )


def render(
    config: FrpcConfig,
    *,
    tls: bool,
    admin: Admin | None = None,
    keep_alive_s: int = KEEP_ALIVE_S,
    heartbeat_s: int = HEARTBEAT_S,
    dial_timeout_s: int = DIAL_TIMEOUT_S,
    log_level: str = "info",
) -> str:
    """Return the ini that frpc is run with; `parse` reads it back as it was.

    The text holds the account's token: it belongs into a private file only. frpc ends
    when its first login fails, so that its exit says why.

    Raises:
        ConfigRejected: naming the first value that cannot be written.
    """
    ours = {
        "tls_enable": ini.word_for(flag=tls),
        "login_fail_exit": "true",
        "log_level": log_level,
        "disable_log_color": "true",
        "dial_server_timeout": str(dial_timeout_s),
        "tcp_mux_keepalive_interval": str(keep_alive_s),
        "heartbeat_interval": str(heartbeat_s),
    }
    if admin is not None:
        ours["admin_addr"] = admin.host
        ours["admin_port"] = str(admin.port)
        ours["admin_user"] = admin.user
        ours["admin_pwd"] = admin.password.reveal()
    common = [*_common_entries(config), *ours.items()]
    sections = ((p.name, proxies.entries_of(p)) for p in config.proxies.values())
    return ini.write([("common", common), *sections])


def led(config: FrpcConfig, *, proxy: str = "", protocol: str = "tcp") -> FrpcConfig:
    """Return the config with another way to the node than frpc's own.

    proxy: an http or socks5 address through which the node is dialled.
    protocol: what is spoken on the way; a node must offer what is not tcp.
    """
    ways = {"http_proxy": proxy, "protocol": "" if protocol == "tcp" else protocol}
    given = {key: value for key, value in ways.items() if value}
    return replace(config, other={**config.other, **given}) if given else config


def mismatches(config: FrpcConfig, expected: TunnelSpec) -> list[str]:
    """Return the fields, as the record names them, in which the ini differs from it.

    `name` alone means that the ini does not have the tunnel.
    """
    proxy = config.proxies.get(expected.name)
    return ["name"] if proxy is None else proxies.differences(proxy, expected)


def _common_entries(config: FrpcConfig) -> list[tuple[str, str]]:
    ini.check_host(config.server_addr, "server_addr")
    ini.check_port(config.server_port, "server_port")
    if not config.user:
        ini.reject("user is empty", "user")
    for key in config.other:
        if not _is_kept(key):
            ini.reject(f"{key} is not for others to set", key)
    return [
        ("server_addr", config.server_addr),
        ("server_port", str(config.server_port)),
        ("user", config.user.reveal()),
        ("token", config.token.reveal()),
        *config.other.items(),
    ]


def _is_kept(key: str) -> bool:
    return key in _KEPT or key.startswith("meta_")
