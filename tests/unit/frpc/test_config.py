from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.errors import ConfigRejected
from chmlfrp.frpc.admin import Admin, verify
from chmlfrp.frpc.config import FrpcConfig, led, mismatches, parse, render
from chmlfrp.frpc.lines import Masker
from chmlfrp.frpc.proxy import Proxy
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelType
from support import tmodel

CAPTURED = """[common]
server_addr = 192.0.2.7
server_port = 7000
tls_enable = false
user = usercanary
token = ChmlFrpToken

[web]
type = tcp
local_ip = 127.0.0.1
local_port = 132
remote_port = 49736

"""
ADMIN = Admin(port=7400, user="chmlfrp", password=Secret("admincanary"), mask=Masker())


def test_the_ini_of_the_service_is_read():
    config = parse(CAPTURED)
    assert (config.server_addr, config.server_port) == ("192.0.2.7", 7000)
    assert config.user == Secret("usercanary")
    assert config.token == Secret("ChmlFrpToken")
    assert config.proxies["web"].remote_port == 49736
    assert config.ignored == ("tls_enable",)


def test_windows_lines_and_a_byte_order_mark_change_nothing():
    assert parse("\ufeff" + CAPTURED.replace("\n", "\r\n")) == parse(CAPTURED)


def test_nothing_secret_is_in_the_repr():
    assert "canary" not in repr(parse(CAPTURED))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("[common]", "[other]"), "common"),
        (("server_addr = 192.0.2.7", ""), "server_addr"),
        (("192.0.2.7", "a b"), "server_addr"),
        (("7000", "port"), "server_port"),
        (("user = usercanary", ""), "user"),
        (("usercanary", ""), "user"),
    ],
)
def test_a_head_that_cannot_be_used_is_refused_by_name(change, field):
    with pytest.raises(ConfigRejected) as refused:
        parse(CAPTURED.replace(*change))
    assert refused.value.field == field
    assert "canary" not in refused.value.message


@pytest.mark.parametrize(
    "key", ["log_file", "admin_addr", "includes", "dns_server", "start", "pprof_enable"]
)
def test_keys_that_would_open_doors_are_left_behind(key):
    config = parse(CAPTURED.replace("[common]", f"[common]\n{key} = /tmp/x"))
    assert key in config.ignored
    assert f"{key} = /tmp/x" not in render(config, tls=True, admin=ADMIN)
    with pytest.raises(ConfigRejected) as refused:
        render(replace(config, other={key: "x"}), tls=True)
    assert refused.value.field == key


def test_keys_that_reach_the_node_are_kept():
    config = parse(CAPTURED.replace("[common]", "[common]\nprotocol = kcp\nmeta_a = 1"))
    assert config.other == {"protocol": "kcp", "meta_a": "1"}
    assert "protocol = kcp" in render(config, tls=False)


def test_what_is_written_is_for_a_supervised_core():
    text = render(parse(CAPTURED), tls=True, admin=ADMIN)
    for line in (
        "tls_enable = true",
        "login_fail_exit = true",
        "log_level = info",
        "disable_log_color = true",
        "heartbeat_interval = 30",
        "admin_addr = 127.0.0.1",
        "admin_port = 7400",
        "admin_pwd = admincanary",
    ):
        assert line in text.splitlines()


def test_without_an_admin_api_no_door_is_opened():
    assert "admin" not in render(parse(CAPTURED), tls=True)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("user", {"user": Secret("a\nb = c")}),
        ("user", {"user": Secret("{{ .Envs.X }}")}),
        ("user", {"user": Secret("")}),
        ("token", {"token": Secret("a\x00")}),
        ("server_addr", {"server_addr": "a]"}),
        ("server_port", {"server_port": 0}),
    ],
)
def test_values_that_cannot_be_written_are_named_and_not_shown(field, changes):
    with pytest.raises(ConfigRejected) as refused:
        render(replace(parse(CAPTURED), **changes), tls=True)
    assert refused.value.field == field
    assert "Envs" not in refused.value.message


def test_mismatches_are_told_by_the_names_of_the_record():
    config = parse(CAPTURED)
    spec = tmodel.spec(local_port=132, remote_port=49736)
    assert mismatches(config, spec) == []
    assert mismatches(config, tmodel.spec()) == ["local_port", "remote_port"]
    assert mismatches(config, tmodel.spec(name="gone")) == ["name"]


async def test_the_real_frpc_takes_what_is_written(real, tmp_path):
    path = tmp_path / "frpc.ini"
    text = CAPTURED.replace("[web]", "[隧道-1]")
    path.write_text(render(parse(text), tls=True, admin=ADMIN), "utf-8")
    await verify(real, path)


_PORTS = st.integers(1, 65535)
_WORDS = st.from_regex(r"[A-Za-z0-9!#$&*+./:=?@^|~-]{1,20}", fullmatch=True)
_HOSTS = st.sampled_from(["127.0.0.1", "::1", "nas.local", "fe80::1%eth0"])


@st.composite
def _proxies(draw: st.DrawFn) -> Proxy:
    kind = draw(st.sampled_from(TunnelType))
    extra = draw(st.dictionaries(st.sampled_from(["http_user", "header_a"]), _WORDS))
    return Proxy(
        name=draw(st.from_regex(r"[\w-]{1,12}", fullmatch=True)),
        type=kind,
        local_ip=draw(_HOSTS),
        local_port=draw(_PORTS),
        remote_port=None if kind.is_web else draw(_PORTS),
        custom_domains=("a.example", "*.b.example") if kind.is_web else (),
        use_encryption=draw(st.booleans()),
        use_compression=draw(st.booleans()),
        extra=tuple(extra.items()),
    )


_CONFIGS = st.builds(
    FrpcConfig,
    server_addr=_HOSTS,
    server_port=_PORTS,
    user=_WORDS.map(Secret),
    token=(_WORDS | st.just("")).map(Secret),
    other=st.dictionaries(st.sampled_from(["pool_count", "meta_x"]), _WORDS),
    proxies=st.lists(_proxies(), max_size=3).map(
        lambda all_: {p.name: p for p in all_}
    ),
)


@given(_CONFIGS, st.booleans())
def test_what_was_written_reads_back_as_it_was(config, tls):
    assert parse(render(config, tls=tls, admin=ADMIN)) == config


_LINES = st.sampled_from(CAPTURED.splitlines()) | st.text(max_size=20)


@given(st.lists(_LINES | _LINES.map(lambda text: f"[{text}]"), max_size=15))
def test_reading_raises_nothing_but_its_own_error(lines):
    try:
        parse("\n".join(lines))
    except ConfigRejected:
        return


def test_another_way_to_the_node_is_what_settings_ask_for():
    config = parse(CAPTURED)
    assert led(config) is config
    way = led(config, proxy="socks5://127.0.0.1:1080", protocol="kcp")
    lines = render(way, tls=True, log_level="debug").splitlines()
    assert {"http_proxy = socks5://127.0.0.1:1080", "protocol = kcp"} <= set(lines)
    assert "log_level = debug" in lines
