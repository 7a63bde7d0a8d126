"""Fetches, installs, chooses and removes frpc programs."""

import asyncio
import contextlib
import platform
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx2

from chmlfrp.control.core import (
    CoreChosen,
    CoreFailed,
    CoreFrame,
    CoreInUse,
    CoreOffer,
    CoreProgress,
    CoresView,
    CoreView,
    InstallCore,
)
from chmlfrp.control.problem import to_problem
from chmlfrp.daemon.cores import Cores
from chmlfrp.daemon.shelf import Installed, Shelf
from chmlfrp.errors import (
    ChmlFrpError,
    CommandRejected,
    FrpcError,
    HomeUnusable,
    InvalidInput,
)
from chmlfrp.frpc import binary, download
from chmlfrp.frpc import release as releases
from chmlfrp.frpc.release import Asset, Release, Source
from chmlfrp.frpc.unpack import room_for, unpack
from chmlfrp.local.settings import CoreSettings

TELL_EVERY_BYTES = 256 << 10

Tell = Callable[[CoreFrame], None]


class Releases:
    """One installation at a time; what runs is never touched."""

    def __init__(
        self,
        settings: CoreSettings,
        shelf: Shelf,
        cores: Cores,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        machine: str | None = None,
    ) -> None:
        self._settings = settings
        self._shelf = shelf
        self._cores = cores
        self._transport = transport
        self._machine = machine or platform.machine()
        self._turn = asyncio.Lock()

    async def view(self) -> CoresView:
        """Return what is installed, what is run, and why nothing is if so."""
        installed = await asyncio.to_thread(self._views)
        try:
            found = await self._cores.find_binary()
        except FrpcError as error:
            return CoresView(installed=installed, problem=to_problem(error))
        in_use = CoreInUse(
            path=str(found.path), version=found.version, origin=found.origin
        )
        return CoresView(installed=installed, in_use=in_use)

    async def offers(self, source: str | None = None) -> list[CoreOffer]:
        """Return what can be fetched; raises FrpcError or InvalidInput."""
        async with download.client(self._transport) as http:
            found = await self._listed(http, source)
        return [
            CoreOffer(
                version=release.version,
                source=release.source,
                is_for_this_machine=self._is_for_us(release),
            )
            for release in found
        ]

    @contextlib.asynccontextmanager
    async def install(
        self, command: InstallCore
    ) -> AsyncIterator[AsyncIterator[CoreFrame]]:
        """Give the course of it; the last frame says how it ended."""
        frames: asyncio.Queue[CoreFrame | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(self._installed(command, frames))
            yield _drain(frames)
            work.cancel()

    async def choose(self, label: str) -> CoreChosen:
        """Run this one from the next start on."""
        note = await asyncio.to_thread(self._shelf.choose, label)
        return await self._chosen(note, was_there=True)

    async def remove(self, label: str) -> None:
        """Take one away; raises InvalidInput for one that is run."""
        await asyncio.to_thread(self._shelf.remove, label)

    async def _installed(
        self, command: InstallCore, frames: asyncio.Queue[CoreFrame | None]
    ) -> None:
        try:
            if self._turn.locked():
                raise _busy()
            async with self._turn:
                frames.put_nowait(await self._install(command, frames.put_nowait))
        except ChmlFrpError as error:
            frames.put_nowait(CoreFailed(problem=to_problem(error)))
        finally:
            frames.put_nowait(None)

    async def _install(self, command: InstallCore, tell: Tell) -> CoreChosen:
        tell(CoreProgress(stage="list"))
        async with download.client(self._transport) as http:
            release = self._pick(
                await self._listed(http, command.source), command.version
            )
            asset = releases.pick(release, system=sys.platform, machine=self._machine)
            if not asset.sha256:
                release = await self._with_checksums(http, release)
                asset = releases.pick(
                    release, system=sys.platform, machine=self._machine
                )
            archive = await self._fetch(http, release, asset, tell)
        tell(CoreProgress(stage="check", version=release.version))
        note, was_there = await self._put(archive, release)
        if command.choose:
            await asyncio.to_thread(self._shelf.choose, note.label)
        return await self._chosen(note, was_there=was_there)

    async def _listed(
        self, http: httpx2.AsyncClient, source: str | None
    ) -> list[Release]:
        wanted = _source(source or self._settings.source)
        url = (
            self._settings.manifest
            if wanted is Source.OFFICIAL
            else self._settings.upstream
        )
        body = await download.read_list(http, [url])
        if wanted is Source.OFFICIAL:
            return [releases.read_manifest(body)]
        return releases.read_upstream(body)

    async def _with_checksums(
        self, http: httpx2.AsyncClient, release: Release
    ) -> Release:
        if not releases.is_safe(release.checksums_url):
            return release
        # Never from a mirror: whoever gives the file must not give its hash as well.
        body = await download.read_list(http, [release.checksums_url])
        return releases.with_checksums(release, body.decode(errors="replace"))

    async def _fetch(
        self, http: httpx2.AsyncClient, release: Release, asset: Asset, tell: Tell
    ) -> Path:
        folder = self._shelf.folder / "downloads"
        await asyncio.to_thread(_make_room, folder, asset.size or 0)
        told = -TELL_EVERY_BYTES

        def progress(have: int, total: int | None) -> None:
            nonlocal told
            if have - told >= TELL_EVERY_BYTES or have == total:
                told = have
                tell(
                    CoreProgress(
                        stage="download",
                        version=release.version,
                        bytes=have,
                        total=total,
                    )
                )

        target = folder / f"{asset.sha256[:32] or 'unknown'}.part"
        course = download.Download(http, asset, target, progress=progress)
        await course.fetch(download.addresses(asset.url, self._settings.mirrors))
        return target

    async def _put(self, archive: Path, release: Release) -> tuple[Installed, bool]:
        """Unpack, prove that it runs here, and move it in; the archive is gone then."""
        stage = await asyncio.to_thread(self._shelf.stage)
        program = stage / self._shelf.program_name
        try:
            await asyncio.to_thread(_unpacked, archive, program)
            version = await binary.ask_version(program)
            digest = await asyncio.to_thread(binary.sha256_of, program)
            return await asyncio.to_thread(
                lambda: self._shelf.put(
                    program,
                    version=version or release.version,
                    source=release.source,
                    sha256=digest,
                )
            )
        finally:
            await asyncio.to_thread(shutil.rmtree, stage, ignore_errors=True)

    async def _chosen(self, note: Installed, *, was_there: bool) -> CoreChosen:
        await self._cores.look_for_binary()
        view = await asyncio.to_thread(self._view_now, note)
        running = self._cores.not_carried_by(self._shelf.path(note.label))
        return CoreChosen(
            core=view,
            was_there=was_there,
            running=running if view.is_chosen else (),
        )

    def _pick(self, found: list[Release], version: str | None) -> Release:
        wanted = version.removeprefix("v") if version else None
        for release in found:
            if wanted in (None, release.version) and (
                wanted or self._is_for_us(release)
            ):
                return release
        raise FrpcError(
            f"version {wanted or 'for this machine'} is not offered",
            hint="see what is: chmlfrp core list --available",
            field="version",
        )

    def _is_for_us(self, release: Release) -> bool:
        try:
            releases.pick(release, system=sys.platform, machine=self._machine)
        except FrpcError:
            return False
        return True

    def _views(self) -> tuple[CoreView, ...]:
        chosen = self._shelf.pointer().label
        return tuple(self._view(note, chosen) for note in self._shelf.installed())

    def _view_now(self, note: Installed) -> CoreView:
        return self._view(note, self._shelf.pointer().label)

    def _view(self, note: Installed, chosen: str) -> CoreView:
        return CoreView(
            label=note.label,
            version=note.version,
            source=note.source,
            sha256=note.sha256,
            size=note.size,
            installed_at=note.installed_at,
            is_chosen=note.label == chosen,
            trouble=self._shelf.trouble(note),
        )


def _source(name: str) -> Source:
    if name not in tuple(Source):
        raise InvalidInput(
            f"no source is called {name}", hint="official or upstream", field="source"
        )
    return Source(name)


async def _drain(frames: asyncio.Queue[CoreFrame | None]) -> AsyncIterator[CoreFrame]:
    while (frame := await frames.get()) is not None:
        yield frame


def _make_room(folder: Path, size: int) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not room_for(folder, size):
        raise HomeUnusable(
            f"{folder} cannot be used: too little room on the disk",
            hint="Make room on the disk, then try again.",
            field="CHMLFRP_HOME",
        )


def _unpacked(archive: Path, program: Path) -> None:
    try:
        unpack(archive, program)
    except OSError as exc:
        raise HomeUnusable(
            f"{program} cannot be used: {exc.strerror or exc}",
            hint="Make room on the disk, then try again.",
            field="CHMLFRP_HOME",
        ) from exc
    archive.unlink(missing_ok=True)


def _busy() -> CommandRejected:
    return CommandRejected("another installation is under way", hint="wait for it")
