from typing import Any

from chmlfrp.selfhost.rules.ini import Common, render
from chmlfrp.selfhost.rules.tunnel import TunnelForm

COMMON = Common(server_addr="node.example", server_port=7000, user="u", token="t")
HEAD = (
    "[common]\nserver_addr = node.example\nserver_port = 7000\n"
    "tls_enable = false\nuser = u\ntoken = t\n\n"
)


def tunnel(**changes: Any) -> TunnelForm:
    values = {
        "name": "web",
        "node": "home",
        "type": "tcp",
        "local_ip": "127.0.0.1",
        "local_port": 80,
        **changes,
    }
    return TunnelForm(**values)


def test_a_tcp_tunnel_reads_as_captured() -> None:
    assert render(COMMON, [tunnel(remote_port=20001)]) == HEAD + (
        "[web]\ntype = tcp\nlocal_ip = 127.0.0.1\nlocal_port = 80\n"
        "remote_port = 20001\n\n"
    )


def test_domain_options_and_extra_lines_come_in_this_order() -> None:
    text = render(
        COMMON,
        [
            tunnel(
                type="http",
                domain="a.example.com",
                encryption=True,
                compression=True,
                extra="locations = /\nhttp_user = x",
            )
        ],
    )
    assert text.removeprefix(HEAD).split("\n")[4:] == [
        "custom_domains = a.example.com",
        "use_encryption = true",
        "use_compression = true",
        "locations = /",
        "http_user = x",
        "",
        "",
    ]
