import asyncio
import contextlib
import os
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from chmlfrp.guard import relay
from chmlfrp.guard.hall import Hall
from chmlfrp.guard.meter import Sums
from chmlfrp.guard.peer import LoopbackPlace
from chmlfrp.guard.standing import Turned
from chmlfrp.model.guard import Ban, Guard, PassOn, Rule, parse_address
from support.doorway import Scene, a_door, header, read
from support.fake_minecraft import handshake, login, packet
from support.frps import free_port, until


@pytest_asyncio.fixture(params=["linux", "win32"])
async def scene(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    """On bare sockets, and on the transports of asyncio."""
    async with a_door(tmp_path, Guard(is_on=True), platform=request.param) as made:
        yield made


async def test_bytes_pass_both_ways_and_are_counted(scene: Scene) -> None:
    sent = os.urandom(3 << 20)
    reader, writer = await scene.visit()
    writer.write(sent)
    writer.write_eof()

    assert await read(reader) == sent
    writer.close()
    await until(lambda: scene.door.meter.open == 0, "the visitor left")
    sums = scene.door.meter.sums
    assert (sums.bytes_in, sums.bytes_out, sums.connections) == (len(sent),) * 2 + (1,)
    (visitor,) = scene.door.meter.visitors.values()
    assert str(visitor.address) == "203.0.113.7"
    assert (visitor.bytes_in, visitor.open) == (len(sent), 0)


async def test_a_header_in_pieces_is_put_together(scene: Scene) -> None:
    reader, writer = await scene.connect()
    for byte in header("2001:db8::7") + b"hello":
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(0)

    assert await read(reader, 5) == b"hello"
    assert [str(a) for a in scene.door.meter.visitors] == ["2001:db8::7"]
    writer.close()


async def test_one_half_may_end_before_the_other(scene: Scene) -> None:
    reader, writer = await scene.visit(first=b"question")
    writer.write_eof()

    assert await read(reader) == b"question"
    writer.close()


async def test_a_reader_that_is_slow_holds_the_sender_back(scene: Scene) -> None:
    """The door keeps no more than the transports' own bounds."""
    reader, writer = await scene.visit()
    data = bytes(1 << 20)
    for _ in range(32):
        writer.write(data)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            await writer.drain()
    assert scene.door.meter.sums.bytes_in < 24 << 20

    assert len(await read(reader, 32 << 20)) == 32 << 20
    writer.close()


async def test_the_last_bytes_wait_for_a_reader_as_long_as_it_takes_some(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = 0.3
    monkeypatch.setattr(relay, "LINGER_S", patience)
    sent = os.urandom(6 << 20)
    reader, writer = await scene.visit()
    writer.write(sent)
    writer.write_eof()
    loop = asyncio.get_running_loop()
    begun, got = loop.time(), b""

    while len(got) < len(sent):
        piece = await read(reader, min(128 << 10, len(sent) - len(got)))
        assert piece, f"cut off after {len(got)} bytes, {loop.time() - begun:.1f} s"
        got += piece
        await asyncio.sleep(patience / 8)

    assert got == sent
    assert loop.time() - begun > 3 * patience
    writer.close()


async def test_who_ends_before_the_header_is_counted(scene: Scene) -> None:
    reader, writer = await scene.connect()
    writer.write(header("203.0.113.7")[:9])
    writer.write_eof()

    assert await read(reader) == b""
    assert scene.door.meter.sums.refused == {Rule.NO_HEADER: 1}
    writer.close()


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"PROXY UNKNOWN\r\nhello"])
async def test_without_a_visitor_in_the_header_nobody_comes_in(
    scene: Scene, data: bytes
) -> None:
    reader, writer = await scene.connect()
    writer.write(data)

    assert await read(reader) == b""
    assert scene.door.meter.sums.refused == {Rule.NO_HEADER: 1}
    writer.close()


@pytest.mark.parametrize("platform", ["linux", "win32"])
async def test_a_process_that_is_not_frpc_gets_nothing(
    tmp_path: Path, platform: str
) -> None:
    async with a_door(tmp_path, Guard(is_on=True), platform=platform) as scene:
        scene.cores.clear()

        assert not await scene.is_let_in()
        assert scene.door.meter.sums.refused == {Rule.NOT_FRPC: 1}
        assert not scene.door.meter.visitors


async def test_where_there_are_no_unix_sockets_the_table_names_the_process(
    tmp_path: Path,
) -> None:
    async with a_door(tmp_path, Guard(is_on=True), platform="win32") as scene:
        assert isinstance(scene.place, LoopbackPlace)
        assert await scene.is_let_in()


@pytest.mark.parametrize(
    ("deny", "visitor"),
    [
        ("203.0.113.0/24", "203.0.113.7"),
        ("203.0.113.0/24", "::ffff:203.0.113.7"),
        ("2001:db8::/32", "2001:db8::7"),
    ],
)
async def test_deny_holds_and_others_come_in(
    tmp_path: Path, deny: str, visitor: str
) -> None:
    async with a_door(tmp_path, Guard(deny=(deny,))) as scene:
        assert not await scene.is_let_in(visitor)
        assert await scene.is_let_in("198.51.100.9")
        assert scene.door.meter.sums.refused == {Rule.DENY: 1}


