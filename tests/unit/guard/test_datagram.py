"""The door of a udp tunnel; frpc is the test itself, and an echo stands behind."""

import asyncio
import contextlib
import ipaddress
import os
import struct
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from chmlfrp.guard import datagram, peer, proxy
from chmlfrp.guard.datagram import DatagramDoor
from chmlfrp.guard.hall import Hall
from chmlfrp.guard.peer import LoopbackPlace, Owners
from chmlfrp.model.guard import Guard, PassOn, Rule, parse_address
from chmlfrp.model.schedule import parse_windows
from support.by_hand import udp_echo
from support.frps import until

NIGHT = parse_windows("00:00-00:01")
VISITOR, OTHER = "203.0.113.7", "198.51.100.9"


def header(address: str) -> bytes:
    """As frpc 0.65 puts it before a datagram."""
    source = ipaddress.ip_address(address).packed
    family = 0x12 if len(source) == 4 else 0x22
    fixed = struct.pack("!BBH", 0x21, family, 2 * len(source) + 4)
    ports = struct.pack("!HH", 40000, 7000)
    return proxy.SIGNATURE + fixed + source + source + ports


class Sender(asyncio.DatagramProtocol):
    """frpc's socket for one visitor."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    @property
    def port(self) -> int:
        port: int = self.transport.get_extra_info("sockname")[1]
        return port

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.answers.append(data)


class Scene:
    """A door, and frpc's sockets."""

    def __init__(
        self, door: DatagramDoor, port: int, cores: set[int], hall: Hall
    ) -> None:
        self.door, self.port, self.cores, self.hall = door, port, cores, hall
        self.senders = contextlib.ExitStack()

    async def sender(self, *, at: tuple[str, int] | None = None) -> Sender:
        loop = asyncio.get_running_loop()
        transport, sender = await loop.create_datagram_endpoint(
            Sender, local_addr=at, remote_addr=("127.0.0.1", self.port)
        )
        self.senders.callback(transport.close)
        return sender

    async def echoed(self, sender: Sender, data: bytes, bare: bytes) -> None:
        sender.transport.sendto(data)
        await until(lambda: sender.answers[-1:] == [bare], "it came back")


@contextlib.asynccontextmanager
async def a_door(folder: Path, guard: Guard) -> AsyncIterator[Scene]:
    cores, hall = {os.getpid()}, Hall()
    async with udp_echo() as port, asyncio.TaskGroup() as tasks:
        door = DatagramDoor(
            guard,
            ("127.0.0.1", port),
            is_core=cores.__contains__,
            tell_down=print,
            tasks=tasks,
            wall=lambda: datetime(2026, 11, 23, 12),
            hall=hall,
        )
        place = await door.open(folder)
        assert isinstance(place, LoopbackPlace)
        scene = Scene(door, place.port, cores, hall)
        with scene.senders:
            try:
                yield scene
            finally:
                await door.close()
        assert door.meter.open == 0


@pytest.mark.parametrize("later", [header(VISITOR), b""])
async def test_datagrams_of_one_sender_are_one_connection(
    tmp_path: Path, later: bytes
) -> None:
    """Whether the core names the sender each time or the first time alone."""
    async with a_door(tmp_path, Guard()) as scene:
        sender = await scene.sender()
        await scene.echoed(sender, header(VISITOR) + b"one", b"one")
        await scene.echoed(sender, later + b"three", b"three")

        (visitor,) = scene.door.meter.visitors.values()
        assert str(visitor.address) == VISITOR
        assert (visitor.bytes_in, visitor.bytes_out, visitor.open) == (8, 8, 1)
        assert scene.door.meter.sums.connections == 1


@pytest.mark.parametrize(
    ("visitor", "network"),
    [
        (VISITOR, f"{VISITOR}/24"),
        ("2001:db8::7", "2001:db8::/32"),
        (f"::ffff:{VISITOR}", f"{VISITOR}/24"),
        (VISITOR, f"::ffff:{VISITOR}/120"),
    ],
)
async def test_who_is_denied_is_not_answered_and_others_are(
    tmp_path: Path, visitor: str, network: str
) -> None:
    async with a_door(tmp_path, Guard(deny=(network,))) as scene:
        denied, other = await scene.sender(), await scene.sender()
        for _ in range(3):
            denied.transport.sendto(header(visitor) + b"no")
        await scene.echoed(other, header(OTHER) + b"yes", b"yes")

        await until(
            lambda: scene.door.meter.sums.refused == {Rule.DENY: 1}, "once a sender"
        )
        assert not denied.answers


