"""What travels about choosing among nodes."""

from chmlfrp.control.protocol import Message
from chmlfrp.model.latency import LatencyPoint


class MeasureNodes(Message, frozen=True, kw_only=True):
    """Measure the way to these nodes."""

    names: tuple[str, ...] = ()
    """Empty: all that are online."""


class NodeMeasured(Message, frozen=True, kw_only=True):
    """One node was measured; `done` of `total` are through."""

    node: str
    point: LatencyPoint
    done: int
    total: int


class Favourite(Message, frozen=True, kw_only=True):
    """Whether a person likes the node."""

    is_favourite: bool
