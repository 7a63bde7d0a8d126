import errno
import os
import socket

import pytest

from chmlfrp.guard.dial import Call, family_of
from chmlfrp.guard.reactor import Reactor
from support.frps import until


@pytest.mark.parametrize(
    ("host", "family"),
    [
        ("127.0.0.1", socket.AF_INET),
        ("::1", socket.AF_INET6),
        ("localhost", None),
        ("1.2.3", None),
        ("a\0b", None),
    ],
)
def test_addresses_are_told_from_names(host: str, family: int | None) -> None:
    assert family_of(host) == family


async def test_the_next_address_is_tried_when_one_is_refused() -> None:
    met: list[socket.socket] = []
    failed: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        choices = [(socket.AF_INET, s.getsockname()) for s in (closed, server)]

        Call(Reactor(), met.append, failed.append).go([(int(f), a) for f, a in choices])

        await until(lambda: bool(met), "the second answered")
        assert met[0].getpeername() == server.getsockname()
        assert not failed
        met[0].close()


async def test_the_last_reason_is_told_when_nobody_answers() -> None:
    failed: list[str] = []
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        choice = (int(socket.AF_INET), closed.getsockname())

        Call(Reactor(), lambda _: None, failed.append).go([choice])

        await until(lambda: bool(failed), "it is told")
    assert failed == [os.strerror(errno.ECONNREFUSED)]


async def test_no_address_is_a_reason_too() -> None:
    failed: list[str] = []
    Call(Reactor(), lambda _: None, failed.append).go([])
    assert failed == ["no address"]
