"""Names that follow a tunnel to another node."""

from typing import Any

import pytest

from chmlfrp.daemon.names import move_names, target_on
from chmlfrp.errors import ServiceUnreachable
from chmlfrp.model.domain import RecordType, Subdomain
from support import tmodel
from support.guards import LogWatch

AFTER = tmodel.tunnel(1, node="b", node_host="b.example", remote_port=20007)


def name(record: str, kind: RecordType, target: str) -> Subdomain:
    return Subdomain(
        id=1, domain="lent.example", record=record, type=kind, target=target
    )


WEB = name("web", RecordType.CNAME, "a.example")
GAME = name("_minecraft._tcp.game", RecordType.SRV, "0 5 20001 a.example")


class Names:
    def __init__(self, *names: Subdomain, error: Exception | None = None) -> None:
        self._names = names
        self._error = error
        self.updates: list[tuple[str, str]] = []

    async def list(self) -> list[Subdomain]:
        if self._error:
            raise self._error
        return [*self._names]

    async def update(self, name: Subdomain, *, target: str) -> None:
        self.updates.append((name.name, target))
        if not target:
            raise ServiceUnreachable("cut")


@pytest.mark.parametrize(
    ("found", "target"),
    [
        (WEB, "b.example"),
        (GAME, "0 5 20007 b.example"),
        (
            name("_x._tcp.g", RecordType.SRV, "1 2 3 web.lent.example"),
            "1 2 20007 web.lent.example",
        ),
    ],
)
def test_a_name_points_where_visitors_must_go(found: Subdomain, target: str) -> None:
    assert target_on(found, AFTER) == target


async def test_only_the_named_ones_are_moved(expected_logs: LogWatch) -> None:
    expected_logs("the account has no name gone.lent.example")
    domains: Any = Names(WEB, GAME)
    await move_names(domains, {WEB.name, "gone.lent.example"}, AFTER)
    assert domains.updates == [("web.lent.example", "b.example")]


async def test_without_names_nobody_is_asked() -> None:
    domains: Any = Names(WEB, error=AssertionError("asked"))
    await move_names(domains, (), AFTER)


async def test_a_service_that_fails_is_logged_and_no_more(
    expected_logs: LogWatch,
) -> None:
    expected_logs("could not be read", "web.lent.example could not be pointed")
    gone: Any = Names(WEB, error=ServiceUnreachable("no answer"))
    await move_names(gone, {WEB.name}, AFTER)
    nowhere = tmodel.tunnel(1, node="b", node_host="")
    cut: Any = Names(WEB)
    await move_names(cut, {WEB.name}, nowhere)
