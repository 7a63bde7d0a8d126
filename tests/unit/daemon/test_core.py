"""What a core says is open."""

from chmlfrp.daemon.core import opened
from chmlfrp.frpc.admin import ProxyStatus
from support.tmodel import tunnel


def status(state: str, address: str) -> dict[str, ProxyStatus]:
    row = ProxyStatus(name="t1", type="tcp", status=state, remote_addr=address)
    return {row.name: row}


def test_a_running_tunnel_is_open_at_the_address_that_the_core_says() -> None:
    found = opened([tunnel(1)], status("running", "node.example:4711"))
    assert list(found) == [(tunnel(1), "node.example:4711")]


def test_a_tunnel_that_is_still_to_open_is_not_judged_by_its_address() -> None:
    for state in ("new", "wait start", "start error", "closed"):
        assert not [*opened([tunnel(1)], status(state, "node.example"))]


def test_a_tunnel_that_the_core_does_not_know_is_not_open() -> None:
    assert not [*opened([tunnel(1)], {})]
