import asyncio
import contextlib
import errno
import socket
from pathlib import Path
from typing import Any

import pytest

from chmlfrp.guard.peer import UnixPlace
from chmlfrp.local.limits import raise_open_files
from chmlfrp.model.guard import Guard, Rule
from support.doorway import a_door, header, read
from support.frps import until
from support.guards import LogWatch


async def test_a_door_goes_on_once_the_system_has_files_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: LogWatch
) -> None:
    expected_logs("WARNING chmlfrp.guard.lean: a door cannot let in: Too many")
    monkeypatch.setattr("chmlfrp.guard.lean.BREATH_S", 0.05)
    accept, refusals = socket.socket.accept, [OSError(errno.EMFILE, "Too many files")]

    def out_of_files(self: socket.socket) -> Any:
        if self.family == socket.AF_UNIX and refusals:
            raise refusals.pop()
        return accept(self)

    monkeypatch.setattr(socket.socket, "accept", out_of_files)
    async with a_door(tmp_path, Guard()) as scene:
        assert await scene.is_let_in()
        assert not refusals


async def test_no_files_for_the_way_to_the_service_is_not_said_of_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: LogWatch
) -> None:
    expected_logs("WARNING chmlfrp.guard.door: a door cannot go on to 127.0.0.1")

    def out_of_files(family: int, kind: int) -> socket.socket:
        raise OSError(errno.EMFILE, "Too many files")

    async with a_door(tmp_path, Guard()) as scene:
        _, writer = streams = await scene.connect()
        with monkeypatch.context() as patch:
            patch.setattr("chmlfrp.guard.dial.socket.socket", out_of_files)
            writer.write(header("203.0.113.7"))
            assert await read(streams[0]) == b""
        writer.close()
        assert scene.down == []


async def test_a_door_that_is_retired_lets_nobody_more_in(tmp_path: Path) -> None:
    async with a_door(tmp_path, Guard()) as scene:
        reader, writer = await scene.visit(first=b"one")
        assert await reader.readexactly(3) == b"one"

        await scene.door.retire()

        with pytest.raises(FileNotFoundError):
            await scene.connect()
        writer.write(b"two")
        assert await reader.readexactly(3) == b"two"
        writer.close()


async def test_thousands_who_come_before_the_door_looks_are_all_met(
    tmp_path: Path,
) -> None:
    raise_open_files()
    count, denied = 2_000, Guard(deny=("203.0.113.0/24",))
    async with a_door(tmp_path, denied) as scene:
        assert isinstance(scene.place, UnixPlace)
        with contextlib.ExitStack() as them:
            for _ in range(count):
                visitor = them.enter_context(socket.socket(socket.AF_UNIX))
                visitor.setblocking(False)
                visitor.connect(str(scene.place.path))
                visitor.send(header("203.0.113.7"))

            refused = scene.door.meter.sums.refused
            await until(lambda: refused[Rule.DENY] == count, "all are met")


async def test_who_was_taken_but_not_greeted_when_a_door_closes_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chmlfrp.guard.lean.GREETED_AT_ONCE", 0)
    async with a_door(tmp_path, Guard()) as scene:
        reader, writer = await scene.visit()
        for _ in range(5):
            await asyncio.sleep(0)
        await scene.door.close()
        assert await read(reader) == b""
        writer.close()


@pytest.mark.parametrize("platform", ["linux", "win32"])
async def test_a_name_that_cannot_be_one_costs_its_visitors_alone(
    tmp_path: Path, platform: str
) -> None:
    async with a_door(tmp_path, Guard(), platform=platform) as scene:
        there, scene.door.target = scene.door.target, ("here..invalid", 80)
        assert not await scene.is_let_in()
        assert scene.down == ["here..invalid:80: no answer"]

        scene.door.target = there
        assert await scene.is_let_in()
