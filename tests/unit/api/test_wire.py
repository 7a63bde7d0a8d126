import contextlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.api import wire
from chmlfrp.errors import InvalidInput, ServiceGarbled
from chmlfrp.model.account import Account
from chmlfrp.model.node import Node, NodeDetail, NodeStats, PortRange
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelSpec, TunnelType
from support.replies import PASSWORD, TOKEN, sample_data

SSH = TunnelSpec(
    name="ssh", node="月球CN2", type=TunnelType.TCP, local_port=22, remote_port=30022
)
WEB = TunnelSpec(
    name="web",
    node="月球CN2",
    type=TunnelType.HTTPS,
    local_port=8443,
    domain="www.example.com",
    encryption=True,
    extra="proxy_protocol_version = v2",
)
LEAST = {"id": 1, "name": "n", "node": "m", "type": "tcp", "nport": 1, "dorp": "2"}
ACCOUNT = Account(
    id=227,
    name="boring_student",
    group="超级会员",
    email="2424000001@qq.com",
    qq="2424000001",
    avatar_url="https://q.qlogo.cn/g?b=qq&nk=2424000001&s=100",
    tunnel_limit=16,
    tunnels_used=2,
    bandwidth_mbps=50,
    is_real_name_verified=True,
    points=15168,
    member_until="9999-09-09",
    registered_on="2023-08-26",
    uploaded_bytes=3224701,
    downloaded_bytes=150640674,
    connections=0,
)


def test_the_captured_login_is_an_account_and_a_token() -> None:
    data = sample_data("login_ok")

    assert wire.account(data) == ACCOUNT
    assert wire.user_token(data) == Secret(data["usertoken"])


def test_the_captured_userinfo_is_the_same_account() -> None:
    account = wire.account(sample_data("userinfo_ok"))

    assert msgspec.structs.replace(account, name="boring_student") == ACCOUNT


def test_an_account_does_not_hold_its_token() -> None:
    data = sample_data("login_ok")

    assert data["usertoken"] not in repr(wire.account(data))


@pytest.mark.parametrize("value", ["未实名", None, False, "false", "什么", []])
def test_only_a_clear_word_is_a_verified_real_name(value: object) -> None:
    row = {"id": 1, "username": "x", "realname": value}

    assert wire.account(row).is_real_name_verified is False


def test_the_old_spelling_of_the_used_count_is_read() -> None:
    assert wire.account({"id": 1, "username": "x", "tunnnelCount": 3}).tunnels_used == 3


def test_the_captured_tunnels_are_read() -> None:
    first, second = wire.tunnels(sample_data("tunnel_list_ok"))

    assert first == Tunnel(
        id=TunnelId(76427),
        name="3I40Au4X",
        node="中国香港CN2-4",
        type=TunnelType.TCP,
        local_host="127.0.0.1",
        local_port=5244,
        remote_port=65500,
        encryption=True,
        compression=True,
        node_host="hk4.frp.example",
        is_node_online=False,
    )
    assert second.spec == TunnelSpec(
        name="230vZqUp",
        node="日本东京直连-2",
        type=TunnelType.TCP,
        local_port=222,
        remote_port=56078,
    )
    assert second.is_online
    assert second.is_node_online is True
    assert second.last_started_at == "2024-12-21T01:38:19.000+00:00"
    assert second.client_version == ""


def test_the_captured_creation_holds_no_id() -> None:
    assert wire.created(sample_data("create_tunnel_ok")) is None


def test_a_creation_with_an_id_is_read() -> None:
    data = {**sample_data("create_tunnel_ok"), "id": 5}
    tunnel = wire.created(data)

    assert tunnel is not None
    assert (tunnel.id, tunnel.name, tunnel.remote_port) == (5, "12424", 36981)
    assert tunnel.is_node_online is None


def test_the_captured_update_is_read_under_the_id_that_was_asked() -> None:
    tunnel = wire.updated(
        sample_data("update_tunnel_ok"), tunnel_id=TunnelId(9), spec=SSH
    )

    assert (tunnel.id, tunnel.remote_port, tunnel.encryption) == (9, 54342, True)
    assert tunnel.is_node_online is None


@pytest.mark.parametrize("data", [None, [], {}, {"type": "tcp"}, "ok"])
def test_an_update_without_a_tunnel_is_what_was_asked(data: object) -> None:
    tunnel = wire.updated(data, tunnel_id=TunnelId(9), spec=WEB)

    assert (tunnel.id, tunnel.spec) == (9, WEB)


