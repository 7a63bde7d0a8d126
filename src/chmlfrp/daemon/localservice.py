"""Notices that a published service, once found down, takes connections again."""

import asyncio
from collections.abc import Callable

from chmlfrp.daemon.supervisor import News
from chmlfrp.engine.events import LocalServiceAnswered
from chmlfrp.engine.state import State
from chmlfrp.model.ladder import Reach
from chmlfrp.model.reason import Code
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelType

LOOK_EVERY_S = 3.0
AT_ONCE = 32
_PATIENCE_S = 2.0
_Place = tuple[str, int]


class LocalServices:
    """Knocks at services that are known to be down, and at no others.

    frpc says when a visitor found the service down and never when it is back.
    """

    def __init__(
        self, state: Callable[[], State], tell: Callable[[News], None]
    ) -> None:
        self._state = state
        self._tell = tell
        self._seats = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            async with asyncio.TaskGroup() as tasks:
                for place, ids in self._down().items():
                    tasks.create_task(self._knock(place, ids))

    async def _knock(self, place: _Place, ids: list[TunnelId]) -> None:
        async with self._seats:
            is_back = await answers(*place)
        for tunnel_id in ids if is_back else ():
            self._tell(LocalServiceAnswered(tunnel_id))

    def _down(self) -> dict[_Place, list[TunnelId]]:
        """Return the services known to be down, with the tunnels that publish each."""
        found: dict[_Place, list[TunnelId]] = {}
        for tunnel in self._unanswered():
            place = (tunnel.local_host, tunnel.local_port)
            found.setdefault(place, []).append(tunnel.id)
        return found

    def _unanswered(self) -> list[Tunnel]:
        return [
            t.tunnel
            for t in self._state().tunnels.values()
            if t.tunnel is not None
            and t.tunnel.type is not TunnelType.UDP
            and t.reach.state is Reach.UNREACHABLE
            and t.reach.reason is not None
            and t.reach.reason.code is Code.LOCAL_SERVICE_DOWN
        ]


async def answers(host: str, port: int) -> bool:
    """Return whether a TCP connection is taken there within two seconds."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
