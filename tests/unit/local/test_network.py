"""The network as it changes: by injection here, in a network of its own at the end."""

import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Iterator

import msgspec
import pytest

from chmlfrp.local import netlook
from chmlfrp.local.netlink import poked
from chmlfrp.local.network import NetworkWatch
from chmlfrp.local.resolve import Resolver
from chmlfrp.model.network import NetworkState

UP = NetworkState(
    is_up=True, has_default_route=True, addresses=("10.0.0.2",), interface="eth0"
)
DOWN = NetworkState(is_up=False, has_default_route=False)
MOVED = msgspec.structs.replace(UP, addresses=("10.9.9.9",))


class Wire:
    """A network that a test plugs and unplugs."""

    def __init__(self) -> None:
        self.state = UP
        self.queue: list[NetworkState] = []
        self.names: bool | None = True
        self.poke: Callable[[], None] = lambda: None
        self.watch = NetworkWatch(
            self.look, self.resolves, poked=self.poked, settle_s=0.001, look_every_s=60
        )

    def look(self) -> NetworkState:
        return self.queue.pop(0) if self.queue else self.state

    async def resolves(self) -> bool | None:
        return self.names

    @contextlib.contextmanager
    def poked(self, poke: Callable[[], None]) -> Iterator[None]:
        self.poke = poke
        yield

    def becomes(self, *states: NetworkState) -> None:
        self.queue = list(states[:-1])
        self.state = states[-1]
        self.poke()


async def soon(changes: AsyncIterator[NetworkState]) -> NetworkState:
    async with asyncio.timeout(20):
        return await anext(changes)


async def test_the_first_state_is_told_at_once_and_then_each_other_one() -> None:
    wire = Wire()
    changes = wire.watch.changes()
    assert (await soon(changes)).resolves is True
    wire.becomes(DOWN)
    assert await soon(changes) == DOWN
    wire.becomes(MOVED)
    assert (await soon(changes)).addresses == ("10.9.9.9",)
    await changes.aclose()


async def test_what_changes_and_changes_back_is_not_told() -> None:
    wire = Wire()
    changes = wire.watch.changes()
    first = await soon(changes)
    task = asyncio.get_running_loop().create_task(anext(changes))
    await asyncio.sleep(0)
    wire.becomes(DOWN, UP, UP)
    while wire.queue:  # noqa: ASYNC110 - the watch has no event for it
        await asyncio.sleep(0.001)
    wire.becomes(DOWN)
    async with asyncio.timeout(20):
        assert await task == DOWN
    assert first.is_usable


async def test_names_that_are_no_longer_found_are_a_change() -> None:
    wire = Wire()
    changes = wire.watch.changes()
    await soon(changes)
    wire.names = False
    wire.watch.look_soon()
    assert (await soon(changes)).resolves is False
    await changes.aclose()


async def test_a_poll_finds_changes_of_which_nobody_speaks() -> None:
    wire = Wire()
    wire.watch = NetworkWatch(
        wire.look, wire.resolves, poked=wire.poked, settle_s=0.001, look_every_s=0.005
    )
    changes = wire.watch.changes()
    await soon(changes)
    wire.state = DOWN
    assert await soon(changes) == DOWN
    await changes.aclose()


@pytest.mark.parametrize(
    ("host", "targets"),
    [
        ("127.0.0.1", ("127.0.0.1",)),
        ("localhost", ("127.0.0.1",)),
        ("fd00::1", ("fd00::1",)),
        ("cf-v2.uapis.cn", netlook.ANYWHERE),
    ],
)
def test_the_way_that_counts_is_the_way_to_the_service(
    host: str, targets: tuple[str, ...]
) -> None:
    assert netlook.targets_for(host) == targets


def test_a_service_on_this_machine_needs_no_network() -> None:
    state = netlook.look(("127.0.0.1",))
    assert state.is_usable
    assert state.addresses == ("127.0.0.1",)


def test_no_way_is_told_as_none() -> None:
    state = netlook.look(source_of=lambda far: None)
    assert not state.has_default_route
    assert state.addresses == ()


def test_a_network_of_ipv6_alone_is_a_network() -> None:
    state = netlook.look(source_of=lambda far: "fd00::7" if ":" in far else None)
    assert state.is_usable
    assert state.addresses == ("fd00::7",)


async def test_names_that_are_not_found_are_told_as_such() -> None:
    assert await Resolver("x.invalid")() is False
    assert await Resolver("localhost.localhost", lookup=lambda _: None)() is True


async def test_an_address_is_not_looked_up() -> None:
    assert await Resolver("127.0.0.1")() is None


async def test_a_resolver_that_hangs_is_not_waited_for_and_asked_once() -> None:
    hangs, asked = threading.Event(), []

    def lookup(host: str) -> None:
        asked.append(host)
        hangs.wait(30)

    resolver = Resolver("x.example", lookup=lookup, patience_s=0.01)
    assert await resolver() is False
    assert await resolver() is False
    assert asked == ["x.example"]
    hangs.set()


async def test_only_linux_has_a_kernel_that_speaks_up() -> None:
    with poked(lambda: None, system="win32") as is_poked:
        assert not is_poked


IN_ITS_OWN_NETWORK = """
import asyncio, msgspec, sys
from chmlfrp.local import netlook
from chmlfrp.local.network import NetworkWatch

async def nobody():
    return None

async def main():
    watch = NetworkWatch(netlook.look, nobody, look_every_s=600, settle_s=0.05)
    async for state in watch.changes():
        print(msgspec.json.encode(state).decode(), flush=True)

asyncio.run(main())
"""


def has_namespaces() -> bool:
    if sys.platform != "linux" or not (shutil.which("ip") and shutil.which("unshare")):
        return False
    found = subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True)
    return found.returncode == 0


@pytest.mark.skipif(not has_namespaces(), reason="needs the right to make a network")
async def test_in_a_real_network_the_kernel_speaks_of_link_route_and_address() -> None:
    process = await asyncio.create_subprocess_exec(
        "unshare", "-n", sys.executable, "-c", IN_ITS_OWN_NETWORK, stdout=PIPE
    )

    async def ip(*words: str) -> None:
        done = await asyncio.create_subprocess_exec(
            "nsenter", "-n", "-t", str(process.pid), "ip", *words
        )
        assert await done.wait() == 0

    async def told() -> NetworkState:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            line = await process.stdout.readline()
        return msgspec.convert(json.loads(line), NetworkState)

    try:
        assert not (await told()).is_up
        await ip("link", "add", "eth0", "type", "veth", "peer", "name", "far0")
        await ip("link", "set", "far0", "up")
        await ip("addr", "add", "198.51.100.2/24", "dev", "eth0")
        await ip("link", "set", "eth0", "up")
        state = await told()
        assert state.is_up
        if not state.has_default_route:
            await ip("route", "add", "default", "via", "198.51.100.1")
            state = await told()
        assert state.addresses == ("198.51.100.2",)
        assert state.interface == "eth0"
        await ip("link", "set", "eth0", "down")
        state = await told()
        assert not state.is_usable
    finally:
        process.kill()
        await process.wait()
