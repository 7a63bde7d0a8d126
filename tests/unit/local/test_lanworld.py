"""Worlds that are open to the LAN: read from packets, heard for a while."""

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.local.lanworld import LanWorld, find_worlds, read

GOOD = "[MOTD]§aanna - 新的世界[/MOTD][AD]51234[/AD]".encode()


def test_a_world_of_this_machine_is_reached_at_loopback() -> None:
    mine = read(GOOD, "10.0.0.5", own={"10.0.0.5"})
    assert mine == LanWorld(name="anna - 新的世界", host="127.0.0.1", port=51234)
    other = read(GOOD, "10.0.0.6", own={"10.0.0.5"})
    assert other is not None
    assert other.host == "10.0.0.6"


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"[MOTD]a[/MOTD]",
        b"[AD]1[/AD]",
        b"[MOTD]a[/MOTD][AD]0[/AD]",
        b"[MOTD]a[/MOTD][AD]99999[/AD]",
        b"\xff\xfe",
    ],
)
def test_other_packets_are_no_worlds(packet: bytes) -> None:
    assert read(packet, "10.0.0.6") is None


def test_older_games_name_their_address_as_well() -> None:
    found = read(b"[MOTD]a[/MOTD][AD]192.168.1.3:25566[/AD]", "192.168.1.3")
    assert found is not None
    assert found.port == 25566


@given(st.binary(max_size=300))
def test_no_packet_is_a_fault(packet: bytes) -> None:
    found = read(b"[MOTD]" + packet + b"[/MOTD][AD]7[/AD]", "10.0.0.6")
    assert found is None or (found.name.isprintable() or found.name == "")


async def test_a_world_is_heard_of_once() -> None:
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.bind(("127.0.0.1", 0))
    ear.settimeout(0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as game:
        for packet in (b"noise", GOOD, GOOD):
            game.sendto(packet, ear.getsockname())
        (world,) = await find_worlds(0.3, opened=lambda: ear)
    assert world.port == 51234
    assert ear.fileno() == -1


async def test_without_a_network_there_are_no_worlds() -> None:
    def none() -> socket.socket:
        raise OSError("no network")

    async with asyncio.timeout(5):
        assert await find_worlds(60, opened=none) == []