def test_the_captured_nodes_are_read() -> None:
    nodes = wire.nodes(sample_data("node_list_ok"))

    assert [node.id for node in nodes] == [2, 4, 6, 11, 16, 19, 30, 31]
    assert nodes[2] == Node(
        id=6,
        name="日本东京直连-2",
        area="日本东京",
        notes="超高带宽，干啥都行",
        is_vip=True,
        is_in_mainland=False,
        allows_web=True,
        allows_udp=True,
        is_protected=True,
    )
    assert (nodes[3].is_vip, nodes[3].allows_web) == (False, False)


def test_the_captured_node_is_read_without_its_secrets() -> None:
    node = wire.node_detail(sample_data("nodeinfo_ok"))

    assert node == NodeDetail(
        id=11,
        name="江苏宿迁",
        area="江苏宿迁",
        notes="推荐游戏,web,ssh等服务",
        is_in_mainland=True,
        allows_udp=True,
        is_protected=True,
        is_online=True,
        host="sq.frp.one",
        port=7000,
        ports=PortRange(10000, 65535),
        version="ChmlFrp-0.51.2_240715",
        coordinates="118.295113,33.946709",
        cores=8,
        cpu="Intel(R) Xeon(R) Gold 6146 CPU @ 3.20GHz",
        uptime_s=1286486,
    )
    assert (node.http_port, node.https_port) == (80, 443)
    assert "ChmlFrpToken" not in repr(node)


def test_a_node_may_serve_the_web_on_other_ports() -> None:
    data = {**sample_data("nodeinfo_ok"), "http_port": 8080, "https_port": "8443"}
    node = wire.node_detail(data)

    assert (node.http_port, node.https_port) == (8080, 8443)


@pytest.mark.parametrize("rport", [None, "", "all", "1-2-3", "10000"])
def test_a_port_range_that_is_none_is_left_out(rport: object) -> None:
    data = {**sample_data("nodeinfo_ok"), "rport": rport}

    assert wire.node_detail(data).ports is None


def test_the_captured_node_stats_are_read() -> None:
    stats = wire.node_stats(sample_data("node_stats_ok"))

    assert len(stats) == 14
    assert sum(each.is_online for each in stats) == 8
    assert stats[0] == NodeStats(
        id=2,
        name="四川德阳电信",
        is_online=True,
        is_vip=True,
        clients=93,
        tunnels=190,
        connections=54,
        cpu_percent=11.913401,
        bandwidth_percent=12.0,
        sent_bytes=14367772669,
        received_bytes=550093529,
    )


def test_the_captured_config_is_a_secret() -> None:
    text = sample_data("tunnel_config_ok")

    assert wire.config(text).reveal() == text
    assert repr(wire.config(text)) == "***"


@pytest.mark.parametrize("data", [None, "", "<html>", {"cfg": "[common]"}])
def test_a_config_without_a_common_section_is_garbled(data: object) -> None:
    with pytest.raises(ServiceGarbled, match="expected an ini text"):
        wire.config(data)


def test_a_web_tunnel_has_a_domain_where_others_have_a_port() -> None:
    row = {**LEAST, "type": "HTTPS", "dorp": "www.example.com"}
    (tunnel,) = wire.tunnels([row])

    assert tunnel.type is TunnelType.HTTPS
    assert (tunnel.domain, tunnel.remote_port) == ("www.example.com", None)


def test_what_a_tunnel_can_do_without_is_defaulted() -> None:
    (tunnel,) = wire.tunnels([LEAST])

    assert tunnel == Tunnel(
        id=TunnelId(1),
        name="n",
        node="m",
        type=TunnelType.TCP,
        local_port=1,
        remote_port=2,
        is_node_online=None,
    )


@pytest.mark.parametrize("nodestate", [None, ""])
def test_a_listed_tunnel_without_a_node_state_has_lost_its_node(
    nodestate: object,
) -> None:
    (tunnel,) = wire.tunnels([{**LEAST, "nodestate": nodestate}])

    assert tunnel.is_node_online is False


@pytest.mark.parametrize("name", ["id", "name", "node", "type", "nport"])
def test_what_a_tunnel_needs_must_be_there(name: str) -> None:
    row = {key: value for key, value in LEAST.items() if key != name}
    with pytest.raises(ServiceGarbled, match=f"field {name}"):
        wire.tunnels([row])


