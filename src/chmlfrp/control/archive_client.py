"""`client.archive`."""

from chmlfrp.control.archive import (
    DeletedTunnel,
    FoundTunnel,
    ReadTunnels,
    RestoreTunnel,
)
from chmlfrp.control.asking import Ask
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel


class ArchiveClient:
    """Tunnels that were deleted; every method raises ChmlFrpError."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def deleted(self) -> list[DeletedTunnel]:
        """Return what was deleted here from the account, the latest first."""
        return await self._ask(list[DeletedTunnel], "GET", "/v1/deleted")

    async def read(self, text: Secret) -> list[FoundTunnel]:
        """Return the tunnels of an frpc.ini, frpc.toml or export; creates nothing."""
        command = ReadTunnels(text=text)
        return await self._ask(list[FoundTunnel], "POST", "/v1/tunnels/read", command)

    async def restore(self, number: int, command: RestoreTunnel) -> Tunnel:
        """Make it again, with its options; it has another id then."""
        return await self._ask(Tunnel, "POST", f"/v1/deleted/{number}", command)
