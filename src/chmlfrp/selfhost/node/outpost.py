"""A node on a host of its own: an agent beside its frps, and the service elsewhere."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from chmlfrp.errors import InvalidInput, SelfhostError
from chmlfrp.selfhost.files import private_folder, write_private
from chmlfrp.selfhost.node import frps
from chmlfrp.selfhost.node.agent import Agent, AgentSettings
from chmlfrp.selfhost.node.remote import RemoteLink, check_service
from chmlfrp.selfhost.signals import stop_on_signal

FILE_NAME = "node.json"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent keeps on its disk; `key` is a secret."""

    service: str
    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutpostSettings:
    """How a node is run here."""

    service: str
    folder: Path
    join_key: str = ""
    """Needed the first time; later the folder has what it was traded for."""
    frps: Path | None = None


async def run(settings: OutpostSettings, announce: Callable[[str], None]) -> None:
    """Run the node until SIGTERM or SIGINT; `announce` gets its name once it is online.

    Raises:
        SelfhostError: another agent uses the folder, the key is not known, or there is
            no frps.
        InvalidInput: the address is none, or there is no key.
    """
    service = check_service(settings.service)
    folder = await asyncio.to_thread(private_folder, settings.folder)
    program = await asyncio.to_thread(
        frps.find, settings.frps, folder=settings.folder / "bin"
    )
    lock = FileLock(folder / "node.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as exc:
        raise SelfhostError(
            f"another node is running on {folder}",
            hint="end it, or name another folder with --data",
            field="data",
        ) from exc
    with lock, stop_on_signal() as stop:
        kept = await asyncio.to_thread(_read, folder, service)
        async with RemoteLink(service, kept.key if kept else "") as link:
            if kept is None:
                kept = await _join(link, settings)
            agent = Agent(kept.name, link, AgentSettings(frps=program, folder=folder))
            await _run(agent, kept.name, stop, announce)


async def _run(
    agent: Agent, name: str, stop: asyncio.Event, announce: Callable[[str], None]
) -> None:
    async def tell() -> None:
        await agent.online.wait()
        announce(name)

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(agent.run()), tasks.create_task(tell())]
        await stop.wait()
        for task in running:
            task.cancel()


async def _join(link: RemoteLink, settings: OutpostSettings) -> Kept:
    if not settings.join_key:
        raise InvalidInput(
            "this folder has no node yet, and no key to join with was given",
            hint="make one with node add --remote and pass it with --key-file",
            field="key",
        )
    joined = await link.join(settings.join_key)
    kept = Kept(service=settings.service, name=joined.name, key=joined.key)
    content = msgspec.json.encode(kept)
    await asyncio.to_thread(write_private, settings.folder / FILE_NAME, content)
    return kept


def _read(folder: Path, service: str) -> Kept | None:
    path = folder / FILE_NAME
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as exc:
        raise SelfhostError(
            f"{path} cannot be read",
            hint="mend it, or name another folder with --data",
            field="data",
        ) from exc
    if kept.service.rstrip("/") != service:
        raise InvalidInput(
            f"this folder is of a node at {kept.service}",
            hint="name that service, or another folder with --data",
            field="service",
        )
    return kept
