"""Another frpc for tunnels that run: only where somebody asks for it."""

import hashlib
import json
import platform
import sys
from pathlib import Path

import pytest

from chmlfrp.frpc import binary
from support.files import Files, serving
from support.visitor import is_served
from support.world import Machine, port_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


def offer(files: Files, program: Path, version: str) -> str:
    """Serve the program as the official list would; return the address of the list."""
    body = program.read_bytes()
    entry = {
        "platform": f"{sys.platform}_{platform.machine().lower()}",
        "link": files.add("/frpc", body),
        "hash": hashlib.sha256(body).hexdigest(),
        "hash_type": "sha256",
        "size": len(body),
    }
    listed = {"data": {"version": version, "downloads": [entry]}}
    return files.add("/info.json", json.dumps(listed).encode())


async def test_a_new_frpc_carries_running_tunnels_only_once_that_is_asked_for(
    fresh: Machine, token: str, echo: int
) -> None:
    found = await binary.find(configured=None, managed_dir=fresh.home.cores_dir)
    with serving() as files:
        manifest = offer(files, found.path, str(found.version))
        fresh.wants(core={"manifest": manifest})
        await fresh.start()
        await fresh.sign_in(token)
        tunnel = await fresh.create(local_port=echo)
        (before,) = await fresh.up(tunnel)

        installed = await fresh.good("core", "install", "--json")
        assert installed.lines[-1]["running"] == [tunnel.id]
        (kept,) = await fresh.up(tunnel)
        assert kept.pid == before.pid
        assert await is_served(port_of(tunnel))

        restarted = await fresh.good("core", "install", "--restart", "--json")
        assert not restarted.lines[-1].get("running")
        (after,) = await fresh.up(tunnel)
        assert after.pid != before.pid
        (core,) = fresh.cores()
        assert Path(core.exe()).is_relative_to(fresh.home.cores_dir)
        assert await is_served(port_of(tunnel))
