import os
import socket
import struct
from types import SimpleNamespace

import psutil
import pytest

from chmlfrp.guard.peer import datagram_owners, datagram_rows, pid_in_table, pid_of


def test_linux_names_the_process_at_the_other_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert pid_of(ours, platform="linux") == os.getpid()


class Mac:
    def getsockopt(self, level: int, option: int) -> int:
        assert (level, option) == (0, 2)
        return 4711


class Deaf:
    def getsockopt(self, *_: int) -> bytes:
        raise OSError("gone")


def test_macos_names_it_too() -> None:
    assert pid_of(Mac(), platform="darwin") == 4711


def test_a_socket_that_says_nothing_is_nobodys() -> None:
    assert pid_of(Deaf(), platform="linux") is None
    assert pid_of(Mac(), platform="win32") is None
    assert struct.calcsize("3i") == 12


def test_the_table_of_the_system_is_read_from_the_other_end() -> None:
    ends = ("127.0.0.1", 50001), ("127.0.0.1", 7000)
    rows = [
        SimpleNamespace(laddr=ends[1], raddr=ends[0], pid=1),
        SimpleNamespace(laddr=ends[0], raddr=(), pid=2),
        SimpleNamespace(laddr=ends[0], raddr=ends[1], pid=3),
    ]

    assert pid_in_table(*ends, table=lambda: rows) == 3
    assert pid_in_table(*ends, table=lambda: rows[:2]) is None


FRPC = ("127.0.0.1", 40000)


@pytest.mark.parametrize(
    ("rows", "pid"),
    [
        ([(FRPC, 7)], 7),
        ([(FRPC, 7), (("127.0.0.9", 40000), 7)], 7),
        ([(FRPC, 7), (("127.0.0.9", 40001), 8), ((), 9)], 7),
        ([(("127.0.0.9", 40000), 7)], None),
        ([(FRPC, 7), (("127.0.0.9", 40000), 8)], None),
        ([(FRPC, 7), (("0.0.0.0", 40000), None)], None),
        ([(FRPC, None)], None),
        ([], None),
    ],
)
def test_a_port_is_whose_it_is_alone(
    rows: list[tuple[tuple[str, int], int | None]], pid: int | None
) -> None:
    assert datagram_owners(table=lambda: rows).alone_at(FRPC) == pid


def test_the_system_names_both_owners_of_a_port() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as first,
        socket.socket(type=socket.SOCK_DGRAM) as second,
    ):
        first.bind(("127.0.0.1", 0))
        port = first.getsockname()[1]
        second.bind(("127.0.0.9", port))

        owners = datagram_owners()

    assert owners.by_port[port] == {
        ("127.0.0.1", os.getpid()),
        ("127.0.0.9", os.getpid()),
    }


def test_on_macos_what_other_users_run_is_left_out() -> None:
    def denied(_: str) -> list[object]:
        raise psutil.AccessDenied

    def own(_: str) -> list[object]:
        return [SimpleNamespace(laddr=FRPC)]

    processes = [
        SimpleNamespace(pid=1, net_connections=denied),
        SimpleNamespace(pid=2, net_connections=own),
    ]
    system = SimpleNamespace(process_iter=lambda: processes)

    assert list(datagram_rows(platform="darwin", system=system)) == [(FRPC, 2)]
