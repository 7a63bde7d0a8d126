"""A network namespace of one's own, with one cable to this machine.

Linux, `ip` of iproute2, and the rights of root; `why_not` says what is missing.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from support import islander

NETNS_FILES = Path("/etc/netns")
NOWHERE = "02:00:00:00:00:01"
"""An address that no card has: what is sent there vanishes without a word."""


def why_not() -> str:
    """Return why islands cannot be made here, nothing if they can."""
    if sys.platform != "linux" or shutil.which("ip") is None:
        return "network namespaces need Linux and `ip` of iproute2"
    name = f"chmlfrp-try-{os.getpid()}"
    made = subprocess.run(
        ["ip", "netns", "add", name], capture_output=True, check=False
    )
    if made.returncode:
        return f"network namespaces cannot be made: {made.stderr.decode().strip()}"
    subprocess.run(["ip", "netns", "del", name], check=False)
    return ""


class Island:
    """`ours` and `theirs` are the two ends of the cable; `name` is the namespace."""

    def __init__(self) -> None:
        number = os.getpid()
        self.name = f"chmlfrp-{number}"
        self.ours, self.theirs = f"cfo{number}", f"cft{number}"
        subnet = f"10.{200 + number // 250 % 50}.{number % 250}"
        self.here, self.there = f"{subnet}.1", f"{subnet}.2"
        self.elsewhere = f"{subnet}.3"
        """Another address that the island may have."""
        self.here6, self.there6 = (f"fd00:{number % 0xFFFF:x}::{n}" for n in (1, 2))
        self.within = ("ip", "netns", "exec", self.name)
        self.hosts = NETNS_FILES / self.name / "hosts"

    async def ip(self, *argv: str, there: bool = False) -> None:
        """Run `ip …`, there or here; raises AssertionError if it fails."""
        words = ("-n", self.name, *argv) if there else argv
        process = await asyncio.create_subprocess_exec(
            "ip", *words, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
        )
        _, err = await process.communicate()
        assert process.returncode == 0, f"ip {words}: {err.decode()}"

    async def make(self) -> None:
        """Make the island with both kinds of addresses and a default route."""
        self.hosts.parent.mkdir(parents=True)
        self.hosts.write_text("127.0.0.1 localhost\n")
        (self.hosts.parent / "resolv.conf").write_text("nameserver 127.0.0.1\n")
        await self.ip("netns", "add", self.name)
        await self.ip(
            *("link", "add", self.ours, "type", "veth"),
            *("peer", "name", self.theirs, "netns", self.name),
        )
        await self.ip("addr", "add", f"{self.here}/24", "dev", self.ours)
        await self.ip("addr", "add", f"{self.here6}/64", "dev", self.ours, "nodad")
        await self.ip("link", "set", self.ours, "up")
        await self.ip("link", "set", "lo", "up", there=True)
        await self.plug_in()

    async def end(self) -> None:
        """Take everything away."""
        for words in (["link", "del", self.ours], ["netns", "del", self.name]):
            with contextlib.suppress(AssertionError):
                await self.ip(*words)
        shutil.rmtree(self.hosts.parent, ignore_errors=True)

    # Faults.

    async def plug_in(self) -> None:
        """Bring the link up with its addresses and the default route."""
        await self.ip("link", "set", self.theirs, "up", there=True)
        add = ("addr", "replace")
        await self.ip(*add, f"{self.there}/24", "dev", self.theirs, there=True)
        await self.ip(
            *add, f"{self.there6}/64", "dev", self.theirs, "nodad", there=True
        )
        await self.ip("route", "replace", "default", "via", self.here, there=True)

    async def pull_out(self) -> None:
        """Take the link down: no carrier, no routes, no goodbye to anybody."""
        await self.ip("link", "set", self.theirs, "down", there=True)

    async def swallow(self) -> None:
        """Let packets vanish both ways while the link looks well."""
        lost = ("neigh", "replace")
        how = ("lladdr", NOWHERE, "nud", "permanent", "dev")
        await self.ip(*lost, self.there, *how, self.ours)
        await self.ip(*lost, self.here, *how, self.theirs, there=True)

    async def let_through(self) -> None:
        """End `swallow`."""
        await self.ip("neigh", "del", self.there, "dev", self.ours)
        await self.ip("neigh", "del", self.here, "dev", self.theirs, there=True)

    async def move(self) -> None:
        """Give the island another address in place of its own."""
        add, gone = ("addr", "add", f"{self.elsewhere}/24"), ("addr", "del")
        await self.ip(*add, "dev", self.theirs, there=True)
        await self.ip(*gone, f"{self.there}/24", "dev", self.theirs, there=True)
        # With the first address of a subnet, the kernel drops the others.
        await self.ip("addr", "replace", *add[2:], "dev", self.theirs, there=True)
        await self.ip("route", "replace", "default", "via", self.here, there=True)

    async def without_ipv4(self) -> None:
        """Leave the island with IPv6 alone."""
        await self.ip("-4", "addr", "flush", "dev", self.theirs, there=True)

    def knows(self, *names: str) -> None:
        """Have these names, and no others, lead to this machine."""
        lines = ["127.0.0.1 localhost", *(f"{self.here} {name}" for name in names)]
        # In place: the namespace has this very file.
        with self.hosts.open("r+") as file:
            file.truncate()
            file.write("\n".join(lines) + "\n")


@asynccontextmanager
async def island() -> AsyncIterator[Island]:
    """Yield an island, plugged in."""
    made = Island()
    try:
        await made.make()
        yield made
    finally:
        await made.end()


@asynccontextmanager
async def inhabited(made: Island, service_port: int) -> AsyncIterator[tuple[int, int]]:
    """Yield the ports of a TCP echo and of the service, as they are on the island.

    service_port: of the service on this machine's loopback.
    """

    async def lead_on(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        answers, asks = await asyncio.open_connection("127.0.0.1", service_port)
        await asyncio.gather(_pump(reader, asks), _pump(answers, writer))

    # Over IPv6, which every fault but the whole link's leaves alone.
    doors = await asyncio.start_server(lead_on, made.here6, 0)
    async with doors:
        host, port = doors.sockets[0].getsockname()[:2]
        process = await asyncio.create_subprocess_exec(
            *(*made.within, sys.executable, "-SI", islander.__file__, host, str(port)),
            stdin=DEVNULL,
            stdout=PIPE,
        )
        try:
            assert process.stdout is not None
            line = await process.stdout.readline()
            echo, service = (int(word) for word in line.split())
            yield echo, service
        finally:
            process.kill()
            await process.wait()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()
    writer.close()
