"""Notices that a published service, once found down, takes connections again."""

import asyncio
from collections.abc import Callable

from chmlfrp.daemon.supervisor import News
from chmlfrp.engine.events import LocalServiceAnswered
from chmlfrp.engine.state import State
from chmlfrp.model.ladder import Reach
from chmlfrp.model.reason import Code
from chmlfrp.model.tunnel import Tunnel, TunnelType

LOOK_EVERY_S = 3.0
_PATIENCE_S = 2.0


class LocalServices:
    """Knocks at services that are known to be down, and at no others.

    frpc says when a visitor found the service down and never when it is back.
    """

    def __init__(
        self, state: Callable[[], State], tell: Callable[[News], None]
    ) -> None:
        self._state = state
        self._tell = tell

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for tunnel in self._down():
                if await answers(tunnel.local_host, tunnel.local_port):
                    self._tell(LocalServiceAnswered(tunnel.id))

    def _down(self) -> list[Tunnel]:
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
