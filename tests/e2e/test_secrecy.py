"""Canaries: what is secret is found nowhere but in the private files that keep it."""

import asyncio
import stat
import threading
import tomllib
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import psutil
import pytest

from support.service import PASSWORD, RunningService
from support.world import Machine

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEEPERS = {"secrets.json", "control.json"}
"""Files of a home that may hold one; the ini of a core is the third."""
SERVICE_KEEPERS = {"service.db", "service.db-wal", "frps.toml"}
LOOK_EVERY_S = 0.02

Canaries = Mapping[str, str]
"""Secrets by what they are, so that no failure prints one."""


async def test_no_secret_is_seen_on_a_whole_journey(
    fresh: Machine, service: RunningService, token: str, echo: int
) -> None:
    async with every_process_seen() as seen:
        await travel(fresh, echo)
        canaries = await asyncio.to_thread(known_secrets, fresh, service, token)
        answers = await all_answers(fresh)
        inis = {ini.name for ini in fresh.inis}
        await asyncio.to_thread(look_at_files, fresh.root, KEEPERS | inis, canaries)
        await fresh.good("logout")
        await fresh.good("daemon", "stop")

    for where, text in {**seen, **answers}.items():
        look_at(where, text, canaries)
    look_at("what commands printed", "\n".join(fresh.said), canaries)
    look_at("what the service logged", service.log, canaries)
    for program in ("frpc", "frps.toml", "chmlfrp.daemon", "--password-stdin"):
        assert any(program in text for text in seen.values()), program
    await asyncio.to_thread(look_at_files, service.folder, SERVICE_KEEPERS, canaries)
    await asyncio.to_thread(look_for_the_forgotten, fresh, service, token)


async def travel(machine: Machine, echo: int) -> None:
    """Do what people do, with mistakes."""
    login = ("login", "anna", "--password-stdin")
    await machine.good(*login, stdin=PASSWORD)
    made = ("tunnel", "create", "--type", "tcp", "--local-port", str(echo), "--json")
    await machine.good(*made, "--node", machine.node, "--name", "canary", "--start")
    await machine.cli("--debug", *login, stdin=PASSWORD + "x")
    await machine.cli("login", "--token-stdin", stdin=PASSWORD + "y")
    await machine.cli(*made, "--node", machine.node, "--name", "canary")
    await machine.good("tunnel", "edit", "canary", "--encryption")
    for read in (
        ("status",),
        ("account", "show"),
        ("tunnel", "list"),
        ("tunnel", "show", "canary"),
        ("node", "show", machine.node),
        ("daemon", "status"),
        ("tunnel", "logs"),
    ):
        await machine.good(*read, "--json")
    await machine.meet()
    (view,) = (await machine.client.snapshot()).tunnels.values()
    core = psutil.Process(view.pid)
    core.kill()
    await machine.until(
        lambda s: all(
            v.summary == "up" and v.pid != core.pid for v in s.tunnels.values()
        ),
        "the core is back",
    )


async def all_answers(machine: Machine) -> Mapping[str, str]:
    """Return what the door answers, byte for byte."""
    transport = httpx2.AsyncHTTPTransport(uds=str(machine.home.socket_path))
    async with httpx2.AsyncClient(
        base_url="http://chmlfrp", transport=transport
    ) as http:
        paths = ("hello", "snapshot", "logs?tail=5000", "nodes", "openapi.json")
        answers = {path: (await http.get(f"/v1/{path}")).text for path in paths}
        async with http.stream("GET", "/v1/watch") as watch:
            answers["watch"] = await anext(watch.aiter_lines())
    assert "start proxy success" in answers["logs?tail=5000"]
    return answers


@asynccontextmanager
async def every_process_seen() -> AsyncIterator[dict[str, str]]:
    """Yield what is there to be seen of processes, filled while the block runs."""
    seen: dict[str, str] = {}
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(LOOK_EVERY_S):
            for process in Path("/proc").glob("[0-9]*"):
                for what in ("cmdline", "environ"):
                    text = _read(process / what)
                    seen[f"{what} of {process.name} {text[:80]!r}"] = text

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(asyncio.to_thread(look))
        try:
            yield seen
        finally:
            is_over.set()


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:  # it is gone
        return ""


def known_secrets(machine: Machine, service: RunningService, token: str) -> Canaries:
    """Return all that the two sides keep to themselves."""
    (ini,) = machine.inis
    words = dict(
        line.split(" = ", 1)
        for line in ini.read_text("utf-8").splitlines()
        if " = " in line
    )
    assert words["user"] == token
    assert stat.S_IMODE(service.folder.stat().st_mode) == 0o700
    (file,) = service.folder.glob("nodes/*/frps.toml")
    node = tomllib.loads(file.read_text("utf-8"))
    assert node["auth"]["token"] == words["token"]
    return {
        "the password": PASSWORD,
        "the user token": token,
        "the node token": words["token"],
        "the password of the core": words["admin_pwd"],
        "the password of the node": node["webServer"]["password"],
        "the key of the node": node["httpPlugins"][0]["path"].rpartition("/")[2],
    }


def look_at_files(folder: Path, keepers: Iterable[str], canaries: Canaries) -> None:
    """Look at names, rights and contents of all that is in a folder."""
    for path in folder.rglob("*"):
        look_at("a file name", str(path), canaries)
        mode = stat.S_IMODE(path.lstat().st_mode)
        if path.is_dir():
            assert mode == 0o700, path
        elif path.is_file() and path.name != "stderr.log":  # written by the tests
            assert mode == (0o700 if mode & stat.S_IXUSR else 0o600), path
            if path.name not in keepers:
                look_at(str(path), _read(path), canaries)


def look_for_the_forgotten(
    machine: Machine, service: RunningService, token: str
) -> None:
    """After the sign-out a home has no token; a password was never kept anywhere."""
    for path in machine.root.rglob("*"):
        if path.is_file():
            look_at(str(path), _read(path), {"the user token": token})
    for path in (*machine.root.rglob("*"), *service.folder.rglob("*")):
        if path.is_file():
            look_at(str(path), _read(path), {"the password": PASSWORD})


def look_at(where: str, text: str, canaries: Canaries) -> None:
    """Make sure that the text holds none of them."""
    found = [what for what, canary in canaries.items() if canary in text]
    assert not found, f"{found} in {where}"
