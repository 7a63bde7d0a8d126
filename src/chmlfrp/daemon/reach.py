"""Tries the public addresses of open tunnels now and then, and tells what it found."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from chmlfrp.daemon.options import Options
from chmlfrp.daemon.probe import Answer, Silent, Target, probe
from chmlfrp.daemon.supervisor import News
from chmlfrp.engine.events import ReachSeen
from chmlfrp.engine.state import State, TunnelState
from chmlfrp.guard.own import Mark
from chmlfrp.model.ladder import Proxy, Reach
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelType

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
FIRST_AFTER_S = 3.0
"""After it opened: the person is waiting, the node may need a moment."""
AGAIN_S = 15 * 60.0
"""While all is well; each try is a visitor in the local service's log."""
BACK_OFF_S = (10.0, 30.0, 60.0, 120.0, 300.0)
"""While nobody gets an answer."""
AT_ONCE = 16


@dataclass(slots=True)
class _Watched:
    """An open tunnel and when it is to be tried."""

    tunnel: Tunnel
    due: float
    failures: int = 0
    was_told: bool = False


class Probes:
    """Watches what is open; closed tunnels and those that opted out are left alone."""

    def __init__(
        self,
        options: Options,
        state: Callable[[], State],
        tell: Callable[[News], None],
        find_node: Callable[[str], NodeDetail | None],
        *,
        now: Callable[[], float],
        attempt: Callable[[Tunnel, Target], Awaitable[Answer]] = probe,
        marked: Callable[[TunnelId], AbstractContextManager[Mark | None]] = (
            lambda _: nullcontext()
        ),
    ) -> None:
        self._options = options
        self._state = state
        self._tell = tell
        self._find_node = find_node
        self._now = now
        self._attempt = attempt
        self._marked = marked
        self._watched: dict[TunnelId, _Watched] = {}
        self._seats = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Try what is due."""
        self._watch()
        now = self._now()
        due = [i for i, watched in self._watched.items() if watched.due <= now]
        async with asyncio.TaskGroup() as tasks:
            for tunnel_id in due:
                tasks.create_task(self._try(tunnel_id, self._watched[tunnel_id]))

    def _watch(self) -> None:
        """Take up what has opened or changed, drop what is no longer open."""
        state, now = self._state(), self._now()
        still: dict[TunnelId, _Watched] = {}
        for tunnel_id, tunnel in state.tunnels.items():
            record = self._probed(tunnel)
            if record is None:
                continue
            known = self._watched.get(tunnel_id)
            if known is None or _is_anew(known, tunnel, record):
                known = _Watched(tunnel=record, due=now + FIRST_AFTER_S)
            still[tunnel_id] = known
        self._watched = still

    def _probed(self, tunnel: TunnelState) -> Tunnel | None:
        is_open = tunnel.wanted and tunnel.proxy.state is Proxy.OPEN
        if not is_open or not self._options.get(tunnel.id).is_probed:
            return None
        return tunnel.tunnel

    async def _try(self, tunnel_id: TunnelId, watched: _Watched) -> None:
        target = target_of(watched.tunnel, self._find_node(watched.tunnel.node))
        if target is None:
            watched.due = self._now() + BACK_OFF_S[0]
            return
        async with self._seats:
            with self._marked(tunnel_id) as mark:
                marked = replace(target, mark=mark)
                answer = await self._attempt(watched.tunnel, marked)
        if isinstance(answer, Silent) or answer is None:
            watched.failures = 0
            watched.due = self._now() + AGAIN_S
        else:
            step = BACK_OFF_S[min(watched.failures, len(BACK_OFF_S) - 1)]
            watched.failures += 1
            watched.due = self._now() + step
        if not isinstance(answer, Silent):
            watched.was_told = True
            until = watched.due if answer else None
            self._tell(ReachSeen(tunnel_id, answer, until))


def _is_anew(known: _Watched, tunnel: TunnelState, record: Tunnel) -> bool:
    """Whether it was opened again since, or leads elsewhere."""
    is_forgotten = known.was_told and tunnel.reach.state is Reach.UNKNOWN
    return is_forgotten or known.tunnel.spec != record.spec


def target_of(tunnel: Tunnel, node: NodeDetail | None) -> Target | None:
    """Return where visitors of the tunnel connect to, None while that is not known."""
    host = tunnel.node_host or (node.host if node else "")
    if not host:
        return None
    if tunnel.type is TunnelType.HTTP:
        return Target(host=host, port=node.http_port if node else 80)
    if tunnel.type is TunnelType.HTTPS:
        return Target(host=host, port=node.https_port if node else 443)
    assert tunnel.remote_port is not None
    return Target(host=host, port=tunnel.remote_port)
