"""Services as people publish them: nginx, an SSH server, iperf3."""

import asyncio
import getpass
import json
import shutil
import subprocess
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from support.frps import free_port

PATIENCE_S = 30.0
RIGHT = "right"
"""The password."""


def program(name: str) -> str:
    """Return where it is; the test is skipped where it is not."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not here: apt install {name}")
    return found


@dataclass(frozen=True)
class Nginx:
    """It answers with what it knows of the visitor; both ports serve `folder`."""

    plain: int
    """Says `X-Forwarded-For` and `X-Real-IP`."""
    told: int
    """Expects the PROXY protocol and says the address that it names."""
    folder: Path


@asynccontextmanager
async def nginx(folder: Path) -> AsyncIterator[Nginx]:
    """Yield nginx, in the foreground and of this user alone."""
    served = folder / "served"
    await asyncio.to_thread(served.mkdir, parents=True)
    made = Nginx(free_port(), free_port(), served)
    paths = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    who = 'return 200 "$http_x_forwarded_for $http_x_real_ip"'
    config = f"""
daemon off; user {getpass.getuser()}; worker_processes 1;
pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; {paths}
  server {{ listen 127.0.0.1:{made.plain}; root {served}; location = /who {{ {who}; }} }}
  server {{
    listen 127.0.0.1:{made.told} proxy_protocol; root {served};
    location = /who {{ return 200 "$proxy_protocol_addr"; }}
  }}
}}
"""
    (folder / "nginx.conf").write_text(config)
    argv = [program("nginx"), "-p", str(folder), "-e", f"{folder}/error.log"]
    argv += ["-c", f"{folder}/nginx.conf"]
    async with _running(argv, made.plain):
        yield made


class _Shell(asyncssh.SSHServer):
    """Lets in whoever knows the password."""

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return password == RIGHT


@asynccontextmanager
async def ssh_server() -> AsyncIterator[int]:
    """Yield the port of an SSH server that sends back what a session gets."""

    async def serve(process: "asyncssh.SSHServerProcess[bytes]") -> None:
        while data := await process.stdin.read(65536):
            process.stdout.write(data)
            await process.stdout.drain()
        process.exit(0)

    server = await asyncssh.create_server(
        _Shell,
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        process_factory=serve,
        encoding=None,
    )
    async with server:
        yield server.get_port()


async def through_ssh(port: int, data: bytes, *, password: str = RIGHT) -> bytes:
    """Return what a session through SSH gives back; raises OSError, asyncssh.Error."""
    async with (
        asyncio.timeout(PATIENCE_S),
        asyncssh.connect(
            "127.0.0.1",
            port,
            username="anna",
            password=password,
            known_hosts=None,
            config=None,
            client_keys=None,
            agent_path=None,
        ) as session,
    ):
        done = await session.run("echo", input=data, encoding=None)
    assert isinstance(done.stdout, bytes)
    return done.stdout


@asynccontextmanager
async def iperf_server() -> AsyncIterator[int]:
    """Yield the port of an iperf3 server."""
    port = free_port()
    argv = [program("iperf3"), "-s", "-B", "127.0.0.1", "-p", str(port)]
    async with _running(argv, port):
        yield port


async def iperf(port: int, *arguments: str) -> dict[str, Any]:
    """Return what a run of iperf3 through that port measured."""
    argv = [program("iperf3"), "-c", "127.0.0.1", "-p", str(port), "-J", *arguments]
    client = await asyncio.create_subprocess_exec(*argv, stdout=PIPE, stderr=PIPE)
    async with asyncio.timeout(PATIENCE_S):
        said, _ = await client.communicate()
    found: dict[str, Any] = json.loads(said)
    assert "error" not in found, found["error"]
    return found


@asynccontextmanager
async def _running(argv: list[str], port: int) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=DEVNULL, stdout=DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        await _listens(process, port)
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _listens(process: Process, port: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            await writer.wait_closed()
            return
    raise AssertionError("it ended before it listened")
