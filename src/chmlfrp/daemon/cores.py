"""All runs of frpc: one at a time for each group, ended before the daemon is."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.config import ConfigSource
from chmlfrp.daemon.core import CoreRun, CoreTools
from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.logbook import Logbook
from chmlfrp.daemon.node import Nodes
from chmlfrp.daemon.offline import OfflineConfigs
from chmlfrp.daemon.shelf import Shelf, check
from chmlfrp.daemon.supervisor import News
from chmlfrp.engine import events
from chmlfrp.engine.effects import (
    KnockAtNode,
    Launch,
    LookAtLink,
    Reload,
    Stop,
    TakeOffline,
)
from chmlfrp.engine.state import GroupKey
from chmlfrp.errors import ApiError, ChmlFrpError, FrpcError, HomeUnusable
from chmlfrp.frpc import binary, link
from chmlfrp.frpc.binary import FrpcBinary
from chmlfrp.frpc.process import CoreProcess, CoreRecord, end_left_behind
from chmlfrp.local.door import Door
from chmlfrp.local.files import load_state, save_state
from chmlfrp.local.paths import Home
from chmlfrp.local.settings import CoreSettings
from chmlfrp.model.network import Knock
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import TunnelId

log = logging.getLogger(__name__)

_Stamp = tuple[int, int] | None
"""Time and size of a file; None if it is gone."""


class Cores:
    """Does launches, reloads and stops; nothing that the engine calls waits."""

    def __init__(
        self,
        home: Home,
        settings: CoreSettings,
        *,
        account: AccountKeeper,
        nodes: Nodes,
        offline: OfflineConfigs,
        doors: Doors,
        logbook: Logbook,
        tell: Callable[[News], None],
    ) -> None:
        self._home = home
        self._settings = settings
        self.shelf = Shelf(home.cores_dir, home.chosen_core_file)
        """The programs that we installed."""
        self._tell = tell
        self._account = account
        self._tools = CoreTools(
            folder=home.core_files_dir,
            configs=ConfigSource(account, nodes, offline),
            doors=doors,
            logbook=logbook,
            tell=tell,
            find_binary=self.find_binary,
            settings=settings,
        )
        self._runs: dict[GroupKey, tuple[CoreRun, asyncio.Task[None]]] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._records: dict[GroupKey, CoreRecord] = {}
        self._doors: dict[GroupKey, Door] = {}
        """Where each group's node was dialled last."""
        self._saving = asyncio.Lock()
        self._binary: tuple[FrpcBinary, _Stamp] | None = None

    async def run(self) -> None:
        """Be the home of all runs until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            await asyncio.Event().wait()

    async def end_left_behind(self) -> None:
        """End cores that a daemon before this one left, and only those."""
        found = await asyncio.to_thread(
            load_state, self._home.running_cores_file, list[CoreRecord]
        )
        if found.value:
            ended = await end_left_behind(found.value)
            if ended:
                log.info("ended %d cores of an earlier daemon", ended)
            await self._save_records()
        for stale in self._home.core_files_dir.glob("*.ini"):
            stale.unlink(missing_ok=True)

    async def look_for_binary(self) -> None:
        """Tell the engine which frpc there is, if there is one."""
        try:
            await self.find_binary()
        except FrpcError as error:
            log.info("no usable frpc: %s", error)

    def launch(self, effect: Launch) -> None:
        """Start a run; the engine sees to it that there is no other of the group."""
        run = CoreRun(effect, self._tools)
        task = self._spawn(self._live(run), f"core {effect.key}")
        self._runs[effect.key] = (run, task)

    def reload(self, effect: Reload) -> None:
        """Have the group's run carry something else."""
        run, _ = self._runs[effect.key]
        self._spawn(run.reload(effect), f"reload {effect.key}")

    def stop(self, effect: Stop) -> None:
        """End the group's run, or its launch if it has not come to a process yet."""
        found = self._runs.get(effect.key)
        if found is None or found[0].number != effect.run:
            return
        run, task = found
        if run.process is None:
            task.cancel()
        else:
            self._spawn(run.stop(), f"stop {effect.key}")

    def look_at_link(self, effect: LookAtLink) -> None:
        """Find out whether the core's link has lost its address."""
        self._spawn(self._look_at_link(effect), f"link {effect.key}")

    def knock(self, effect: KnockAtNode) -> None:
        """Find out whether the node takes connections."""
        self._spawn(self._knock(effect), f"knock {effect.key}")

    def take_offline(self, effect: TakeOffline) -> None:
        """Ask the service to end the sessions that hold these."""
        self._spawn(self._take_offline(effect), f"offline {effect.key}")

    async def lead_anew(self, tunnel_id: TunnelId) -> bool:
        """Have the tunnel's core take the way that its guard asks for now.

        Returns False where only a new start of it does that.
        """
        run = next((r for r, _ in self._runs.values() if tunnel_id in r.carried), None)
        if run is None:
            return True
        if self._binary is None or not self._binary[0].can_reload:
            return False
        try:
            await run.lead_anew(tunnel_id)
        except ChmlFrpError as error:
            log.info("the core does not take the tunnel's new way: %s", error)
            return False
        return True

    async def close(self, grace_s: float) -> None:
        """Return when all runs are over; those that are not by then are cancelled."""
        tasks = [task for _, task in self._runs.values()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        await self._save_records()

    async def _look_at_link(self, effect: LookAtLink) -> None:
        stale = await asyncio.to_thread(link.is_stale, effect.pid)
        self._tell(events.LinkSeen(effect.key, effect.run, stale))

    async def _knock(self, effect: KnockAtNode) -> None:
        door = self._doors.get(effect.key)
        answer = Knock.SILENT if door is None else await door.knock()
        self._tell(events.Knocked(effect.key, effect.run, answer))

    async def _take_offline(self, effect: TakeOffline) -> None:
        client = self._account.client_of(effect.key.account) or self._account.client
        for tunnel in effect.tunnels.values():
            try:
                await client.tunnels.offline(tunnel.name)
            except ApiError as error:
                log.info("a session is not ended by the service: %s", error.message)
        self._tell(events.TookOffline(effect.key, effect.run))

    async def _live(self, run: CoreRun) -> None:
        try:
            await run.live(lambda process: self._started(run.key, process))
        except Exception:
            log.exception("core %s: a fault of our own", run.key)
            fault = Reason(
                Code.UNKNOWN, "a fault of the daemon; its log has the details"
            )
            self._tell(events.CoreExited(run.key, run.number, fault))
        finally:
            if self._runs.get(run.key, (None,))[0] is run:
                del self._runs[run.key]
            if self._records.pop(run.key, None) is not None and self._tasks is not None:
                self._spawn(self._save_records(), "records of cores")

    def _started(self, key: GroupKey, process: CoreProcess) -> None:
        self._records[key] = process.record
        if (run := self._runs[key][0]).door is not None:
            self._doors[key] = run.door
        self._spawn(self._save_records(), "records of cores")

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        assert self._tasks is not None, "run() comes first"
        return self._tasks.create_task(_guarded(work, name), name=name)

    async def _save_records(self) -> None:
        async with self._saving:
            records = list(self._records.values())
            try:
                await asyncio.to_thread(
                    save_state, self._home.running_cores_file, records
                )
            except HomeUnusable as error:
                log.warning("the cores that run could not be noted: %s", error)

    def not_carried_by(self, program: Path) -> tuple[int, ...]:
        """Return the tunnels that run on another program than this one."""
        return tuple(
            int(tunnel)
            for run, _ in self._runs.values()
            if run.process is not None and Path(run.process.record.exe) != program
            for tunnel in run.carried
        )

    async def find_binary(self) -> FrpcBinary:
        """Return the core to use; one that is unchanged on disk is not hashed again.

        Raises FrpcError.
        """
        chosen = await asyncio.to_thread(self._chosen_program)
        if self._binary is not None:
            known, stamp = self._binary
            if (
                stamp is not None
                and chosen in (None, known.path)
                and await asyncio.to_thread(_stamp, known.path) == stamp
            ):
                return known
        configured = Path(self._settings.path) if self._settings.path else None
        if chosen is not None and configured is None:
            await asyncio.to_thread(self._prove, chosen)
        found = await binary.find(
            configured=configured, managed_dir=self._home.cores_dir, chosen=chosen
        )
        self._binary = (found, await asyncio.to_thread(_stamp, found.path))
        self._tell(events.CoreFound(found.can_reload, found.retries_proxies))
        log.info("frpc %s (%s) at %s", found.version, found.origin, found.path)
        return found

    def _chosen_program(self) -> Path | None:
        label = self.shelf.pointer().label
        return self.shelf.path(label) if label and not self._settings.path else None

    def _prove(self, program: Path) -> None:
        """Raise FrpcVanished or FrpcChanged if it is not what was installed."""
        note = self.shelf.chosen()
        check(program, note.sha256 if note else "")


async def _guarded(work: Coroutine[Any, Any, None], name: str) -> None:
    """Keep a fault of ours from ending all the other cores with it."""
    try:
        await work
    except Exception:
        log.exception("%s: a fault of our own", name)


def _stamp(path: Path) -> "_Stamp":
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size
