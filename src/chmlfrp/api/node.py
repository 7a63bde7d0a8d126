"""The nodes of the service."""

from chmlfrp.api import wire
from chmlfrp.api.session import Session
from chmlfrp.model.node import Node, NodeDetail, NodeStats


class Nodes:
    """`client.nodes`. Only `get` needs a token; all raise ApiError."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, name: str) -> NodeDetail:
        """Return one node with its port range and host.

        Raises:
            NotFound: there is no node of that name.
            RightsMissing: the node is for members only.
            ApiError: anything else that went wrong.
        """
        return wire.node_detail(await self._session.ask(wire.node_call(name)))

    async def stats(self) -> list[NodeStats]:
        """Return how busy every node is, offline ones included."""
        return wire.node_stats(await self._session.ask(wire.node_stats_call()))

    async def list(self) -> list[Node]:
        """Return the nodes that are online now; the list flickers, `stats` does not."""
        return wire.nodes(await self._session.ask(wire.nodes_call()))
