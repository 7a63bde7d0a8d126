"""A pipe over a bare socket, with the other end held by the test."""

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import closing

import pytest
import pytest_asyncio

from chmlfrp.guard.link import Link
from chmlfrp.guard.pipe import Data, End, Pipe
from chmlfrp.guard.reactor import Reactor
from support.frps import until


class Ear(End):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.pipe: Pipe | None = None
        self.heard = bytearray()
        self.told: list[str] = []
        self.beyond: Pipe | None = None
        self.moved = 0
        self.relay: Pipe | None = None
        self.room: Pipe | None = None

    def joined(self, pipe: Pipe) -> None:
        self.pipe = pipe

    def carry(self, data: Data) -> None:
        self.heard += data
        if self.relay is not None:
            self.relay.write(data)

    def straight(self) -> Pipe | None:
        return self.beyond

    def passed(self, size: int) -> None:
        self.moved += size

    def eof_received(self) -> bool:
        self.told.append("eof")
        return True

    def pause_writing(self) -> None:
        self.told.append("full")
        if self.room is not None:
            self.room.pause_reading()

    def resume_writing(self) -> None:
        self.told.append("room")
        if self.room is not None:
            self.room.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self.told.append("lost")


class Pair:
    """A link and the socket at its other end."""

    def __init__(self, reactor: Reactor | None = None) -> None:
        ours, self.theirs = socket.socketpair()
        for each in (ours, self.theirs):
            each.settimeout(0)
        self.reactor = reactor or Reactor()
        self.ear = Ear()
        buffer = memoryview(bytearray(256 * 1024))
        self.link = Link(self.reactor, ours, self.ear, buffer)
        self.link.begin()


@pytest_asyncio.fixture
async def pair() -> AsyncIterator[Pair]:
    made = Pair()
    with closing(made.theirs):
        yield made
        made.link.abort()


async def test_what_comes_is_handed_on(pair: Pair) -> None:
    pair.theirs.send(b"hello")

    await until(lambda: pair.ear.heard == b"hello", "it came")
    pair.link.write(b"yes")
    assert pair.theirs.recv(10) == b"yes"


async def test_what_is_not_taken_is_kept_and_told(pair: Pair) -> None:
    sent = bytes(range(256)) * 8192
    pair.link.write(sent[: 1 << 20])
    pair.link.write(sent[1 << 20 :])
    pair.link.write_eof()
    assert pair.ear.told == ["full"]

    loop = asyncio.get_running_loop()
    got = bytearray()
    while data := await loop.sock_recv(pair.theirs, 65536):
        got += data

    assert bytes(got) == sent
    assert pair.ear.told == ["full", "room"]


async def test_closing_waits_for_what_was_written(pair: Pair) -> None:
    pair.link.write(bytes(1 << 20))
    pair.link.close()
    assert pair.link.is_closing()
    assert "lost" not in pair.ear.told

    loop = asyncio.get_running_loop()
    size = 0
    while data := await loop.sock_recv(pair.theirs, 65536):
        size += len(data)

    assert size == 1 << 20
    assert pair.ear.told[-1] == "lost"


async def test_one_half_may_end(pair: Pair) -> None:
    pair.theirs.shutdown(socket.SHUT_WR)

    await until(lambda: pair.ear.told == ["eof"], "it is told")
    pair.link.write(b"still")
    assert pair.theirs.recv(10) == b"still"


async def test_an_end_that_hung_up_is_lost(pair: Pair) -> None:
    pair.theirs.send(b"last words")
    pair.theirs.close()

    await until(lambda: pair.ear.told == ["lost"], "it is told once")
    assert pair.ear.heard == b"last words"


async def test_writing_to_who_is_gone_is_told_after_the_call(pair: Pair) -> None:
    pair.link.pause_reading()
    pair.theirs.close()

    pair.link.write(b"anybody?")
    assert pair.ear.told == []
    await until(lambda: pair.ear.told == ["lost"], "it is told")


async def test_who_is_not_read_from_is_not_heard(pair: Pair) -> None:
    pair.link.pause_reading()
    pair.theirs.send(b"hello")
    await asyncio.sleep(0.01)
    assert not pair.ear.heard

    pair.link.resume_reading()

    await until(lambda: pair.ear.heard == b"hello", "it came")


async def test_the_reactor_serves_everybody_in_turns() -> None:
    pairs = [Pair() for _ in range(70)]
    for each in pairs:
        each.theirs.send(b"x")

    await until(lambda: all(each.ear.heard for each in pairs), "all were heard")
    for each in pairs:
        each.link.abort()
        each.theirs.close()


@pytest.mark.parametrize("fault", [None, errno.EINVAL])
async def test_much_goes_from_link_to_link_within_the_kernel_where_it_can(
    monkeypatch: pytest.MonkeyPatch, fault: int | None
) -> None:
    sent = os.urandom(4 << 20)
    reactor = Reactor()
    source, target = Pair(reactor), Pair(reactor)
    source.ear.beyond, target.ear.beyond = target.link, source.link
    target.ear.room = source.link
    source.ear.relay = target.link
    if fault is not None:
        monkeypatch.setattr("os.splice", refusing(fault))
    loop = asyncio.get_running_loop()
    got = bytearray()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(loop.sock_sendall(source.theirs, sent))
        while len(got) < len(sent):
            got += await loop.sock_recv(target.theirs, 1 << 20)

    assert bytes(got) == sent
    assert (source.ear.moved > 0) is (fault is None)
    for each in (source, target):
        each.link.abort()
        each.theirs.close()


async def test_moving_to_who_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chmlfrp.guard.link.MUCH", 1)
    reactor = Reactor()
    source, target = Pair(reactor), Pair(reactor)
    source.ear.beyond = source.ear.relay = target.link
    source.theirs.send(b"one")
    await until(lambda: source.ear.heard == b"one", "it came")
    target.link.pause_reading()
    target.theirs.close()

    source.theirs.send(b"two")

    await until(lambda: target.ear.told == ["lost"], "it is told")
    source.link.abort()
    source.theirs.close()


def refusing(code: int) -> Callable[..., int]:
    def splice(*_: object, **__: object) -> int:
        raise OSError(code, os.strerror(code))

    return splice
