"""The file that frps is started with."""

from dataclasses import dataclass

import tomlkit

from chmlfrp.selfhost.rules.proxy import OPS
from chmlfrp.selfhost.store.models import Node

DASHBOARD_USER = "service"
KEEPALIVE_S = 10
"""A client that fell silent frees its names and ports after twice this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginDoor:
    """Where frps asks before it lets anything happen."""

    port: int
    key: str


def render(node: Node, door: PluginDoor) -> str:
    """Return the TOML; it holds secrets."""
    settings: dict[str, object] = {
        "bindAddr": node.bind,
        "bindPort": node.port,
        "proxyBindAddr": node.bind,
        "allowPorts": [{"start": node.first_port, "end": node.last_port}],
        "auth": {"method": "token", "token": node.node_token},
        "log": {"to": "console", "level": "warn", "disablePrintColor": True},
        "transport": {"tcpMuxKeepaliveInterval": KEEPALIVE_S},
        "webServer": {
            "addr": "127.0.0.1",
            "port": node.dashboard_port,
            "user": DASHBOARD_USER,
            "password": node.dashboard_password,
        },
        "httpPlugins": [
            {
                "name": "chmlfrp",
                "addr": f"127.0.0.1:{door.port}",
                "path": f"/plugin/{door.key}",
                "ops": list(OPS),
            }
        ],
    }
    if node.allows_web:
        settings["vhostHTTPPort"] = node.http_port
        settings["vhostHTTPSPort"] = node.https_port
    # Plain keys first: TOML would read them into the last table.
    ordered = sorted(
        settings.items(), key=lambda item: isinstance(item[1], dict | list)
    )
    return tomlkit.dumps(dict(ordered))
