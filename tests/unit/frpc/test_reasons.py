import pytest

from chmlfrp.frpc.reasons import config_reason, link_reason, plain_reason, proxy_reason
from chmlfrp.model.reason import Code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dial tcp 127.0.0.1:1: connect: connection refused", Code.LINK_REFUSED),
        (
            "dial tcp 1.2.3.4:7000: connectex: No connection could be made because the "
            "target machine actively refused it.",
            Code.LINK_REFUSED,
        ),
        ("connectex: 由于目标计算机积极拒绝，无法连接。", Code.LINK_REFUSED),
        ("dial tcp 192.0.2.1:7000: i/o timeout", Code.LINK_TIMEOUT),
        ("i/o deadline reached", Code.LINK_TIMEOUT),
        ("connection write timeout", Code.LINK_TIMEOUT),
        (
            "dial tcp: lookup n.example on 127.0.0.53:53: no such host",
            Code.LINK_DNS,
        ),
        (
            "dial tcp: lookup n.example: read udp 1.1.1.1:53: i/o timeout",
            Code.LINK_DNS,
        ),
        ("dial tcp 192.0.2.1:7: connect: network is unreachable", Code.LINK_NO_ROUTE),
        ("dial tcp 192.0.2.1:7: connect: no route to host", Code.LINK_NO_ROUTE),
        ("EOF", Code.LINK_CLOSED),
        ("session shutdown", Code.LINK_CLOSED),
        ("stream closed", Code.LINK_CLOSED),
        ("read tcp 1.1.1.1:2->3.3.3.3:4: connection reset by peer", Code.LINK_CLOSED),
        ("tls: first record does not look like a TLS handshake", Code.LINK_CLOSED),
        (
            "token in login doesn't match token from configuration",
            Code.NODE_TOKEN_WRONG,
        ),
        ("*** in login doesn't match *** from configuration", Code.NODE_TOKEN_WRONG),
        ("节点TOKEN错误，请联系管理员", Code.NODE_TOKEN_WRONG),
        ("invalid username", Code.LOGIN_REFUSED),
        ("错误的用户token，此用户不存在", Code.LOGIN_REFUSED),
        ("send Login request to plugin error", Code.LOGIN_REFUSED),
        ("register control error", Code.LOGIN_REFUSED),
        ("dial tcp 1.2.3.4:7: too many open files", Code.UNKNOWN),
    ],
)
def test_why_a_login_failed(text, code):
    reason = link_reason(text)
    assert (reason.code, reason.detail) == (code, text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("port already used", Code.PORT_IN_USE),
        ("port unavailable", Code.PORT_IN_USE),
        ("no available port", Code.PORT_IN_USE),
        ("port not allowed", Code.PORT_NOT_ALLOWED),
        ("proxy [***.web] already exists", Code.NAME_IN_USE),
        ("proxy name [***.web] is already in use", Code.NAME_IN_USE),
        ("router config conflict", Code.DOMAIN_IN_USE),
        ("exceed the max_ports_per_client", Code.TOO_MANY),
        (
            "type [http] not supported when vhost http port is not set",
            Code.TYPE_NOT_SUPPORTED,
        ),
        ("客户端代理参数错误，配置文件与记录不匹配。", Code.CONFIG_MISMATCH),
        ("隧道不存在", Code.PROXY_REFUSED),
        ("new proxy [***.web] error", Code.PROXY_REFUSED),
    ],
)
def test_why_a_proxy_was_refused(text, code):
    assert proxy_reason(text).code is code


def test_a_taken_admin_port_is_worth_another_try():
    taken = "listen tcp 127.0.0.1:7400: bind: address already in use"
    assert config_reason(taken).code is Code.CORE_WOULD_NOT_START
    assert config_reason("invalid type [ftp]").code is Code.CONFIG_REFUSED


def test_a_detail_has_a_bounded_length():
    assert len(link_reason("x" * 9999).detail) == 500
    assert len(plain_reason(Code.UNKNOWN, "x" * 9999).detail) == 500
