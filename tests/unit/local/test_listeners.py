"""Programs that listen, with their names; systems that hide them are looked at apart."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from chmlfrp.local.listeners import Listener, listener_at, listeners
from chmlfrp.model.exposure import Exposure


class Address(NamedTuple):
    ip: str
    port: int


class Socket(NamedTuple):
    laddr: Any
    type: int = 1
    status: str = psutil.CONN_LISTEN
    raddr: Any = ()
    pid: int | None = None


def test_a_program_is_found_by_its_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (found,) = [row for row in listeners() if row.port == port]
    assert (found.pid, found.protocol) == (os.getpid(), "tcp")
    assert found.process == psutil.Process().name()
    assert found.host == "127.0.0.1"


def test_one_program_on_several_addresses_is_one_row() -> None:
    rows = listeners(
        sockets=[
            Socket(Address("::", 80)),
            Socket(Address("0.0.0.0", 80)),
            Socket(Address("10.0.0.5", 22)),
            Socket(Address("10.0.0.5", 50000), status=psutil.CONN_ESTABLISHED),
            Socket(Address("10.0.0.5", 53), type=2, status=psutil.CONN_NONE),
            Socket(Address("10.0.0.5", 54), type=2, raddr=Address("10.0.0.6", 53)),
            Socket(()),
        ]
    )
    assert rows == [
        Listener(port=22, protocol="tcp", addresses=("10.0.0.5",)),
        Listener(port=53, protocol="udp", addresses=("10.0.0.5",)),
        Listener(port=80, protocol="tcp", addresses=("0.0.0.0", "::")),
    ]
    assert [row.host for row in rows] == ["10.0.0.5", "10.0.0.5", "127.0.0.1"]


def test_a_program_that_is_gone_has_no_name() -> None:
    (row,) = listeners(sockets=[Socket(Address("0.0.0.0", 1), pid=2**31 - 2)])
    assert row.process == ""


def test_a_system_that_hides_others_shows_the_user_s_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Mine:
        pid = os.getpid()

        def net_connections(self, kind: str) -> list[Socket]:
            return [Socket(Address("127.0.0.1", 7))]

    class Others(Mine):
        def net_connections(self, kind: str) -> list[Socket]:
            raise psutil.AccessDenied(1)

    def refuse(**_: object) -> None:
        raise psutil.AccessDenied(1)

    def each() -> Iterator[Mine]:
        yield Others()
        yield Mine()

    monkeypatch.setattr(psutil, "net_connections", refuse)
    monkeypatch.setattr(psutil, "process_iter", each)
    (row,) = listeners()
    assert (row.port, row.pid) == (7, os.getpid())


def test_the_program_at_an_address_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = listener_at(port)
        assert found is not None
        assert found.process == psutil.Process().name()
        assert listener_at(port, "192.0.2.1") is None
    assert listener_at(port) is None


@pytest.mark.parametrize(
    ("text", "process", "is_offline"),
    [
        ("#x\nonline-mode=false\n", "java", True),
        ("online-mode = FALSE\nserver-port=25565", "javaw.exe", True),
        ("online-mode=false\nserver-port=1", "java", False),
        ("online-mode=true", "java", False),
        ("", "java", False),
        (None, "java", False),
        ("online-mode=false", "node", False),
    ],
)
def test_a_minecraft_server_says_in_its_file_whether_it_believes_any_name(
    tmp_path: Path, text: str | None, process: str, *, is_offline: bool
) -> None:
    if text is not None:
        (tmp_path / "server.properties").write_text(text)

    (row,) = listeners(
        sockets=[Socket(Address("0.0.0.0", 25565), pid=7)],
        folder_of=lambda _: tmp_path,
        name_of=lambda _: process,
    )

    assert row.plays_offline is is_offline
    found = row.exposed()
    assert (found is not None) is is_offline
    assert found is None or found.what is Exposure.MINECRAFT
