"""The demo's own service and daemon, as processes in a throw-away folder."""

import asyncio
import contextlib
import os
import secrets
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from chmlfrp.control.client import ControlClient, connect
from chmlfrp.errors import LocalError
from chmlfrp.local.files import read_private
from chmlfrp.local.paths import Home
from chmlfrp.local.process import python_module
from chmlfrp.model.secret import Secret

USER = "demo"
READY_WITHIN_S = 30.0
_END_WITHIN_S = 10.0
_LAST_WORDS = 2000


class DemoNode(msgspec.Struct, frozen=True, kw_only=True):
    """The node that the service announced."""

    name: str
    host: str
    port: int
    http_port: int
    https_port: int
    ports: str


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What the service says when it is ready."""

    api: str
    node: DemoNode


@contextlib.asynccontextmanager
async def service(
    folder: Path, *options: str, tunnels: int | None = None
) -> AsyncIterator[tuple[Ready, Secret]]:
    """Run the service with one node and one account; give its password too.

    options: more of `selfhost serve`.
    tunnels: how many the account may have, if not what its group may.
    """
    password = Secret(secrets.token_urlsafe(12) + "-1a")
    argv = [*python_module("chmlfrp.selfhost"), "serve", "--data", str(folder)]
    log = folder.with_suffix(".log")
    argv += ["--port", "0", "--json", *options]
    async with _process(argv, {}, log) as process:
        assert process.stdout is not None
        async with asyncio.timeout(READY_WITHIN_S):
            line = await process.stdout.readline()
        if not line:
            raise LocalError(f"the service did not start: {_last_words(log)}")
        await _add_user(folder, password, tunnels)
        yield msgspec.json.decode(line, type=Ready), password


@contextlib.asynccontextmanager
async def daemon(home: Home, api: str) -> AsyncIterator[ControlClient]:
    """Run a daemon with a home of its own for that service; give a client of it."""
    root = home.state_dir.parent
    environ = {"CHMLFRP_HOME": str(root), "CHMLFRP_API": api}
    log = root.with_suffix(".log")
    async with _process(python_module("chmlfrp.daemon"), environ, log):
        client = await connect(
            lambda: read_private(home.endpoint_file) if root.exists() else None,
            patience_s=READY_WITHIN_S,
        )
        async with client:
            yield client


async def _add_user(folder: Path, password: Secret, tunnels: int | None) -> None:
    limit = () if tunnels is None else ("--tunnels", str(tunnels))
    adding = await asyncio.create_subprocess_exec(
        *python_module("chmlfrp.selfhost"),
        *("user", "add", USER, "--data", str(folder), "--group", "超级会员"),
        "--password-stdin",
        *limit,
        stdin=PIPE,
        stdout=DEVNULL,
        stderr=PIPE,
    )
    try:
        _, complaint = await adding.communicate(password.reveal().encode())
    finally:
        await _end(adding)
    if adding.returncode != 0:
        raise LocalError(f"no account could be made: {complaint.decode()}")


@contextlib.asynccontextmanager
async def _process(
    argv: list[str], environ: Mapping[str, str], log: Path
) -> AsyncIterator[Process]:
    """Run it in a group of its own, so that Ctrl-C reaches the demo alone."""
    with log.open("wb") as stderr:
        options: dict[str, Any] = {"start_new_session": os.name == "posix"}
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=stderr,
            env={**os.environ, **environ},
            **options,
        )
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    try:
        async with asyncio.timeout(_END_WITHIN_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _last_words(log: Path) -> str:
    return log.read_text("utf-8", errors="replace")[-_LAST_WORDS:]
