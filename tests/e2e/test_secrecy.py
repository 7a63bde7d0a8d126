"""Canaries: what is secret is found nowhere but in the private files that keep it."""

import asyncio
import stat
from pathlib import Path

import psutil
import pytest

from support.service import PASSWORD, RunningService
from support.world import Machine, port_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEEPERS = {"secrets.json", "control.json"}
"""Files of a home that may hold one; the ini of a core is the third."""


async def test_no_secret_is_seen_on_a_whole_journey(
    fresh: Machine, service: RunningService, token: str, echo: int
) -> None:
    login = ("login", "anna", "--password-stdin")
    await fresh.good(*login, stdin=PASSWORD)
    made = ("tunnel", "create", "--type", "tcp", "--local-port", str(echo), "--json")
    await fresh.good(*made, "--node", fresh.node, "--name", "canary", "--start")
    await fresh.cli("login", "anna", "--password-stdin", stdin=PASSWORD + "x")
    await fresh.good("tunnel", "restart", "canary")
    await fresh.good("tunnel", "edit", "canary", "--encryption")
    for read in (
        ("status",),
        ("account", "show"),
        ("tunnel", "list"),
        ("tunnel", "show", "canary"),
        ("node", "show", fresh.node),
        ("daemon", "status"),
        ("tunnel", "logs", "canary"),
    ):
        await fresh.good(*read)
        await fresh.good(*read, "--json")
    await fresh.meet()
    snapshot = await fresh.client.snapshot()
    (view,) = snapshot.tunnels.values()
    assert view.tunnel is not None
    assert port_of(view.tunnel)
    canaries = await asyncio.to_thread(_canaries, fresh, service, token)

    _look_at("what commands printed", "\n".join(fresh.said), canaries)
    _look_at("the snapshot", repr(snapshot), canaries)
    lines = [line.text async for line in fresh.client.logs(tail=5000)]
    _look_at("the log of the core", "\n".join(lines), canaries)
    for process in psutil.process_iter(["cmdline"]):
        argv = " ".join(process.info["cmdline"] or ())
        _look_at(f"the arguments of {process.pid}", argv, canaries)
    for pid in (snapshot.daemon.pid, view.pid):
        assert pid is not None
        environ = repr(psutil.Process(pid).environ())
        _look_at(f"the environment of {pid}", environ, canaries)
    await asyncio.to_thread(_look_at_files, fresh, canaries)
    _look_at("the log of the service", service.log, canaries)
    await fresh.good("daemon", "stop")


def _canaries(machine: Machine, service: RunningService, token: str) -> list[str]:
    """Return password and user token, and the words that only the ini knows."""
    (ini,) = machine.inis
    words = dict(
        line.split(" = ", 1)
        for line in ini.read_text("utf-8").splitlines()
        if "=" in line
    )
    assert words["user"] == token
    assert stat.S_IMODE(service.folder.stat().st_mode) == 0o700
    return [PASSWORD, token, words["token"], words["admin_pwd"]]


def _look_at_files(machine: Machine, canaries: list[str]) -> None:
    keepers = KEEPERS | {ini.name for ini in machine.inis}
    for path in machine.root.rglob("*"):
        _look_at("a file name", str(path), canaries)
        if path.is_dir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
        elif path.is_file():
            assert _is_program(path) or stat.S_IMODE(path.stat().st_mode) == 0o600, path
            if path.name not in keepers:
                text = path.read_bytes().decode("utf-8", errors="replace")
                _look_at(str(path), text, canaries)


def _is_program(path: Path) -> bool:
    return path.name.startswith("frpc") and bool(path.stat().st_mode & stat.S_IXUSR)


def _look_at(where: str, text: str, canaries: list[str]) -> None:
    found = [number for number, canary in enumerate(canaries) if canary in text]
    assert not found, f"canary {found} in {where}"
