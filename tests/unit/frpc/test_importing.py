"""Configs that somebody else wrote: taken as far as they can be, never shown in errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.errors import InvalidInput
from chmlfrp.frpc.importing import read

INI = """\ufeff
# from somewhere
[common]
server_addr = node.example
server_port = 7000
token = canary-token
user = canary-user

[web]
type = http
local_ip = 127.0.0.1
local_port = 80
custom_domains = a.example, b.example
header_X-From-Where = frp

[mc]
type=tcp
local_port:25565
remote_port = 20001
"""
TOML = """
serverAddr = "node.example"
auth.token = "canary-token"
[[proxies]]
name = "mc"
type = "tcp"
localIP = "10.0.0.2"
localPort = 25565
remotePort = 20001
transport.useEncryption = true
[[proxies]]
name = "web"
type = "https"
localPort = 443
customDomains = ["a.example", "b.example"]
[proxies.plugin]
type = "https2http"
"""


def test_an_ini_is_read_with_its_keys_as_they_are_spelled():
    found = read(INI)
    assert found.server == "node.example"
    web, mc = found.proxies
    assert web.name == "web"
    assert web.entries["header_X-From-Where"] == "frp"
    assert (mc.entries["local_port"], mc.entries["remote_port"]) == ("25565", "20001")
    assert "canary" not in repr(found)


def test_a_toml_is_read_under_the_names_of_the_ini():
    found = read(TOML)
    mc, web = found.proxies
    assert mc.entries["use_encryption"] == "true"
    assert mc.entries["local_ip"] == "10.0.0.2"
    assert web.entries["custom_domains"] == "a.example,b.example"
    assert web.entries["plugin.type"] == "https2http"


@pytest.mark.parametrize("text", ["canary = 1", "[[proxies]]\ncanary", "[common\na=b"])
def test_what_is_no_config_is_refused_without_showing_it(text):
    with pytest.raises(InvalidInput) as refused:
        read(text)
    assert refused.value.field == "file"
    assert "canary" not in str(refused.value)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for head in ("", "[a]\n", "[[proxies]]\n"):
        try:
            read(head + text)
        except InvalidInput:
            continue
