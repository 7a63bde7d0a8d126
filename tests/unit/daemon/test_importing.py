"""From a file to commands: what can be made is offered, the rest is told."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.control.archive import FoundTunnel
from chmlfrp.daemon.importing import found_tunnels
from chmlfrp.errors import InvalidInput
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import TunnelType
from chmlfrp.model.tunnelfile import FATAL, ImportCode, TunnelFile, filed
from support import tmodel

COMMON = "[common]\nserver_addr = node.example\ntoken = canary\n"


def node_at(host: str) -> str:
    return "东京" if host == "node.example" else ""


def read(section: str, **entries: Any) -> FoundTunnel:
    given = {"type": "tcp", "local_port": 80, "remote_port": 20001} | entries
    lines = [f"{key} = {value}" for key, value in given.items() if value is not None]
    text = "\n".join([COMMON, f"[{section}]", *lines])
    (found,) = found_tunnels(text, node_at)
    return found


def codes(found: FoundTunnel) -> list[ImportCode]:
    return [note.code for note in found.notes]


def test_a_tunnel_is_found_with_its_node():
    found = read("mc", use_encryption="true", local_ip="10.0.0.2")
    assert found.command is not None
    assert (found.command.name, found.command.node) == ("mc", "东京")
    assert (found.command.encryption, found.command.local_host) == (True, "10.0.0.2")
    assert codes(found) == []


def test_a_site_keeps_its_first_domain_and_its_extra_lines():
    found = read(
        "abc.我的-web",
        type="http",
        remote_port=None,
        custom_domains="a.example, b.example",
        locations="/x",
    )
    assert found.command is not None
    assert (found.command.domain, found.command.extra) == (
        "a.example",
        "locations = /x",
    )
    assert found.command.name == "web"
    assert codes(found) == [
        ImportCode.NAME_CHANGED,
        ImportCode.DOMAINS_DROPPED,
        ImportCode.EXTRA_KEPT,
    ]


@pytest.mark.parametrize(
    ("section", "entries", "code"),
    [
        ("range:a", {}, ImportCode.RANGE_UNSUPPORTED),
        ("a", {"type": "stcp"}, ImportCode.TYPE_UNSUPPORTED),
        ("a", {"plugin": "socks5"}, ImportCode.PLUGIN_UNSUPPORTED),
        ("a", {"local_port": None}, ImportCode.UNREADABLE),
        ("a", {"local_port": "x"}, ImportCode.UNREADABLE),
        ("a", {"remote_port": 70000}, ImportCode.UNREADABLE),
        ("a", {"type": "http", "remote_port": None}, ImportCode.UNREADABLE),
    ],
)
def test_what_cannot_be_had_is_told(section, entries, code):
    found = read(section, **entries)
    assert (found.command, codes(found)) == (None, [code])
    assert code in FATAL


def test_a_port_that_frps_was_to_choose_is_chosen():
    for port in (0, None):
        found = read("a", remote_port=port)
        assert found.command is not None
        assert found.command.remote_port is None


def test_a_server_that_nobody_knows_leaves_the_node_open():
    (found,) = found_tunnels("[common]\nserver_addr=x\n[a]\nlocal_port=1\n", node_at)
    assert found.command is not None
    assert (found.command.node, codes(found)) == ("", [ImportCode.NODE_UNKNOWN])


def test_an_export_comes_back_as_it_was_less_its_passwords():
    site = tmodel.tunnel(
        1,
        type=TunnelType.HTTP,
        remote_port=None,
        domain="a.example",
        extra="http_user = me\nhttp_pwd = canary",
    )
    options = TunnelOptions(group="home")
    file = TunnelFile(tunnels=(filed(site, options),))
    text = msgspec.json.encode(file).decode()
    assert "canary" not in text
    (found,) = found_tunnels(text, node_at)
    assert found.command is not None
    assert (found.command.domain, found.command.extra) == (
        "a.example",
        "http_user = me",
    )
    assert found.options == options


@pytest.mark.parametrize(
    "text",
    ['{"format": "other"}', '{"version": 2}', "{", '{"tunnels": [{}]}', "x" * 600_000],
    ids=["other", "newer", "half", "empty", "long"],
)
def test_another_file_is_refused(text):
    with pytest.raises(InvalidInput) as refused:
        found_tunnels(text, node_at)
    assert refused.value.field == "file"


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.text()))
def test_no_section_is_a_fault(entries):
    lines = [f"{key} = {value}" for key, value in entries.items()]
    text = "\n".join([COMMON, "[a]", "local_port = 1", *lines])
    try:
        found = found_tunnels(text, node_at)
    except InvalidInput:
        return
    for one in found:
        assert (one.command is None) == bool(FATAL & set(codes(one)))
