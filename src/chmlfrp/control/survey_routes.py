"""The routes for choosing among nodes."""

from chmlfrp.control.protocol import Accepted
from chmlfrp.control.route import Call, Route, Stream
from chmlfrp.control.survey import Favourite, MeasureNodes, NodeMeasured
from chmlfrp.errors import InvalidInput
from chmlfrp.model.latency import LatencyPoint
from chmlfrp.model.node import NodeUptime
from chmlfrp.model.recommend import Recommendation
from chmlfrp.model.tunnel import TunnelType


async def _uptime(call: Call) -> list[NodeUptime]:
    days = call.number("days", 30)
    return await call.backend.survey.uptime(days=days, name=call.text("name"))


def _measure(call: Call) -> Stream:
    return call.backend.survey.measure(call.body)


async def _latency(call: Call) -> list[LatencyPoint]:
    return await call.backend.survey.latency(call.path("name"))


async def _favour(call: Call) -> Accepted:
    name, is_favourite = call.path("name"), call.body.is_favourite
    await call.backend.survey.favour(name, is_favourite=is_favourite)
    return Accepted()


async def _recommend(call: Call) -> list[Recommendation]:
    return await call.backend.survey.recommend(_kind(call.text("type") or "tcp"))


def _kind(text: str) -> TunnelType:
    try:
        return TunnelType(text)
    except ValueError:
        hint = "use one of " + ", ".join(TunnelType)
        raise InvalidInput(
            f"{text!r} is no type of tunnel", hint=hint, field="type"
        ) from None


SURVEY_ROUTES = (
    Route("GET", "/v1/survey/uptime", "Days of nodes", list[NodeUptime], _uptime),
    Route(
        "POST",
        "/v1/survey/latency",
        "Measure the way to nodes; one line each, cut off to end it",
        NodeMeasured,
        stream=_measure,
        body=MeasureNodes,
    ),
    Route(
        "GET",
        "/v1/survey/latency/{name:path}",
        "What was measured so far",
        list[LatencyPoint],
        _latency,
    ),
    Route(
        "PUT",
        "/v1/survey/favourites/{name:path}",
        "Like a node, or no longer",
        Accepted,
        _favour,
        body=Favourite,
    ),
    Route(
        "GET",
        "/v1/survey/recommendations",
        "Nodes for a type of tunnel, the best first",
        list[Recommendation],
        _recommend,
    ),
)
