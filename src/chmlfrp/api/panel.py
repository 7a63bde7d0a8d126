"""The service as a whole."""

from chmlfrp.api import envelope, wire_panel
from chmlfrp.api.session import Session
from chmlfrp.model.panel import Load, Totals


class Panel:
    """`client.panel`. Needs no token; all raise ApiError."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def totals(self) -> Totals:
        """Return how many tunnels, nodes and users there are."""
        return wire_panel.totals(await self._session.ask(wire_panel.totals_call()))

    async def load(self) -> Load:
        """Return how busy the machine of the API is; it answers without envelope."""
        reply = await self._session.hear(wire_panel.load_call())
        bare = wire_panel.bare(reply.body) if reply.status == 200 else None
        return wire_panel.load(envelope.unwrap(reply) if bare is None else bare)
