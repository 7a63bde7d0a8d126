from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.account import GROUPS
from chmlfrp.selfhost.rules.tunnel import (
    NodeTerms,
    TunnelForm,
    check_node,
    check_quota,
    read_form,
)

FREE, PAID = GROUPS["免费用户"], GROUPS["超级会员"]
TERMS: dict[str, Any] = {
    "is_vip": False,
    "allows_web": True,
    "allows_udp": True,
    "first_port": 20000,
    "last_port": 29999,
}


def wish(**changes: Any) -> Params:
    values = {
        "tunnelname": "web_1",
        "node": "home",
        "porttype": "tcp",
        "localport": 80,
        "remoteport": 20001,
        "encryption": True,
        "compression": "False",
        **changes,
    }
    return Params({k: v for k, v in values.items() if v != "absent"})


def web(**changes: Any) -> Params:
    values = {"porttype": "HTTP", "remoteport": None, "banddomain": "A.example.com"}
    return wish(**{**values, **changes})


def form(**changes: Any) -> TunnelForm:
    return read_form(wish(**changes), options_required=True)


def test_types_and_options_come_in_any_case_and_numbers_as_text() -> None:
    read = form(porttype="UdP", localport="8080", remoteport="20002")
    assert (read.type, read.local_port, read.remote_port) == ("udp", 8080, 20002)
    assert (read.encryption, read.compression) == (True, False)


def test_the_local_address_is_this_machine_unless_said() -> None:
    assert form().local_ip == "127.0.0.1"
    assert form(localip="::1").local_ip == "::1"
    assert form(localip="nas.lan").local_ip == "nas.lan"


def test_a_domain_is_kept_in_lower_case() -> None:
    assert read_form(web(), options_required=True).domain == "a.example.com"


def test_update_takes_false_and_nothing_for_what_is_left_out() -> None:
    read = read_form(
        wish(encryption=None, compression=None, extraparams=None),
        options_required=False,
    )
    assert (read.encryption, read.compression, read.extra) == (False, False, "")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"porttype": None}, "端口类型缺失"),
        ({"porttype": "ftp"}, "端口类型错误"),
        ({"tunnelname": None}, "隧道名缺失"),
        ({"tunnelname": "a-b"}, "隧道名不符合规范，仅允许字母、数字和下划线"),
        ({"tunnelname": "a\n[x]"}, "隧道名不符合规范"),
        ({"tunnelname": "隧道"}, "隧道名不符合规范"),
        ({"tunnelname": "common"}, "隧道名不符合规范"),
        ({"tunnelname": ["x"]}, "隧道名格式错误"),
        ({"node": ""}, "节点名缺失"),
        ({"localport": None}, "本地端口缺失"),
        ({"localport": 0}, "本地端口必须在1到65535之间"),
        ({"localport": 65536}, "本地端口必须在1到65535之间"),
        ({"localport": "8o"}, "本地端口必须是整数"),
        ({"localport": 80.5}, "本地端口必须是整数"),
        ({"localport": True}, "本地端口必须是整数"),
        ({"localport": -1}, "本地端口超出范围"),
        ({"remoteport": None}, "外网端口缺失"),
        ({"remoteport": 0}, "外网端口必须在1到65535之间"),
        ({"banddomain": "a.example.com"}, "不能传递绑定域名"),
        ({"banddomain": ""}, "不能传递绑定域名"),
        ({"localip": "1.2.3.4\nx = y"}, "本地IP格式错误"),
        ({"localip": "[::1]"}, "本地IP格式错误"),
        ({"encryption": None}, "数据加密缺失"),
        ({"encryption": "yes"}, "数据加密只能为true或false"),
        ({"compression": 1}, "数据压缩只能为true或false"),
        ({"extraparams": "remote_port = 1"}, "额外参数"),
    ],
)
def test_a_wrong_parameter_is_refused_in_words(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refusal, match=said) as caught:
        read_form(wish(**changes), options_required=True)
    assert caught.value.code == 400


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"banddomain": None}, "绑定域名缺失"),
        ({"banddomain": "localhost"}, "绑定域名格式错误"),
        ({"banddomain": "1.2.3.4"}, "绑定域名格式错误"),
        ({"banddomain": "a b.example.com"}, "绑定域名格式错误"),
        ({"banddomain": "a.example.com,b.example.com"}, "绑定域名格式错误"),
        ({"banddomain": "域名.中国"}, "绑定域名格式错误"),
        ({"remoteport": 20001}, "不能传递外网端口"),
    ],
)
def test_a_web_tunnel_needs_a_domain_and_no_port(
    changes: dict[str, Any], said: str
) -> None:
    values = {"porttype": "http", "remoteport": None, "banddomain": "a.example.com"}
    with pytest.raises(Refusal, match=said):
        read_form(wish(**{**values, **changes}), options_required=True)


def test_a_wildcard_domain_will_do() -> None:
    params = wish(porttype="https", remoteport=None, banddomain="*.example.com")
    assert read_form(params, options_required=True).domain == "*.example.com"


def test_ports_are_lent_from_first_to_last() -> None:
    for port in (20000, 29999):
        check_node(form(remoteport=port), NodeTerms(**TERMS), FREE)
    for port in (19999, 30000):
        with pytest.raises(Refusal, match="外网端口超出范围，此节点允许20000-29999"):
            check_node(form(remoteport=port), NodeTerms(**TERMS), FREE)


def test_a_vip_node_is_for_members() -> None:
    terms = NodeTerms(**{**TERMS, "is_vip": True})
    check_node(form(), terms, PAID)
    with pytest.raises(Refusal, match="此节点为会员节点") as caught:
        check_node(form(), terms, FREE)
    assert caught.value.code == 403


def test_web_and_udp_only_where_the_node_has_them() -> None:
    bare = NodeTerms(**{**TERMS, "allows_web": False, "allows_udp": False})
    with pytest.raises(Refusal, match="建站"):
        check_node(read_form(web(), options_required=True), bare, PAID)
    with pytest.raises(Refusal, match="udp"):
        check_node(form(porttype="udp"), bare, PAID)


def test_the_last_tunnel_of_a_group_is_granted_and_one_more_is_not() -> None:
    check_quota(PAID, 15)
    with pytest.raises(Refusal, match="隧道数量超过限制"):
        check_quota(PAID, 16)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                *("tunnelname", "node", "localip", "porttype", "localport"),
                *("remoteport", "banddomain", "encryption", "compression"),
                "extraparams",
            ]
        ),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(),
            st.text(),
            st.lists(st.integers(), max_size=2),
        ),
    )
)
def test_any_parameters_give_a_form_or_a_refusal(values: dict[str, object]) -> None:
    for base in (wish(), web()):
        with suppress(Refusal):
            read_form(Params({**base._values, **values}), options_required=False)
