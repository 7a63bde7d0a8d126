from dataclasses import replace

import pytest

from chmlfrp.errors import ConfigRejected
from chmlfrp.frpc import ini, proxy
from chmlfrp.model.tunnel import TunnelType
from support import tmodel

TCP = proxy.Proxy(
    name="web",
    type=TunnelType.TCP,
    local_ip="127.0.0.1",
    local_port=8080,
    remote_port=20001,
)
HTTP = proxy.Proxy(
    name="web",
    type=TunnelType.HTTP,
    local_ip="127.0.0.1",
    local_port=8080,
    custom_domains=("a.example",),
)


def read(text: str) -> proxy.Proxy:
    return proxy.read(ini.read(text)[0])


def test_a_port_tunnel_is_read():
    text = "[web]\ntype = tcp\nlocal_ip = 127.0.0.1\nlocal_port = 8080\n"
    assert read(f"{text}remote_port = 20001") == TCP


def test_a_web_tunnel_is_read_with_flags_and_extra_keys():
    found = read(
        "[隧道]\ntype = https\nlocal_ip = ::1\nlocal_port = 443\n"
        "custom_domains = a.example, *.b.example\nuse_encryption = true\n"
        "use_compression = 1\nproxy_protocol_version = v2"
    )
    assert found.custom_domains == ("a.example", "*.b.example")
    assert found.use_encryption
    assert found.use_compression
    assert found.extra == (("proxy_protocol_version", "v2"),)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("type = ftp", "type"),
        ("local_port = abc", "local_port"),
        ("local_port = 0", "local_port"),
        ("local_port = 65536", "local_port"),
        ("local_port = ８０", "local_port"),
        ("remote_port = ", "remote_port"),
        ("local_ip = a b", "local_ip"),
        ("use_encryption = maybe", "use_encryption"),
    ],
)
def test_a_bad_value_is_refused_by_name(line, field):
    given = {"type": "tcp", "local_port": "80", "remote_port": "20001"}
    key, _, value = line.partition(" = ")
    keys = "\n".join(f"{k} = {v}" for k, v in (given | {key: value}).items())
    with pytest.raises(ConfigRejected) as refused:
        read(f"[web]\n{keys}")
    assert refused.value.field == field


@pytest.mark.parametrize("key", ["type", "local_port", "remote_port"])
def test_a_missing_key_is_refused_by_name(key):
    given = {"type": "tcp", "local_port": "80", "remote_port": "20001"}
    del given[key]
    with pytest.raises(ConfigRejected) as refused:
        read("[web]\n" + "\n".join(f"{k} = {v}" for k, v in given.items()))
    assert refused.value.field == key


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "a]b"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a.b"}, "name"),
        ({"name": "range:a"}, "name"),
        ({"name": "common"}, "name"),
        ({"name": ""}, "name"),
        ({"local_ip": "a\nb"}, "local_ip"),
        ({"local_port": 0}, "local_port"),
        ({"remote_port": None}, "remote_port"),
        ({"remote_port": 70000}, "remote_port"),
        ({"extra": (("plugin", "static_file"),)}, "plugin"),
        ({"extra": (("plugin_local_path", "/"),)}, "plugin_local_path"),
        ({"extra": (("role", "visitor"),)}, "role"),
        ({"extra": (("remote_port", "1"),)}, "remote_port"),
        ({"extra": (("a b", "1"),)}, "key"),
        ({"extra": (("http_pwd", "{{"),)}, "http_pwd"),
    ],
)
def test_what_frpc_must_not_be_told_is_refused(changes, field):
    with pytest.raises(ConfigRejected) as refused:
        proxy.entries_of(replace(TCP, **changes))
    assert refused.value.field == field


@pytest.mark.parametrize("domains", [(), ("",), ("a b",), ("a,b",)])
def test_a_web_tunnel_needs_domains(domains):
    with pytest.raises(ConfigRejected) as refused:
        proxy.check(replace(HTTP, custom_domains=domains))
    assert refused.value.field == "custom_domains"


def test_a_proxy_like_its_record_differs_in_nothing():
    assert proxy.differences(TCP, tmodel.spec()) == []
    web = tmodel.spec(type=TunnelType.HTTP, remote_port=None, domain="A.example")
    assert proxy.differences(HTTP, web) == []


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"local_ip": "10.0.0.1"}, ["local_host"]),
        ({"local_port": 1, "remote_port": 2}, ["local_port", "remote_port"]),
        ({"type": TunnelType.UDP}, ["type"]),
        ({"use_encryption": True}, ["encryption"]),
        ({"use_compression": True}, ["compression"]),
    ],
)
def test_differences_carry_the_names_of_the_record(changes, fields):
    assert proxy.differences(replace(TCP, **changes), tmodel.spec()) == fields


def test_another_domain_is_a_difference():
    web = tmodel.spec(type=TunnelType.HTTP, remote_port=None, domain="b.example")
    assert proxy.differences(HTTP, web) == ["domain"]