async def test_rules_change_while_connections_stay(scene: Scene) -> None:
    reader, writer = await scene.visit(first=b"one")
    assert await read(reader, 3) == b"one"

    scene.door.apply(Guard(deny=("203.0.113.7",)))

    assert scene.door.refusal(parse_address("203.0.113.7")) is Rule.DENY
    assert not await scene.is_let_in()
    writer.write(b"two")
    assert await read(reader, 3) == b"two"
    writer.close()


async def test_a_block_ends_the_connections_of_that_address_alone(scene: Scene) -> None:
    reader, writer = await scene.visit(first=b"one")
    other_reader, other = await scene.visit("198.51.100.9", b"one")
    assert await read(reader, 3) == await read(other_reader, 3) == b"one"

    cut = scene.door.block(parse_address("203.0.113.7"), until=time.time() + 600)

    assert cut == 1
    assert await read(reader) == b""
    assert not await scene.is_let_in()
    other.write(b"two")
    assert await read(other_reader, 3) == b"two"
    for each in (writer, other):
        each.close()


async def test_connections_of_one_address_are_limited(tmp_path: Path) -> None:
    async with a_door(tmp_path, Guard(max_per_address=1)) as scene:
        reader, writer = await scene.visit(first=b"one")
        assert await read(reader, 3) == b"one"

        assert not await scene.is_let_in()
        assert await scene.is_let_in("198.51.100.9")
        writer.close()
        await until(lambda: scene.door.meter.open == 0, "they left")
        assert await scene.is_let_in()


