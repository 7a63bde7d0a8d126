"""The demo as `make demo` runs it: every byte comes back, and nothing is left."""

import asyncio
import os
import signal
import socket
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec
import psutil
import pytest

from support.frps import until
from support.world import COMMAND


async def demo(tmp_path: Path, *options: str) -> Process:
    """Start the demo with a folder for temporary files of its own."""
    return await asyncio.create_subprocess_exec(
        *COMMAND,
        "demo",
        *options,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path), "CHMLFRP_LANG": "en"},
    )


def left_in(folder: Path) -> list[str]:
    """Return files in the folder and processes that speak of it."""
    processes = [
        " ".join(p.info["cmdline"])
        for p in psutil.process_iter(["cmdline"])
        if any(str(folder) in word for word in p.info["cmdline"] or ())
    ]
    return [*(path.name for path in folder.iterdir()), *processes]


@contextmanager
def usual_ports_taken() -> Iterator[None]:
    """Hold what a service, a node or a web page usually listens at."""
    with ExitStack() as held:
        for port in (7000, 7500, 7800, 8080, 80, 443):
            taken = held.enter_context(socket.socket())
            with suppress(OSError):  # somebody else holds it, or only root may
                taken.bind(("127.0.0.1", port))
                taken.listen()
        yield


async def test_every_byte_comes_back_and_nothing_is_left(tmp_path: Path) -> None:
    with usual_ports_taken():
        process = await demo(tmp_path, "--check", "--json")
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    told = msgspec.json.decode(out)
    assert told["ok"]
    assert [t["type"] for t in told["transfers"]] == ["tcp", "udp", "http"]
    assert all(t["sent_bytes"] == t["returned_bytes"] > 0 for t in told["transfers"])
    assert {s["name"] for s in told["steps"]} >= {"service", "daemon", "tunnels_up"}
    assert left_in(tmp_path) == []


async def test_ctrl_c_ends_it_and_nothing_is_left(tmp_path: Path) -> None:
    process = await demo(tmp_path)
    assert process.stdout is not None
    async with asyncio.timeout(50):
        async for line in process.stdout:
            if b"Ctrl-C" in line:
                break
    assert left_in(tmp_path)
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(30):
        await process.communicate()
    assert process.returncode == 0
    await until(lambda: left_in(tmp_path) == [], "nothing is left")


@pytest.mark.parametrize(
    ("step", "numbers"),
    [
        (b"on real frpc", (signal.SIGHUP,)),
        (b"a service at", (signal.SIGTERM,)),
        (b"signed in", (signal.SIGINT, signal.SIGINT)),
    ],
    ids=["closed", "ended", "impatient"],
)
async def test_ended_in_the_middle_it_leaves_nothing(
    tmp_path: Path, step: bytes, numbers: tuple[signal.Signals, ...]
) -> None:
    process = await demo(tmp_path, "--check")
    assert process.stdout is not None
    async with asyncio.timeout(50):
        async for line in process.stdout:
            if step in line:
                break
    for number in numbers:
        process.send_signal(number)
        await asyncio.sleep(0.1)
    async with asyncio.timeout(30):
        _, err = await process.communicate()
    assert process.returncode != 0
    assert b"Traceback" not in err
    assert left_in(tmp_path) == []
