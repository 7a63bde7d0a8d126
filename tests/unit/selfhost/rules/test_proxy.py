from typing import Any

import pytest

from chmlfrp.selfhost.rules.proxy import (
    MISMATCH,
    NO_TUNNEL,
    NOT_YOURS,
    ProxyRecord,
    ProxyWish,
    judge,
    own_name,
)

TCP = ProxyRecord(
    owner_token="ada",
    node_id=1,
    type="tcp",
    remote_port=20001,
    domain=None,
    encryption=False,
    compression=True,
)
WEB = ProxyRecord(
    owner_token="ada",
    node_id=1,
    type="http",
    remote_port=None,
    domain="a.example.com",
    encryption=False,
    compression=False,
)


def tcp(**changes: Any) -> ProxyWish:
    values = {"type": "tcp", "remote_port": 20001, "compression": True}
    return ProxyWish(**{**values, **changes})


def web(**changes: Any) -> ProxyWish:
    return ProxyWish(**{"type": "http", "domains": ("a.example.com",), **changes})


def say(wish: ProxyWish, record: ProxyRecord | None, **changes: Any) -> str | None:
    return judge(wish, record, **{"user": "ada", "node_id": 1, **changes})


def test_what_the_record_says_is_opened() -> None:
    assert say(tcp(), TCP) is None
    assert say(web(), WEB) is None


@pytest.mark.parametrize(
    ("wish", "record", "field"),
    [
        (tcp(remote_port=20002), TCP, "remote_port"),
        (tcp(remote_port=0), TCP, "remote_port"),
        (tcp(type="udp"), TCP, "type"),
        (tcp(encryption=True), TCP, "use_encryption"),
        (tcp(compression=False), TCP, "use_compression"),
        (tcp(group="g"), TCP, "group"),
        (tcp(domains=("a.example.com",)), TCP, "custom_domains"),
        (web(domains=()), WEB, "custom_domains"),
        (web(domains=("b.example.com",)), WEB, "custom_domains"),
        (web(domains=("a.example.com", "b.example.com")), WEB, "custom_domains"),
        (web(subdomain="x"), WEB, "subdomain"),
        (web(remote_port=20001), WEB, "remote_port"),
    ],
)
def test_anything_else_is_refused_by_name(
    wish: ProxyWish, record: ProxyRecord, field: str
) -> None:
    assert say(wish, record) == f"{MISMATCH}（{field}）"


def test_a_tunnel_of_nobody_of_somebody_and_of_another_node_is_refused() -> None:
    assert say(tcp(), None) == NO_TUNNEL
    assert say(tcp(), TCP, user="bob") == NOT_YOURS
    assert say(tcp(), TCP, node_id=2) == f"{MISMATCH}（node）"


def test_only_a_name_with_the_users_own_prefix_is_theirs() -> None:
    assert own_name("ada", "ada.web") == "web"
    assert own_name("ada", "ada.web.1") == "web.1"
    for name in ("bob.web", "web", "adaweb", "ada", ".web", ""):
        assert own_name("ada", name) is None
    assert own_name("", ".web") is None