async def test_a_service_that_is_down_means_a_clean_end(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        async with a_door(tmp_path, Guard(), port=port) as scene:
            reader, writer = await scene.visit(first=b"hello")

            assert await read(reader) == b""
            writer.close()
            assert len(scene.down) == 1
            assert scene.down[0].startswith(f"127.0.0.1:{port}: ")


@pytest.mark.parametrize(("pass_on", "version"), [(PassOn.V1, 1), (PassOn.V2, 2)])
async def test_the_visitor_is_passed_on_if_asked(
    tmp_path: Path, pass_on: PassOn, version: int
) -> None:
    async with a_door(tmp_path, Guard(pass_on=pass_on)) as scene:
        reader, writer = await scene.visit(first=b"hello")
        told = header("203.0.113.7", version) + b"hello"

        assert await read(reader, len(told)) == told
        writer.close()


async def test_who_plays_is_known_by_name(scene: Scene) -> None:
    said = handshake(2, protocol=767) + login("Steve")
    reader, writer = await scene.visit(first=said)

    assert await read(reader, len(said)) == said
    (visitor,) = scene.door.meter.visitors.values()
    assert visitor.players == {"Steve": 767}
    writer.close()


async def test_a_door_speaks_for_a_minecraft_server_that_sleeps(
    tmp_path: Path,
) -> None:
    async with a_door(tmp_path, Guard(asleep="zzz"), port=free_port()) as scene:
        reader, writer = await scene.visit(first=handshake(1) + packet(0, b""))
        said = await read(reader, 16)
        writer.write(packet(1, bytes(8)))
        said += await read(reader)

        assert b'{"text": "zzz"}' in said
        assert said.endswith(packet(1, bytes(8)))
        assert scene.down
        writer.close()
        other, writer = await scene.visit(first=b"GET / HTTP/1.1\r\n\r\n")
        assert await read(other) == b""
        writer.close()
        await until(lambda: scene.door.meter.open == 0, "they left")


async def test_who_is_silent_for_too_long_is_shown_out(tmp_path: Path) -> None:
    async with a_door(tmp_path, Guard(idle_timeout_s=1)) as scene:
        reader, writer = await scene.visit(first=b"hello")

        assert await read(reader) == b"hello"
        writer.close()


async def test_bytes_pass_no_faster_than_allowed(tmp_path: Path) -> None:
    async with a_door(tmp_path, Guard(bytes_per_second=1 << 20)) as scene:
        began = time.monotonic()
        reader, writer = await scene.visit(first=bytes(1 << 20))

        assert len(await read(reader, 1 << 20)) == 1 << 20
        assert time.monotonic() - began > 1.0
        writer.close()


async def test_a_service_is_found_by_its_name(tmp_path: Path) -> None:
    async with a_door(tmp_path, Guard()) as scene:
        scene.door.target = ("localhost", scene.door.target[1])
        assert await scene.is_let_in()
        scene.door.target = ("nobody.invalid", 1)
        assert not await scene.is_let_in()
        assert len(scene.down) == 1


async def test_who_never_says_who_the_visitor_is_is_shown_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chmlfrp.guard.door.HEADER_PATIENCE_S", 0.1)
    monkeypatch.setattr("chmlfrp.guard.door.SWEEP_EVERY_S", 0.1)
    async with a_door(tmp_path, Guard()) as scene:
        reader, writer = await scene.connect()

        assert await read(reader) == b""
        assert scene.door.meter.sums.refused == {Rule.NO_HEADER: 1}
        writer.close()


async def test_a_visitor_who_leaves_ends_the_connection_to_the_service(
    scene: Scene,
) -> None:
    reader, writer = await scene.visit(first=b"hello")
    assert await read(reader, 5) == b"hello"
    writer.close()

    await until(lambda: scene.door.meter.open == 0, "it is over")


async def test_a_try_of_the_daemon_is_no_visitor(scene: Scene) -> None:
    with scene.door.tries.begin() as mark:
        reader, writer = await scene.visit(first=mark.word + b"hello")
        assert await read(reader, 5) == b"hello"
        writer.close()
        await until(lambda: not scene.door.connections, "it is over")

        mark.port = 1
        assert await scene.is_let_in()
        scene.door.apply(Guard(deny=("203.0.113.7",)))
        assert not await scene.is_let_in()

    meter = scene.door.meter
    assert (meter.open, meter.sums, meter.visitors) == (0, Sums(), {})
    assert not await scene.is_let_in()
    assert meter.sums.refused == {Rule.DENY: 1}


async def test_a_word_that_is_not_good_now_is_a_visitors(scene: Scene) -> None:
    with scene.door.tries.begin() as mark:
        pass
    reader, writer = await scene.visit(first=mark.word)

    assert await read(reader, len(mark.word)) == mark.word
    assert scene.door.meter.sums.connections == 1
    writer.close()


async def test_who_fails_fast_too_often_is_banned_and_the_spared_never(
    tmp_path: Path,
) -> None:
    guard = Guard(is_on=True, ban=Ban(after=3, spare=("198.51.100.0/24",)))
    async with a_door(tmp_path, guard) as scene:
        for address in ("203.0.113.7", "198.51.100.7"):
            for _ in range(4):
                await scene.is_let_in(address)
                await until(lambda: not scene.door.meter.open, "it is out")

        assert scene.door.refusal(parse_address("203.0.113.7")) is Rule.BANNED
        assert scene.door.refusal(parse_address("198.51.100.7")) is None
        assert scene.door.meter.sums.refused == {Rule.BANNED: 1}
        assert scene.door.standing.lift(parse_address("203.0.113.7"))
        assert await scene.is_let_in("203.0.113.7")


async def test_a_service_that_is_down_bans_nobody(tmp_path: Path) -> None:
    guard = Guard(is_on=True, ban=Ban(after=1))
    async with a_door(tmp_path, guard, port=free_port()) as scene:
        assert not await scene.is_let_in()
        await until(lambda: not scene.door.meter.open, "it is out")

        assert scene.door.refusal(parse_address("203.0.113.7")) is None


async def test_rules_for_all_tunnels_count_the_visitors_of_all(tmp_path: Path) -> None:
    hall = Hall()
    hall.apply(Guard(max_connections=1), 0.0)
    (tmp_path / "b").mkdir()
    one = a_door(tmp_path, Guard(is_on=True), hall=hall)
    two = a_door(tmp_path / "b", Guard(is_on=True), hall=hall)
    async with one as first, two as second:
        _, writer = await first.visit()
        await until(lambda: bool(first.door.meter.open), "somebody is in")

        assert not await second.is_let_in("198.51.100.7")
        refusal, is_global = second.door.judge(parse_address("198.51.100.7"))
        assert refusal is not None
        assert (refusal.rule, is_global) == (Rule.MAX_CONNECTIONS, True)
        writer.close()
        await until(lambda: not first.door.meter.open, "it is out")
        assert await second.is_let_in("198.51.100.7")


async def test_who_is_blocked_for_all_tunnels_comes_in_at_none(tmp_path: Path) -> None:
    hall = Hall()
    async with a_door(tmp_path, Guard(is_on=True), hall=hall) as scene:
        hall.standing.turn(parse_address("203.0.113.7"), Turned(time.time() + 60))
        assert not await scene.is_let_in("203.0.113.7")
        assert await scene.is_let_in("198.51.100.7")
        assert scene.door.meter.sums.refused == {Rule.BLOCKED: 1}
        hall.standing.lift(parse_address("203.0.113.7"))
        assert await scene.is_let_in("203.0.113.7")


async def test_who_fails_at_all_tunnels_together_is_banned_from_all(
    tmp_path: Path,
) -> None:
    hall = Hall()
    hall.apply(Guard(ban=Ban(after=3, spare=("198.51.100.0/24",))), 0.0)
    (tmp_path / "b").mkdir()
    one = a_door(tmp_path, Guard(is_on=True), hall=hall)
    two = a_door(tmp_path / "b", Guard(is_on=True), hall=hall)
    async with one as first, two as second:
        for address in ("203.0.113.7", "198.51.100.7"):
            for scene in (first, second, first):
                assert await scene.is_let_in(address)
                await until(lambda s=scene: not s.door.meter.open, "it is out")

        for scene in (first, second):
            assert scene.door.refusal(parse_address("203.0.113.7")) is Rule.BANNED
            assert scene.door.refusal(parse_address("198.51.100.7")) is None
