"""A door is open, shut, or nobody says anything; and what hangs holds nobody up."""

import asyncio
import socket
import threading

from chmlfrp.local.aside import Aside
from chmlfrp.local.door import Door
from chmlfrp.model.network import Knock


async def test_a_door_is_open_or_shut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert await Door("127.0.0.1", port).knock() is Knock.OPEN
    assert await Door("127.0.0.1", port).knock() is Knock.REFUSED


async def test_a_name_that_nobody_knows_is_silence() -> None:
    assert await Door("nowhere.invalid", 1).knock() is Knock.SILENT


async def test_work_that_hangs_is_not_waited_for_nor_begun_twice() -> None:
    begun, end = [], threading.Event()

    def hang() -> None:
        begun.append(1)
        end.wait()

    aside = Aside(hang, patience_s=0.01, name="hanging")
    assert await aside() is False
    assert await aside() is False
    assert len(begun) == 1
    end.set()
    await asyncio.to_thread(_joined, "hanging")
    assert await aside() is True


def _joined(name: str) -> None:
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join()
