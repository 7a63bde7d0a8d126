"""All local nodes of a service: one agent each, new ones taken up as they appear."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.desk import LocalDesk
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
        self._begun = asyncio.Event()

    async def run(self) -> None:
        """Run every node of the store; ends only by cancellation."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                for node in await self._unknown():
                    desk = LocalDesk(self._context.database, node.id)
                    agent = Agent(node.name, desk, self._settings)
                    self._agents[node.id] = agent
                    tasks.create_task(agent.run(), name=f"node-{node.id}")
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

    async def _unknown(self) -> list[Node]:
        try:
            async with self._context.database.read() as session:
                found = await nodes.everything(session)
        except SQLAlchemyError as exc:
            log.warning("the nodes could not be read: %s", exc)
            return []
        return [
            node for node in found if node.id not in self._agents and not node.is_remote
        ]
