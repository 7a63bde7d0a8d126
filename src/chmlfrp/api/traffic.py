"""How much went through the account's tunnels."""

from chmlfrp.api import wire_traffic
from chmlfrp.api.session import Session
from chmlfrp.model.traffic import DayTraffic, TunnelTraffic
from chmlfrp.model.tunnel import TunnelId


class Traffic:
    """`client.traffic`. All raise ApiError."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def week(self) -> list[DayTraffic]:
        """Return the account's last seven days, the oldest first."""
        return wire_traffic.week(await self._session.ask(wire_traffic.week_call()))

    async def of_tunnel(self, tunnel_id: TunnelId) -> TunnelTraffic:
        """Return a tunnel's last seven days; NotFound if the account has it not."""
        return wire_traffic.tunnel(
            await self._session.ask(wire_traffic.tunnel_call(tunnel_id))
        )
