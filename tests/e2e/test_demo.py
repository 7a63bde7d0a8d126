"""The demo as `make demo` runs it: every byte comes back, and nothing is left."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import msgspec
import psutil

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


async def test_every_byte_comes_back_and_nothing_is_left(tmp_path: Path) -> None:
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
