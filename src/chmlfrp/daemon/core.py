"""One run of frpc: its config, its process, what it says, and its end."""

import asyncio
import contextlib
import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from chmlfrp.daemon.config import ConfigSource, GroupConfig
from chmlfrp.daemon.doors import Caller, Doors
from chmlfrp.daemon.listen import Listener
from chmlfrp.daemon.logbook import Logbook
from chmlfrp.daemon.pulse import Pulse
from chmlfrp.daemon.reasons import reason_of, retry_after_of
from chmlfrp.daemon.supervisor import News
from chmlfrp.engine import events
from chmlfrp.engine.effects import Launch, Reload
from chmlfrp.engine.state import GroupKey
from chmlfrp.errors import ChmlFrpError, ReloadFailed
from chmlfrp.frpc.admin import Admin, ProxyStatus, is_expected_address, pick_port
from chmlfrp.frpc.binary import FrpcBinary
from chmlfrp.frpc.config import FrpcConfig, led, render
from chmlfrp.frpc.lines import Masker
from chmlfrp.frpc.process import CoreProcess
from chmlfrp.local.door import Door
from chmlfrp.local.files import write_private
from chmlfrp.local.settings import CoreSettings
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel, TunnelId

log = logging.getLogger(__name__)

STOP_GRACE_S = 3.0
_OPENS_WITHIN_S = 5.0
_ADDRESSES_AFTER_S = 0.05
_ADDRESSES_AFTER_EACH_S = 0.001
"""Time for the other proxies of a start to open, so that one look serves many."""


@dataclass(frozen=True, slots=True)
class CoreTools:
    """What a run needs of the daemon."""

    folder: Path
    configs: ConfigSource
    doors: Doors
    logbook: Logbook
    tell: Callable[[News], None]
    find_binary: Callable[[], Awaitable[FrpcBinary]]
    settings: CoreSettings


