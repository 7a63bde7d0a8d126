"""A core in the hands of our own room, and what it has said so far."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from chmlfrp.frpc.admin import Admin, pick_port
from chmlfrp.frpc.binary import FrpcBinary
from chmlfrp.frpc.config import FrpcConfig, render
from chmlfrp.frpc.events import LogEvent, Said
from chmlfrp.frpc.lines import Masker
from chmlfrp.frpc.log import parse_line
from chmlfrp.frpc.process import CoreProcess
from chmlfrp.frpc.proxy import Proxy
from chmlfrp.local.files import write_private
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelType
from support.frps import NODE_TOKEN, until

USER_TOKEN = "usercanary7f3a"
Event = TypeVar("Event", bound=Said)


def config(port: int, *proxies: Proxy, token: str = NODE_TOKEN) -> FrpcConfig:
    """Return a config for a node on loopback."""
    return FrpcConfig(
        server_addr="127.0.0.1",
        server_port=port,
        user=Secret(USER_TOKEN),
        token=Secret(token),
        proxies={proxy.name: proxy for proxy in proxies},
    )


def tcp(name: str, local_port: int, remote_port: int) -> Proxy:
    """Return a tcp tunnel to a local service."""
    return Proxy(
        name=name,
        type=TunnelType.TCP,
        local_ip="127.0.0.1",
        local_port=local_port,
        remote_port=remote_port,
    )


class Core:
    """A process, its admin API, its file, and its lines."""

    def __init__(self, folder: Path, told: FrpcConfig) -> None:
        self.path = folder / "frpc.ini"
        self.told = told
        self.admin = Admin(
            port=pick_port(),
            user="chmlfrp",
            password=Secret("admincanary-91be"),
            mask=Masker((told.user, told.token)),
        )
        self.lines: list[str] = []
        self.events: list[LogEvent] = []
        self.process: CoreProcess

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self.told.user, self.told.token, self.admin.password)

    def hear(self, line: str) -> None:
        self.lines.append(line)
        self.events.append(parse_line(line))

    def write(self, told: FrpcConfig, *, tls: bool = True) -> None:
        """Put a config into the file."""
        self.told = told
        write_private(self.path, render(told, tls=tls, admin=self.admin).encode())

    def carry(self, *proxies: Proxy, tls: bool = True) -> None:
        """Put other tunnels into the file."""
        self.write(replace(self.told, proxies={p.name: p for p in proxies}), tls=tls)

    def said(self, kind: type[Event]) -> list[Event]:
        """Return the events of a kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    async def says(self, kind: type[Event], *, times: int = 1) -> Event:
        """Wait for an event and return the last one of its kind."""
        await until(lambda: len(self.said(kind)) >= times, f"{kind}: {self.lines}")
        return self.said(kind)[-1]


@asynccontextmanager
async def running(
    binary: FrpcBinary, folder: Path, told: FrpcConfig, *, tls: bool = True
) -> AsyncIterator[Core]:
    """Yield a core that was started; it is stopped after."""
    core = Core(folder, told)
    await asyncio.to_thread(core.write, told, tls=tls)
    core.process = await CoreProcess.start(
        binary, core.path, on_line=core.hear, secrets=core.secrets
    )
    try:
        yield core
    finally:
        await core.process.stop(2)


def shows(lines: Iterable[str], *canaries: str) -> list[str]:
    """Return the lines that show a secret."""
    return [line for line in lines if any(canary in line for canary in canaries)]
