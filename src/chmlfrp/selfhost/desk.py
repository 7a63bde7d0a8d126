"""The service's side of a node: what its agent asks and reports, over the store.

Nothing is kept here, so any worker may answer any call of any node.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol

from chmlfrp.selfhost.finish import to_the_end
from chmlfrp.selfhost.node.settle import settle_ports
from chmlfrp.selfhost.rules.proxy import (
    NO_TUNNEL,
    NOT_YOURS,
    UNKNOWN_USER,
    ProxyWish,
    judge,
    own_name,
)
from chmlfrp.selfhost.store import account, order, report, tunnel
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.models import Node, User
from chmlfrp.selfhost.talk import Assignment, Order, Question, Report, Verdict

REPORT_S = 10.0
LOOK_S = 0.3
"""Between two looks for orders, of one node."""


class Link(Protocol):
    """What a node's agent needs of the service, near or far."""

    async def assignment(self) -> Assignment:
        """Return what the node is to be.

        Raises:
            SelfhostError: it cannot be run, or the service cannot be asked.
        """
        ...

    async def ask(self, question: Question) -> Verdict:
        """Return the answer to a question of frps.

        Raises:
            SelfhostError: the service cannot be asked.
        """
        ...

    async def report(self, news: Report) -> None:
        """Hand in a report; return once it is on the disk.

        Raises:
            SelfhostError: it was not taken.
        """
        ...

    async def orders(self, *, wait_s: float) -> Sequence[Order]:
        """Return what is to be done, waiting so long if there is nothing.

        Raises:
            SelfhostError: the service cannot be asked.
        """
        ...


class Desk:
    """Answers for one node, from the store."""

    def __init__(
        self, database: Database, node_id: int, *, report_s: float = REPORT_S
    ) -> None:
        self._database = database
        self._node_id = node_id
        self._report_s = report_s

    async def assignment(self) -> Assignment:
        """Return the node as the store has it; its ports are for its agent to check."""
        async with self._database.read() as session:
            node = await session.get_one(Node, self._node_id)
        return self._assignment(node)

    async def ask(self, question: Question) -> Verdict:
        """Return the answer to a question of frps."""
        if question.wish is not None:
            return await to_the_end(self._open(question, question.wish))
        return await to_the_end(self._enter(question))

    async def report(self, news: Report) -> None:
        """Write the report down, once."""
        await to_the_end(self._take(news))

    async def orders(self, *, wait_s: float) -> Sequence[Order]:
        """Return what is due, looking again and again while there is nothing."""
        until = time.monotonic() + wait_s
        while True:
            found = await to_the_end(self._due())
            if found or time.monotonic() >= until:
                return found
            await asyncio.sleep(LOOK_S)

    async def _due(self) -> list[Order]:
        async with self._database.read() as session:
            found = await order.due(session, self._node_id)
        return [
            Order(id=one.id, user=one.user_token, tunnel_name=one.tunnel_name)
            for one in found
        ]

    async def _enter(self, question: Question) -> Verdict:
        async with self._database.read() as session:
            user = await account.find(session, User.token == question.user)
            if user is None or account.is_shut_out(user):
                return Verdict(reason=UNKNOWN_USER)
            granted = await tunnel.granted(session, question.user, self._node_id)
        return Verdict(granted=tuple(granted))

    async def _take(self, news: Report) -> None:
        async with self._database.write() as session:
            await report.take(session, self._node_id, news)

    def _assignment(self, node: Node) -> Assignment:
        same = (
            *("name", "bind", "port", "http_port", "https_port", "dashboard_port"),
            *("first_port", "last_port", "allows_web", "node_token", "plugin_key"),
            "dashboard_password",
        )
        return Assignment(
            node_id=node.id,
            report_s=self._report_s,
            **{name: getattr(node, name) for name in same},
        )

    async def _open(self, question: Question, wish: ProxyWish) -> Verdict:
        name = own_name(question.user, question.proxy_name)
        if name is None:
            return Verdict(reason=NOT_YOURS)
        async with self._database.read() as session:
            found = await tunnel.record(session, name)
        if found is None:
            return Verdict(reason=NO_TUNNEL)
        reason = judge(
            wish,
            found.record,
            user=question.user,
            node_id=self._node_id,
            run_id=question.run_id,
        )
        return Verdict(reason=reason, tunnel_id=found.tunnel_id)


class LocalDesk(Desk):
    """Answers for a node on this machine, whose ports are settled here."""

    async def assignment(self) -> Assignment:
        """Return the node with ports that are free now.

        Raises:
            SelfhostError: a public port is taken and must not be changed.
        """
        settled = settle_ports(self._database, self._node_id)
        return self._assignment(await to_the_end(settled))
