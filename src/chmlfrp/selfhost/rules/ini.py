"""The ini that frpc reads, as the service hands it out."""

from dataclasses import dataclass

from chmlfrp.selfhost.rules.tunnel import TunnelForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The head of the file: which node, and who is calling."""

    server_addr: str
    server_port: int
    user: str
    token: str


def render(common: Common, tunnels: list[TunnelForm]) -> str:
    """Return the file; every section ends with a blank line."""
    head = [
        "[common]",
        f"server_addr = {common.server_addr}",
        f"server_port = {common.server_port}",
        "tls_enable = false",
        f"user = {common.user}",
        f"token = {common.token}",
    ]
    sections = [head, *(_section(tunnel) for tunnel in tunnels)]
    return "".join("\n".join(lines) + "\n\n" for lines in sections)


def _section(tunnel: TunnelForm) -> list[str]:
    lines = [
        f"[{tunnel.name}]",
        f"type = {tunnel.type}",
        f"local_ip = {tunnel.local_ip}",
        f"local_port = {tunnel.local_port}",
    ]
    if tunnel.remote_port is not None:
        lines.append(f"remote_port = {tunnel.remote_port}")
    if tunnel.domain is not None:
        lines.append(f"custom_domains = {tunnel.domain}")
    if tunnel.encryption:
        lines.append("use_encryption = true")
    if tunnel.compression:
        lines.append("use_compression = true")
    return [*lines, *tunnel.extra.split("\n")] if tunnel.extra else lines
