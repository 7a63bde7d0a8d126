"""The real window on a screen, with a real daemon, service, frpc and frps."""

from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from chmlfrp.selfhost.commands.serve import DEFAULT_NAME
from support.frps import until
from support.seated import Seat, screen, seated
from support.service import PASSWORD, RunningService
from support.visitor import is_served
from support.world import Machine, clear, is_gone, machine_at, port_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def display() -> AsyncIterator[str]:
    async with screen() as name:
        yield name


@pytest_asyncio.fixture(loop_scope="module")
async def sitting(
    home: Path, service: RunningService, token: str, display: str
) -> AsyncIterator[tuple[Seat, Machine]]:
    """Yield a window that started its daemon, with anna signed in."""
    async with (
        machine_at(home, service) as machine,
        seated(display, machine.environ) as window,
    ):
        await window.sees("Welcome to ChmlFrp UI")
        await window.click("Log in")
        await window.write("User name", "anna")
        await window.write("Password", PASSWORD)
        await window.click("Log in")
        await window.sees("anna")
        await machine.meet()
        yield window, machine
    await clear(service, token)


async def daemon_of(machine: Machine) -> psutil.Process:
    return psutil.Process((await machine.client.hello()).pid)


async def by_the_guide(window: Seat, name: str, *, local_port: int) -> None:
    """Make a tunnel to that port step by step, and copy its address."""
    await window.click("Tunnels")
    await window.click("New tunnel")
    await window.click("Something else")
    await window.click("Next")
    await window.write("Local port", str(local_port))
    await window.click("Next")
    await window.sees(DEFAULT_NAME)  # the node, chosen as it comes
    await window.click("Next")
    await window.sees("By what address do others come?")
    await window.click("Next")
    await window.write("Name of the tunnel", name)
    await window.click("Create and start")
    await window.sees(f"{name} is reachable")
    await window.click("Copy")


async def test_a_life_in_the_window(sitting: tuple[Seat, Machine], echo: int) -> None:
    window, machine = sitting
    name = "made_here"
    await by_the_guide(window, name, local_port=echo)
    (view,) = (await machine.client.snapshot()).tunnels.values()
    assert view.tunnel is not None
    tunnel = view.tunnel
    port = port_of(tunnel)
    assert await window.copied() == f"127.0.0.1:{port}"
    assert await is_served(port)
    await window.click("Close")
    await window.choose(name)
    await window.sees("From 127.0.0.1")
    await window.switch(name)
    await window.sees(f"{name}, stopped")
    assert not await is_served(port)
    await window.switch(name)
    await window.sees(f"{name}, up")

    # What carries it is killed: the reason is seen, and then it is up again.
    (core,) = machine.cores((await daemon_of(machine)).pid)
    core.kill()
    await window.sees("frpc came to an end by itself")
    await window.sees(f"{name}, up")
    assert await is_served(port)

    # The daemon is killed: the window starts another by itself.
    daemon = await daemon_of(machine)
    daemon.kill()
    await until(lambda: is_gone(daemon), "the daemon is gone")
    await window.sees(f"{name}, up")
    await machine.meet()
    await machine.up(tunnel)
    assert await is_served(port)

    # Who came is seen, turned away and let in again.
    await window.tab("Guard")
    await window.sees(lambda said: any(s.startswith("127.0.0.1, ") for s in said))
    await window.choose("127.0.0.1")
    await window.click("Block")
    await window.sees(lambda said: any("blocked, 59 min" in s for s in said))
    assert not await is_served(port)
    await window.choose("127.0.0.1")
    await window.click("Lift")
    await window.sees("Lifted for 1")
    assert await is_served(port)

    await window.tab("Settings")
    await window.write("name", "renamed")
    await window.click("Save")
    await window.sees(f"{name} → renamed")
    await window.click("Save")
    await window.sees("renamed, up")
    assert await is_served(port)

    await window.click("Delete")
    await window.sees("This can be undone")
    await window.click("Delete")
    await window.sees("Deleted 1 tunnel")
    assert not await is_served(port)
    await window.click("Undo")
    await window.sees("renamed, up")
    assert await is_served(port)
    assert await window.leave() == 0
