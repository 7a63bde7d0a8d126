"""All local nodes of a service: one agent each, new ones taken up as they appear."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.desk import REPORT_S, LocalDesk
from chmlfrp.selfhost.node.agent import Agent, AgentSettings
from chmlfrp.selfhost.store import node as nodes
from chmlfrp.selfhost.store.models import Node

LOOK_S = 2.0
"""Between two looks for nodes that were added meanwhile."""
READY_S = 15.0

log = logging.getLogger(__name__)


class Fleet:
    """Runs the agents; cancel `run` to end them and their frps."""

    def __init__(self, context: Context, settings: AgentSettings) -> None:
        self._context = context
        self._settings = settings
        self._agents: dict[int, Agent] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._begun = asyncio.Event()

    async def run(self) -> None:
        """Run every node of the store; ends only by cancellation."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                found = await self._local()
                if found is not None:
                    self._end_all_but({node.id for node in found})
                for node in found or ():
                    if node.id not in self._agents:
                        desk = self._desk(node.id)
                        agent = Agent(node.name, desk, self._settings)
                        self._agents[node.id] = agent
                        self._tasks[node.id] = tasks.create_task(
                            agent.run(), name=f"node-{node.id}"
                        )
                self._begun.set()
                await asyncio.sleep(LOOK_S)

    async def first_online(self) -> Node:
        """Return the oldest node once it is online.

        Raises:
            SelfhostError: it failed several times, or did not come up in 15 seconds.
        """
        await self._begun.wait()
        node_id, agent = min(self._agents.items())
        try:
            async with asyncio.timeout(READY_S):
                await agent.decided.wait()
        except TimeoutError:
            pass
        if not agent.online.is_set():
            raise agent.trouble or SelfhostError("the node did not come up in time")
        async with self._context.database.read() as session:
            return await session.get_one(Node, node_id)

    def _desk(self, node_id: int) -> LocalDesk:
        silent_s = self._context.settings.nodes.silent_seconds
        return LocalDesk(
            self._context.database, node_id, report_s=min(REPORT_S, silent_s / 3)
        )

    def _end_all_but(self, kept: set[int]) -> None:
        for node_id in self._agents.keys() - kept:
            log.info("node %d was removed", node_id)
            del self._agents[node_id]
            self._tasks.pop(node_id).cancel()

    async def _local(self) -> list[Node] | None:
        """Return the nodes to run here, None if the store cannot be read."""
        try:
            async with self._context.database.read() as session:
                found = await nodes.everything(session)
        except SQLAlchemyError as exc:
            log.warning("the nodes could not be read: %s", exc)
            return None
        return [node for node in found if not node.is_remote]
