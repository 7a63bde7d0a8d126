"""The guards themselves: they see what they are for, and let the rest pass."""

import asyncio
import logging
import socket
import subprocess
import sys
import types
from pathlib import Path

import pytest
from blockbuster import BlockingError
from hypothesis import given, strategies

import chmlfrp
from support import guards

SLEEP = "import sys; sys.stdin.read()"


def ours(source: str) -> types.ModuleType:
    """Return a module that looks as if it stood in chmlfrp."""
    module = types.ModuleType("stray")
    filename = str(Path(chmlfrp.__file__).parent / "daemon" / "stray.py")
    exec(compile(source, filename, "exec"), module.__dict__)  # noqa: S102 - own text
    return module


async def test_a_blocking_call_of_our_code_on_the_loop_raises(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    module = ours("def read(path):\n    return path.read_text()\n")
    with pytest.raises(BlockingError):
        module.read(tmp_path / "a")


async def test_the_same_call_in_a_thread_is_fine(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    module = ours("def read(path):\n    return path.read_text()\n")
    assert await asyncio.to_thread(module.read, tmp_path / "a") == "x"


def test_the_same_call_without_a_loop_is_fine(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    assert ours("def read(path):\n    return path.read_text()\n").read(tmp_path / "a")


def test_no_socket_leaves_this_machine() -> None:
    with socket.socket() as sock, pytest.raises(guards.OutsideWorld):
        sock.connect(("192.0.2.1", 80))
    with (
        socket.socket(type=socket.SOCK_DGRAM) as sock,
        pytest.raises(guards.OutsideWorld),
    ):
        sock.sendto(b"x", ("192.0.2.1", 53))


def test_names_are_not_looked_up() -> None:
    with pytest.raises(guards.OutsideWorld):
        socket.getaddrinfo("cf-v2.uapis.cn", 443)
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("nowhere.invalid", 443)
    assert socket.getaddrinfo("localhost", 80)


def test_loopback_sockets_work() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_a_warning_nobody_announced_is_a_complaint() -> None:
    watch = guards.LogWatch()
    watch.handle(logging.makeLogRecord({"levelname": "ERROR", "msg": "boom"}))
    assert "boom" in watch.complaint()


def test_an_announced_warning_is_none(expected_logs: guards.LogWatch) -> None:
    expected_logs("out of cheese")
    logging.getLogger("chmlfrp.kitchen").warning("out of %s", "cheese")
    assert expected_logs.complaint() == ""


def test_an_announced_warning_must_come() -> None:
    watch = guards.LogWatch()
    watch("out of cheese")
    watch("out of bread", maybe=True)
    assert "never logged: out of cheese" in watch.complaint()
    assert "bread" not in watch.complaint()


def test_a_process_left_behind_is_named_and_ended(home: Path) -> None:
    with guards.no_leftovers(str(home), patience_s=0) as left:
        process = subprocess.Popen([sys.executable, "-c", SLEEP], stdin=subprocess.PIPE)
    process.wait(5)
    assert process.stdin
    process.stdin.close()
    assert [str(process.pid) in text for text in left] == [True]


def test_a_process_that_ended_is_not(home: Path) -> None:
    with guards.no_leftovers(str(home)) as left:
        subprocess.run([sys.executable, "-c", ""], check=True)
    assert left == []


def test_what_an_older_process_starts_is_its_own(home: Path) -> None:
    nest = f"""if True:
        import subprocess, sys
        input()
        subprocess.Popen([sys.executable, "-c", {SLEEP!r}], stdin=sys.stdin)
        print("started", flush=True)
        input()
    """
    with subprocess.Popen(
        [sys.executable, "-c", nest], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as older:
        assert older.stdin
        assert older.stdout
        with guards.no_leftovers(str(home), patience_s=0) as left:
            subprocess.run([sys.executable, "-c", ""], check=True)
            older.stdin.write(b"\n")
            older.stdin.flush()
            assert older.stdout.readline()
    assert left == []


@given(strategies.integers())
def test_hypothesis_takes_the_fixtures_around_every_test(number: int) -> None:
    assert number == int(str(number))