async def test_a_process_that_is_not_frpc_gets_nothing(tmp_path: Path) -> None:
    async with a_door(tmp_path, Guard()) as scene:
        scene.cores.clear()
        sender = await scene.sender()
        sender.transport.sendto(header(VISITOR) + b"hello")

        refused = scene.door.meter.sums.refused
        await until(lambda: refused == {Rule.NOT_FRPC: 1}, "it is turned away")
        assert not scene.door.meter.visitors


async def test_frpcs_port_at_another_address_is_not_frpc(tmp_path: Path) -> None:
    """Not even if it is frpc's own process: it sends from where the door listens."""
    async with a_door(tmp_path, Guard()) as scene:
        frpc = await scene.sender()
        await scene.echoed(frpc, header(VISITOR) + b"x", b"x")
        other = await scene.sender(at=("127.0.0.9", frpc.port))
        other.transport.sendto(header(OTHER) + b"hello")

        refused = scene.door.meter.sums.refused
        await until(lambda: refused == {Rule.NOT_FRPC: 1}, "it is turned away")
        await scene.echoed(frpc, b"y", b"y")
        assert not other.answers
        assert [str(each) for each in scene.door.meter.visitors] == [VISITOR]


async def test_who_shares_frpcs_port_is_not_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_door(tmp_path, Guard()) as scene:
        sender = await scene.sender()
        whose = [("127.0.0.1", os.getpid()), ("0.0.0.0", None)]
        owners = Owners({sender.port: frozenset(whose)})
        monkeypatch.setattr(peer, "datagram_owners", lambda: owners)
        sender.transport.sendto(header(VISITOR) + b"hello")

        refused = scene.door.meter.sums.refused
        await until(lambda: refused == {Rule.NOT_FRPC: 1}, "it is turned away")


@pytest.mark.parametrize("is_silent", [True, False])
async def test_a_port_that_became_anothers_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_silent: bool
) -> None:
    """After silence before anything passes; while it speaks soon after."""
    async with a_door(tmp_path, Guard()) as scene:
        sender = await scene.sender()
        await scene.echoed(sender, header(VISITOR) + b"x", b"x")
        (flow,) = scene.door.flows
        await scene.echoed(sender, header(VISITOR) + b"still", b"still")

        scene.cores.clear()
        if is_silent:
            flow.last_at -= datagram.LOOK_AGAIN_S
        else:
            monkeypatch.setattr(flow, "_looked_at", 0.0)
        counted = scene.door.meter.sums.bytes_in
        sender.transport.sendto(header(VISITOR) + b"no")

        await until(lambda: flow not in scene.door.flows, "it is over")
        passed = scene.door.meter.sums.bytes_in - counted
        assert passed == (0 if is_silent else len("no"))
        sender.transport.sendto(header(VISITOR) + b"no")
        refused = scene.door.meter.sums.refused
        await until(lambda: refused == {Rule.NOT_FRPC: 1}, "it is turned away")


async def test_frpc_goes_on_after_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_door(tmp_path, Guard()) as scene:
        sender = await scene.sender()
        await scene.echoed(sender, header(VISITOR) + b"x", b"x")
        monkeypatch.setattr(datagram, "LOOK_AGAIN_S", 0.0)

        await scene.echoed(sender, header(VISITOR) + b"y", b"y")
        monkeypatch.setattr(datagram, "LOOK_AGAIN_S", 60.0)

        assert scene.door.meter.sums.connections == 1


@pytest.mark.parametrize("data", [b"hello", proxy.SIGNATURE, proxy.SIGNATURE + b"\x31"])
async def test_who_is_not_named_by_a_core_that_names_all_is_refused(
    tmp_path: Path, data: bytes
) -> None:
    async with a_door(tmp_path, Guard()) as scene:
        sender = await scene.sender()
        sender.transport.sendto(data)

        refused = scene.door.meter.sums.refused
        await until(lambda: refused == {Rule.NO_HEADER: 1}, "it is turned away")


async def test_all_are_one_where_the_core_names_nobody(tmp_path: Path) -> None:
    """And what looks like a header is the visitor's own, and no address."""
    async with a_door(tmp_path, Guard(max_per_address=1)) as scene:
        scene.door.tells_senders = False
        for _ in range(2):
            sender = await scene.sender()
            sent = header(VISITOR) + b"hello"
            await scene.echoed(sender, sent, sent)

        assert list(scene.door.meter.visitors) == [datagram.UNKNOWN]
        assert scene.door.meter.sums.connections == 2


