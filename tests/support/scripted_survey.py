"""What a scripted daemon says of choosing among nodes."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from chmlfrp.control.survey import MeasureNodes, NodeMeasured
from chmlfrp.model.latency import LatencyPoint
from chmlfrp.model.node import NodeUptime
from chmlfrp.model.recommend import Recommendation
from chmlfrp.model.tunnel import TunnelType


class ScriptedSurvey:
    """`note` keeps every command, under `survey.…`, and raises what it is to raise."""

    def __init__(self, note: Callable[..., None]) -> None:
        self._note = note
        self.uptimes: list[NodeUptime] = []
        self.measured: list[NodeMeasured] = []
        self.points: list[LatencyPoint] = []
        self.recommended: list[Recommendation] = []

    async def uptime(self, *, days: int, name: str) -> list[NodeUptime]:
        self._note("survey.uptime", (days, name))
        return self.uptimes

    @asynccontextmanager
    async def measure(
        self, command: MeasureNodes
    ) -> AsyncIterator[AsyncIterator[NodeMeasured]]:
        self._note("survey.measure", command)

        async def each() -> AsyncIterator[NodeMeasured]:
            for one in self.measured:
                yield one

        yield each()

    async def latency(self, name: str) -> list[LatencyPoint]:
        self._note("survey.latency", name)
        return self.points

    async def favour(self, name: str, *, is_favourite: bool) -> None:
        self._note("survey.favour", (name, is_favourite))

    async def recommend(self, kind: TunnelType) -> list[Recommendation]:
        self._note("survey.recommend", kind)
        return self.recommended