class CoreRun:
    """From a Launch to the CoreExited or LaunchFailed that answers it."""

    def __init__(self, launch: Launch, tools: CoreTools) -> None:
        self.key = launch.key
        self.number = launch.run
        self.process: CoreProcess | None = None
        self.door: Door | None = None
        """Where the node is dialled, once that is known."""
        self._launch = launch
        self._tools = tools
        self._path = tools.folder / f"{_file_name(launch.key)}.ini"
        self._config = GroupConfig(tools.configs, launch.key, self._refuse)
        self._told: Mapping[TunnelId, Tunnel] = launch.tunnels
        self._tells_senders = False
        self._admin: Admin | None = None
        self._objection: Reason | None = None
        self._has_changed = asyncio.Event()
        self._unconfirmed: set[str] = set()
        """Names that the log spoke of since the core last said that they are open."""
        self._carrying = asyncio.Lock()
        """Held while what the core carries and `_told` may differ."""
        self._listener = Listener(
            launch.key,
            launch.run,
            tools.tell,
            tools.logbook,
            proxy_changed=self._proxy_changed,
        )

    @property
    def carried(self) -> tuple[TunnelId, ...]:
        """The tunnels that the core was last told to carry."""
        return tuple(self._told)

    async def live(self, started: Callable[[CoreProcess], None]) -> None:
        """Start the process, stay with it and tell of its end.

        Cancelled, it ends the process first.
        """
        try:
            process = await self._start()
        except _NothingToCarry as error:
            self._launch_failed(error.reason)
            return
        except ChmlFrpError as error:
            self._launch_failed(reason_of(error), retry_after_of(error))
            return
        except asyncio.CancelledError:
            self._launch_failed(Reason(Code.CORE_WOULD_NOT_START, "stopped"))
            return
        try:
            started(process)
            self._tools.tell(events.CoreStarted(self.key, self.number, process.pid))
            async with asyncio.TaskGroup() as beside:
                work = beside.create_task(self._look_at_addresses())
                node = beside.create_task(self._tools.configs.learn_node(self.key))
                pulse = beside.create_task(self._feel_pulse())
                code = await process.wait()
                for task in (work, node, pulse):
                    task.cancel()
        finally:
            await process.stop(STOP_GRACE_S)
            self._path.unlink(missing_ok=True)
        reason = self._listener.reason_of_end(code)
        self._tools.tell(events.CoreExited(self.key, self.number, reason))

    @property
    def _pid(self) -> int | None:
        return self.process.pid if self.process is not None else None

    async def lead_anew(self, tunnel_id: TunnelId) -> None:
        """Have one tunnel take the way that its guard asks for now, and no other."""
        async with self._carrying:
            told = self._told
            if self.process is None or tunnel_id not in told:
                return
            others = {i: t for i, t in told.items() if i != tunnel_id}
            await self._carry(others)
            await self._carry(told)
            await self._until_open(told[tunnel_id].name)

    async def _until_open(self, name: str) -> None:
        """Return when the core says that the tunnel is open, or after a while."""
        assert self._admin is not None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_OPENS_WITHIN_S):
                while True:
                    found = (await self._admin.status()).get(name)
                    if found is not None and found.status == "running":
                        return
                    await asyncio.sleep(_ADDRESSES_AFTER_S)

    async def stop(self) -> None:
        """End the process; `live` tells of it."""
        if self.process is not None:
            await self.process.stop(STOP_GRACE_S)

    async def reload(self, effect: Reload) -> None:
        """Make the core carry what the effect says, and tell how that went."""
        kept = {i: t for i, t in effect.tunnels.items() if i not in effect.reopen}
        try:
            async with self._carrying:
                if effect.reopen:
                    await self._carry(kept)
                await self._carry(effect.tunnels)
        except ReloadFailed as error:
            self._refuse_reload(error, is_core_deaf=True)
        except ChmlFrpError as error:
            self._refuse_reload(error, is_core_deaf=False)
        except Exception:
            log.exception("reload of %s: a fault of our own", self.key)
            fault = ReloadFailed("a fault of the daemon; its log has the details")
            self._refuse_reload(fault, is_core_deaf=True)
        else:
            self._tools.tell(events.Reloaded(self.key, self.number))

    async def _start(self) -> CoreProcess:
        binary = await self._tools.find_binary()
        self._tells_senders = binary.tells_senders
        config = await self._config.carrying(self._launch.tunnels.values())
        if not config.proxies:
            raise _NothingToCarry(self._objection or Reason(Code.CONFIG_MISMATCH))
        admin = Admin(
            host="127.0.0.1",
            port=await asyncio.to_thread(pick_port),
            user="chmlfrp",
            password=Secret(secrets.token_urlsafe(24)),
            mask=Masker((config.user, config.token)),
        )
        self._admin = admin
        self.door = Door(config.server_addr, config.server_port)
        await self._write(config, self._launch.tunnels.values())
        self.process = await CoreProcess.start(
            binary,
            self._path,
            on_line=self._listener.hear,
            secrets=(config.user, config.token, admin.password),
        )
        return self.process

    async def _carry(self, tunnels: Mapping[TunnelId, Tunnel]) -> None:
        assert self._admin is not None
        config = await self._config.carrying(tunnels.values())
        await self._write(config, tunnels.values())
        await self._admin.reload()
        self._told = tunnels

    def _refuse(self, tunnel: Tunnel, why: Reason) -> None:
        """Say why frpc is not told of the tunnel."""
        self._objection = why
        refused = events.ProxyRefused(self.key, self.number, tunnel.name, why)
        self._tools.tell(refused)

    async def _write(self, config: FrpcConfig, tunnels: Iterable[Tunnel]) -> None:
        tells = self._tells_senders
        caller = Caller(self.key, self.number, lambda: self._pid, tells)
        config = await self._tools.doors.lead(caller, config, tunnels)
        chosen = self._tools.settings
        text = render(
            led(config, proxy=chosen.proxy, protocol=chosen.protocol),
            tls=self._launch.tls,
            admin=self._admin,
            log_level=chosen.log_level,
        )
        await asyncio.to_thread(write_private, self._path, text.encode())

    async def _look_at_addresses(self) -> None:
        """Ask the core what is open, after it spoke of a proxy; its word overrules the log.

        Lines cross each other when tunnels come and go quickly: frpc complains of an
        answer that it no longer waits for while the tunnel is open.
        """
        assert self._admin is not None
        while True:
            await self._has_changed.wait()
            await asyncio.sleep(
                _ADDRESSES_AFTER_S + _ADDRESSES_AFTER_EACH_S * len(self._told)
            )
            async with self._carrying:
                self._has_changed.clear()
                names, self._unconfirmed = self._unconfirmed, set()
                try:
                    found = await self._admin.status()
                except ReloadFailed:
                    self._unconfirmed |= names
                    continue
            asked = [t for t in self._told.values() if t.name in names]
            for tunnel, address in opened(asked, found):
                names.discard(tunnel.name)
                self._tell_opened(tunnel, address)
            self._unconfirmed |= names

    def _proxy_changed(self, name: str) -> None:
        self._unconfirmed.add(name)
        self._has_changed.set()

    async def _feel_pulse(self) -> None:
        """Ask the core every few seconds how it is.

        The fork answers after its first login only.
        """
        assert self._admin is not None
        now = asyncio.get_running_loop().time
        pulse = Pulse(self.key, self.number, self._tools.tell, now=now)
        while True:
            await asyncio.sleep(pulse.wait_s)
            try:
                await self._admin.status()
            except ReloadFailed:
                pulse.missed()
            else:
                pulse.felt()

    def _tell_opened(self, tunnel: Tunnel, address: str) -> None:
        key, run, name = self.key, self.number, tunnel.name
        if is_expected_address(address, tunnel.spec):
            self._tools.tell(events.RefusalDisproved(key, run, name))
        else:
            why = Reason(Code.ADDRESS_MISMATCH, address)
            self._tools.tell(events.ProxyRefused(key, run, name, why))

    def _launch_failed(
        self, reason: Reason, retry_after_s: float | None = None
    ) -> None:
        failed = events.LaunchFailed(self.key, self.number, reason, retry_after_s)
        self._tools.tell(failed)

    def _refuse_reload(self, error: ChmlFrpError, *, is_core_deaf: bool) -> None:
        refused = events.ReloadRefused(
            self.key,
            self.number,
            reason_of(error),
            is_core_deaf=is_core_deaf,
            retry_after_s=retry_after_of(error),
        )
        self._tools.tell(refused)


class _NothingToCarry(ChmlFrpError):
    """Every tunnel of the launch was objected to."""

    code = "frpc.nothing_to_carry"

    def __init__(self, reason: Reason) -> None:
        super().__init__("no tunnel of this node can be started")
        self.reason = reason


def opened(
    told: Iterable[Tunnel], found: Mapping[str, ProxyStatus]
) -> Iterator[tuple[Tunnel, str]]:
    """Yield the tunnels that are open, and at which address.

    The address of one that is still to open says nothing: it lacks the port.
    """
    for tunnel in told:
        status = found.get(tunnel.name)
        if status is not None and status.status == "running":
            yield tunnel, status.remote_addr


def _file_name(key: GroupKey) -> str:
    """Return a name without anything private in it, the same for each run."""
    return hashlib.sha256(str(key).encode()).hexdigest()[:16]