async def test_all_who_are_not_named_are_metered_and_limited_as_one(
    tmp_path: Path,
) -> None:
    deny = Guard(deny=(VISITOR,), max_per_address=1, new_per_minute=1)
    async with a_door(tmp_path, deny) as scene:
        scene.door.tells_senders = False
        scene.door.block(parse_address(VISITOR), until=1e12)
        for said in (b"one", b"three"):
            await scene.echoed(await scene.sender(), said, said)

        (visitor,) = scene.door.meter.visitors.values()
        assert visitor.address == datagram.UNKNOWN
        assert (visitor.bytes_in, visitor.bytes_out, visitor.open) == (8, 8, 2)

        scene.door.apply(Guard(max_connections=2))
        late = await scene.sender()
        late.transport.sendto(b"no")
        sums = scene.door.meter.sums
        await until(lambda: sums.refused == {Rule.MAX_CONNECTIONS: 1}, "it is full")
        assert not late.answers
        assert visitor.refused == {Rule.MAX_CONNECTIONS: 1}


@pytest.mark.parametrize(
    ("common", "rule"),
    [
        (Guard(max_connections=1), Rule.MAX_CONNECTIONS),
        (Guard(hours=NIGHT), Rule.HOURS),
        (Guard(allow=(VISITOR,)), Rule.ALLOW),
        (Guard(deny=("0.0.0.0/0",)), Rule.DENY),
    ],
)
async def test_rules_for_all_tunnels_hold_where_the_core_names_nobody(
    tmp_path: Path, common: Guard, rule: Rule
) -> None:
    async with a_door(tmp_path, Guard()) as scene:
        scene.door.tells_senders = False
        await scene.echoed(await scene.sender(), b"first", b"first")
        scene.hall.apply(common, 0.0)
        if rule is Rule.MAX_CONNECTIONS:
            await scene.echoed(await scene.sender(), b"counted", b"counted")
        refused, is_global = scene.door.judge(datagram.UNKNOWN)
        assert refused is not None
        assert (refused.rule, is_global) == (rule, True)

        other = await scene.sender()
        other.transport.sendto(b"no")
        sums = scene.door.meter.sums
        await until(lambda: sums.refused == {rule: 1}, "it is turned away")
        assert not other.answers


async def test_counts_of_one_address_for_all_tunnels_stop_nobody_who_is_not_named(
    tmp_path: Path,
) -> None:
    async with a_door(tmp_path, Guard()) as scene:
        scene.door.tells_senders = False
        scene.hall.apply(Guard(max_per_address=1, new_per_minute=1), 0.0)
        for _ in range(3):
            await scene.echoed(await scene.sender(), b"hello", b"hello")


async def test_the_service_is_told_who_sends_if_asked(tmp_path: Path) -> None:
    async with a_door(tmp_path, Guard(pass_on=PassOn.V2)) as scene:
        sent = header(VISITOR) + b"hello"
        await scene.echoed(await scene.sender(), sent, sent)


async def test_who_is_silent_is_forgotten_and_room_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datagram, "MOST_FLOWS", 2)
    async with a_door(tmp_path, Guard(idle_timeout_s=1)) as scene:
        for _ in range(3):
            sender = await scene.sender()
            await scene.echoed(sender, header(VISITOR) + b"x", b"x")
        assert scene.door.connections == scene.door.meter.open == 2

        await until(lambda: scene.door.connections == 0, "they are forgotten")
        assert scene.door.meter.open == 0


async def test_a_block_ends_what_is_open(tmp_path: Path) -> None:
    async with a_door(tmp_path, Guard()) as scene:
        sender = await scene.sender()
        await scene.echoed(sender, header(VISITOR) + b"x", b"x")

        assert scene.door.block(parse_address(VISITOR), until=1e12) == 1

        sender.transport.sendto(header(VISITOR) + b"again")
        refused = scene.door.meter.sums.refused
        await until(lambda: refused == {Rule.BLOCKED: 1}, "it is turned away")


async def test_what_comes_too_fast_is_lost(tmp_path: Path) -> None:
    async with a_door(tmp_path, Guard(bytes_per_second=4000)) as scene:
        sender = await scene.sender()
        await scene.echoed(sender, header(VISITOR) + b"x", b"x")
        for _ in range(50):
            sender.transport.sendto(header(VISITOR) + bytes(1000))

        sums = scene.door.meter.sums
        await until(lambda: sums.bytes_in > 1000, "the first come in")
        for _ in range(200):
            await asyncio.sleep(0)
        assert sums.bytes_in < 25_000
