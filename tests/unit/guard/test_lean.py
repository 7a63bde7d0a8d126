import errno
import socket
from pathlib import Path
from typing import Any

import pytest

from chmlfrp.model.guard import Guard
from support.doorway import a_door
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
