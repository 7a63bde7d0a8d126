"""The door of a running daemon: who may come in, over the real socket."""

import asyncio
import os
import stat
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from chmlfrp.control.routes import ROUTES
from support.world import Machine, machine_at

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = 65534
KNOCK = """
import os, socket, sys
os.chdir(sys.argv[1])  # the folders keep others out as well; here the socket has to
os.setgroups([])
os.setgid(int(sys.argv[2]))
os.setuid(int(sys.argv[2]))
with socket.socket(socket.AF_UNIX) as door:
    door.connect("control.sock")
"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def host(
    tmp_path_factory: pytest.TempPathFactory, service: Any
) -> AsyncIterator[Machine]:
    """Yield a machine whose daemon knows nobody."""
    async with machine_at(tmp_path_factory.mktemp("door") / "home", service) as machine:
        await machine.start()
        yield machine


@pytest_asyncio.fixture(loop_scope="module")
async def door(host: Machine) -> AsyncIterator[httpx2.AsyncClient]:
    """Yield a client that says only what it is told to say."""
    transport = httpx2.AsyncHTTPTransport(uds=str(host.home.socket_path))
    async with httpx2.AsyncClient(
        base_url="http://chmlfrp", transport=transport
    ) as http:
        yield http


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://chmlfrp"},
        {"Referer": "http://127.0.0.1/"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": "localhost:80"},
        {"Host": ""},
    ],
    ids=str,
)
async def test_web_pages_and_foreign_names_are_refused_everywhere(
    door: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    for route in ROUTES:
        path = route.path.replace("{id:int}", "1").replace("{name:path}", "x")
        answer = await door.request(route.method, path, headers=headers)
        assert answer.status_code == 403, (route.method, path)
        assert answer.json()["code"] == "control.rejected"
    assert (await door.get("/v1/openapi.json", headers=headers)).status_code == 403


async def test_no_answer_allows_a_web_page_to_read_it(door: httpx2.AsyncClient) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (
        await door.options("/v1/tunnels", headers=asked),
        await door.get("/v1/snapshot"),
    ):
        names = {name.lower() for name in answer.headers}
        assert not {n for n in names if n.startswith("access-control-")}


async def test_another_protocol_is_told_what_to_do(door: httpx2.AsyncClient) -> None:
    answer = await door.get("/v1/hello", headers={"X-ChmlFrp-Protocol": "999"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "control.version"
    assert "chmlfrp daemon stop" in answer.json()["hint"]


async def test_the_description_names_every_route(door: httpx2.AsyncClient) -> None:
    described = (await door.get("/v1/openapi.json")).json()
    assert described["openapi"].startswith("3.")
    spoken = {(m, p) for p, methods in described["paths"].items() for m in methods}
    assert len(spoken) == len(ROUTES)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", ""),
        (b"{", ""),
        (b"\xff", ""),
        (b"[]", ""),
        (b'{"node": "x"}', "type"),
        (b'{"node": "x", "type": "ftp", "local_port": 1}', "type"),
        (b'{"node": "x", "type": "tcp", "local_port": "1"}', "local_port"),
        (b" " * (2 << 20), ""),
    ],
    ids=["empty", "half", "no text", "list", "short", "unknown", "text", "long"],
)
async def test_a_command_that_cannot_be_read_names_the_field(
    door: httpx2.AsyncClient, body: bytes, field: str
) -> None:
    answer = await door.post("/v1/tunnels", content=body)
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["field"]) == ("input.invalid", field)


async def test_socket_and_folders_are_the_owners_alone(host: Machine) -> None:
    home = host.home
    private = [home.socket_path, home.endpoint_file, home.holder_file, home.log_file]
    assert [mode_of(path) for path in private] == [0o600] * len(private)
    folders = [home.runtime_dir, home.state_dir, home.config_dir, home.log_dir]
    assert [mode_of(path) for path in folders] == [0o700] * len(folders)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_another_user_of_this_machine_does_not_get_in(host: Machine) -> None:
    folder = str(host.home.socket_path.parent)
    knock = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", KNOCK, folder, str(NOBODY)), stderr=PIPE
    )
    _, said = await knock.communicate()
    assert b"PermissionError" in said, said


async def test_a_watch_that_nobody_reads_does_not_hold_up_others(host: Machine) -> None:
    reader, writer = await asyncio.open_unix_connection(str(host.home.socket_path))
    writer.write(b"GET /v1/watch HTTP/1.1\r\nHost: chmlfrp\r\n\r\n")
    await writer.drain()
    for _ in range(50):
        await host.client.hello()
    first = await reader.readuntil(b"\n")
    writer.close()
    assert first.startswith(b"HTTP/1.1 200")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
