"""The frpc programs that the service offers. Nothing is fetched here."""

from chmlfrp.api import wire_panel
from chmlfrp.api.session import Session
from chmlfrp.model.program import Archives, Programs


class Downloads:
    """`client.programs`. Needs no token; all raise ApiError."""

    def __init__(self, session: Session, *, where: str) -> None:
        self._session = session
        self._where = where

    async def list(self) -> Programs:
        """Return bare programs with their checksums.

        The hosted service keeps this list on another host, cf-v1.uapis.cn; every other
        service is asked itself.
        """
        return wire_panel.programs(
            await self._session.ask(wire_panel.programs_call(self._where))
        )

    async def archives(self, *, mirror: str = "") -> Archives:
        """Return the packed programs of the panel, at a mirror's address if given."""
        return wire_panel.archives(
            await self._session.ask(wire_panel.archives_call(mirror))
        )
