import os
import socket
import struct
from types import SimpleNamespace

from chmlfrp.guard.peer import pid_in_table, pid_of


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
