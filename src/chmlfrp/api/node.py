"""The nodes of the service."""

import builtins

from chmlfrp.api import wire, wire_panel
from chmlfrp.api.reads import FRESH_FOR_S, Aged
from chmlfrp.api.session import Session
from chmlfrp.errors import InvalidInput
from chmlfrp.model.node import Node, NodeDetail, NodeHistory, NodeStats, NodeUptime

MOST_DAYS = 90


class Nodes:
    """`client.nodes`. Only `get` needs a token; all raise ApiError."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, name: str, *, max_age_s: float = 0.0) -> NodeDetail:
        """Return one node with its port range and host.

        What this account was told at most `max_age_s` ago is told again.

        Raises:
            NotFound: there is no node of that name.
            RightsMissing: the node is for members only.
            ApiError: anything else that went wrong.
        """

        async def ask() -> builtins.list[NodeDetail]:
            return [wire.node_detail(await self._session.ask(wire.node_call(name)))]

        key = ("node", name, self._session.token)
        (node,) = await self._session.reads.kept(key, ask, max_age_s=max_age_s)
        return node

    async def stats(self, *, max_age_s: float = FRESH_FOR_S) -> Aged[NodeStats]:
        """Return how busy every node is, offline ones included.

        Everybody on these connections shares an answer until it is `max_age_s` old.
        """

        async def ask() -> builtins.list[NodeStats]:
            return wire.node_stats(await self._session.ask(wire.node_stats_call()))

        return await self._session.reads.kept("stats", ask, max_age_s=max_age_s)

    async def uptime(self, *, days: int = 30, name: str = "") -> list[NodeUptime]:
        """Return how much of its last days a node was up, all nodes without a name.

        Raises:
            InvalidInput: the service keeps 1 to 90 days; nothing was sent.
            NotFound: there is no node of that name.
            ApiError: anything else that went wrong.
        """
        if not 1 <= days <= MOST_DAYS:
            raise InvalidInput(f"use 1 to {MOST_DAYS} days", field="days")
        return wire_panel.uptimes(
            await self._session.ask(wire_panel.uptime_call(days, name))
        )

    async def history(self, name: str) -> NodeHistory:
        """Return a node's last day in steps of 20 s; some megabytes, so never poll it.

        Raises:
            NotFound: there is no node of that name.
            ApiError: anything else that went wrong.
        """
        return wire_panel.history(
            await self._session.ask(wire_panel.history_call(name))
        )

    async def list(self, *, max_age_s: float = FRESH_FOR_S) -> Aged[Node]:
        """Return the nodes that are online now; the list flickers, `stats` does not.

        Shared as `stats` is.
        """

        async def ask() -> builtins.list[Node]:
            return wire.nodes(await self._session.ask(wire.nodes_call()))

        return await self._session.reads.kept("nodes", ask, max_age_s=max_age_s)
