"""The file that frps is started with."""

import tomlkit

from chmlfrp.selfhost.rules.proxy import OPS
from chmlfrp.selfhost.talk import Assignment

DASHBOARD_USER = "service"
KEEPALIVE_S = 10
"""A client that fell silent frees its names and ports after twice this time."""


def render(node: Assignment, *, door: int) -> str:
    """Return the TOML, which holds secrets; frps asks at the loopback port `door`."""
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
                "addr": f"127.0.0.1:{door}",
                "path": f"/plugin/{node.plugin_key}",
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
