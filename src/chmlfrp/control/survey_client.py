"""`client.survey`."""

from collections.abc import AsyncIterator, Iterable
from urllib.parse import quote

from chmlfrp.control.asking import Ask, AskLines
from chmlfrp.control.protocol import Accepted
from chmlfrp.control.survey import Favourite, MeasureNodes, NodeMeasured
from chmlfrp.model.latency import LatencyPoint
from chmlfrp.model.node import NodeUptime
from chmlfrp.model.recommend import Recommendation
from chmlfrp.model.tunnel import TunnelType


class SurveyClient:
    """Choosing among nodes; every method raises ChmlFrpError."""

    def __init__(self, ask: Ask, lines: AskLines) -> None:
        self._ask = ask
        self._lines = lines

    async def uptime(self, *, days: int = 30, name: str = "") -> list[NodeUptime]:
        """Return how much of its last 1 to 90 days a node was up, all without a name."""
        path = f"/v1/survey/uptime?days={days}&name={quote(name, safe='')}"
        return await self._ask(list[NodeUptime], "GET", path)

    async def measure(self, names: Iterable[str] = ()) -> AsyncIterator[NodeMeasured]:
        """Yield each node as it is measured; closing this ends the rest."""
        command = MeasureNodes(names=tuple(names))
        async for one in self._lines(
            NodeMeasured, "/v1/survey/latency", {}, method="POST", body=command
        ):
            yield one

    async def latency(self, name: str) -> list[LatencyPoint]:
        """Return what was measured of a node, the oldest first."""
        path = f"/v1/survey/latency/{quote(name, safe='')}"
        return await self._ask(list[LatencyPoint], "GET", path)

    async def favour(self, name: str, *, is_favourite: bool) -> None:
        """Keep in mind whether a person likes the node."""
        path = f"/v1/survey/favourites/{quote(name, safe='')}"
        await self._ask(Accepted, "PUT", path, Favourite(is_favourite=is_favourite))

    async def recommend(self, kind: TunnelType) -> list[Recommendation]:
        """Return the nodes for such a tunnel, the best first."""
        path = f"/v1/survey/recommendations?type={kind}"
        return await self._ask(list[Recommendation], "GET", path)
