"""What the faces see: addresses, and only what changed."""

import pytest

from chmlfrp.daemon import views
from chmlfrp.engine import events
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.tunnel import Tunnel, TunnelType
from support.driver import Driver
from support.tmodel import ids, key, tunnel


def nowhere(_: str) -> None:
    return None


def web(kind: TunnelType) -> Tunnel:
    return tunnel(1, type=kind, remote_port=None, domain="a.example")


@pytest.mark.parametrize(
    ("shown", "node", "address"),
    [
        (tunnel(1), None, "node.example:20001"),
        (tunnel(1, node_host=""), None, None),
        (tunnel(1, node_host=""), {"host": "h"}, "h:20001"),
        (tunnel(1, node_host="::1"), None, "[::1]:20001"),
        (web(TunnelType.HTTP), None, "http://a.example"),
        (web(TunnelType.HTTP), {"http_port": 8080}, "http://a.example:8080"),
        (web(TunnelType.HTTPS), None, "https://a.example"),
        (web(TunnelType.HTTPS), {"https_port": 8443}, "https://a.example:8443"),
        (web(TunnelType.HTTPS), {"http_port": 8080}, "https://a.example"),
    ],
)
def test_the_address_is_what_a_visitor_types(
    shown: Tunnel, node: dict[str, object] | None, address: str | None
) -> None:
    known = None if node is None else NodeDetail(id=1, name="n", **node)  # type: ignore[arg-type] # ports or host, as each row says
    assert views.address_of(shown, known) == address


def test_only_tunnels_that_changed_are_viewed_again() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2, node="other")).up(1).up(2)
    before = driver.state
    driver.tell(events.Connecting(key(), 1, again=True))
    assert list(views.changed(before, driver.state, nowhere)) == [1]


def test_views_are_made_for_members_of_the_group_alone() -> None:
    asked: list[str] = []
    driver = Driver().with_records(*(tunnel(n, node=f"n{n % 9}") for n in range(90)))
    driver.tell(events.StartRequested(ids(*range(90))))
    before = driver.state
    driver.tell(events.CoreStarted(key("n3"), 1, 10))
    found = views.changed(before, driver.state, lambda node: asked.append(node))
    assert set(found) == {n for n in range(90) if n % 9 == 3}
    assert set(asked) == {"n3"}


def test_a_tunnel_that_is_gone_is_told_as_gone() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2))
    before = driver.state
    driver.records(tunnel(2))
    assert views.changed(before, driver.state, nowhere) == {1: None}


def test_encryption_of_the_link_is_said_only_while_there_is_one() -> None:
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)))
    assert view(driver).is_link_encrypted is None
    driver.tell(events.CoreStarted(key(), 1, 10), events.LoggedIn(key(), 1))
    assert view(driver).is_link_encrypted is True
    assert view(driver).pid == 10


def view(driver: Driver) -> views.TunnelView:
    return views.view(driver.state, driver.tunnel(1), driver.group(), nowhere)