@pytest.mark.parametrize(
    ("name", "value"),
    [("dorp", "none"), ("nport", []), ("encryption", "perhaps"), ("name", {})],
)
def test_a_tunnel_of_wrong_types_is_garbled(name: str, value: object) -> None:
    with pytest.raises(ServiceGarbled, match=f"field {name}"):
        wire.tunnels([{**LEAST, name: value}])


def test_a_tunnel_type_of_the_future_is_left_out() -> None:
    listed = wire.tunnels([{**LEAST, "type": "quic"}, LEAST])

    assert [tunnel.type for tunnel in listed] == [TunnelType.TCP]


def test_unknown_fields_are_ignored_and_null_lists_are_empty() -> None:
    assert wire.tunnels([{**LEAST, "new": {"deep": [1]}}])
    assert wire.tunnels(None) == []
    assert wire.nodes(None) == []
    assert wire.node_stats(None) == []


def test_a_port_tunnel_is_asked_for_without_a_domain() -> None:
    assert wire.create_call(SSH).json == {
        "tunnelname": "ssh",
        "node": "月球CN2",
        "localip": "127.0.0.1",
        "porttype": "tcp",
        "localport": 22,
        "remoteport": 30022,
        "encryption": False,
        "compression": False,
        "extraparams": "",
    }


def test_an_update_carries_the_full_set_and_no_port_for_a_web_tunnel() -> None:
    assert wire.update_call(TunnelId(7), WEB).json == {
        "tunnelid": 7,
        "tunnelname": "web",
        "node": "月球CN2",
        "localip": "127.0.0.1",
        "porttype": "https",
        "localport": 8443,
        "banddomain": "www.example.com",
        "encryption": True,
        "compression": False,
        "extraparams": "proxy_protocol_version = v2",
    }


def test_only_the_last_way_to_sign_in_has_the_password_in_its_url() -> None:
    *others, last = wire.sign_in_calls("me", PASSWORD)

    assert all(call.query is None and call.method == "POST" for call in others)
    assert last.query is not None
    assert all(call.secrets == (PASSWORD,) for call in (*others, last))


@pytest.mark.parametrize("name", ["a,b", ""])
def test_a_config_is_not_asked_for_a_name_that_would_be_two(name: str) -> None:
    with pytest.raises(InvalidInput):
        wire.config_call("m", ["fine", name])


def test_public_calls_are_not_signed() -> None:
    assert not wire.nodes_call().is_signed
    assert not wire.node_stats_call().is_signed
    assert wire.node_call("m").is_signed


@pytest.mark.parametrize("text", ["a b", "a\nb", "令牌", "", "a\x7f"])
def test_a_token_that_no_header_can_carry_is_not_taken(text: str) -> None:
    assert wire.user_token({"usertoken": text}) is None
    assert not wire.is_sendable(Secret(text))
    assert wire.is_sendable(TOKEN)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def mutated(name: str) -> st.SearchStrategy[Any]:
    """Return captured data with any of its fields replaced by any JSON value."""
    data = sample_data(name)
    row = data[0] if isinstance(data, list) else data
    fields = st.dictionaries(st.sampled_from(sorted(row)), json_values)
    rows = fields.map(lambda changed: {**row, **changed})
    return st.lists(rows | json_values) if isinstance(data, list) else rows


Reader = Callable[[Any], object]
READERS: tuple[tuple[Reader, str], ...] = (
    (wire.account, "userinfo_ok"),
    (wire.user_token, "login_ok"),
    (wire.tunnels, "tunnel_list_ok"),
    (wire.created, "create_tunnel_ok"),
    (
        lambda data: wire.updated(data, tunnel_id=TunnelId(1), spec=SSH),
        "update_tunnel_ok",
    ),
    (wire.nodes, "node_list_ok"),
    (wire.node_detail, "nodeinfo_ok"),
    (wire.node_stats, "node_stats_ok"),
)


@given(st.data())
def test_readers_return_a_value_that_travels_or_are_garbled(
    data: st.DataObject,
) -> None:
    for read, name in READERS:
        value = data.draw(mutated(name) | json_values, label=name)
        with contextlib.suppress(ServiceGarbled):
            found = read(value)
            if not isinstance(found, Secret):
                msgspec.json.encode(found)


@given(json_values)
def test_the_config_reader_takes_any_value(value: object) -> None:
    with contextlib.suppress(ServiceGarbled):
        wire.config(value)
