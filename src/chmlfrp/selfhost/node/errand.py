"""Carrying out the service's orders."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.desk import Link
from chmlfrp.selfhost.node.dashboard import Dashboard
from chmlfrp.selfhost.node.judge import Judge
from chmlfrp.selfhost.node.kick import Place, kick
from chmlfrp.selfhost.node.live import LiveNode
from chmlfrp.selfhost.node.observe import ONLINE
from chmlfrp.selfhost.node.reporter import Reporter
from chmlfrp.selfhost.talk import Assignment, NodeUnknown, Order

WAIT_S = 20.0
AGAIN_S = 1.0
"""After the service could not be asked, or an order could not be carried out."""

log = logging.getLogger(__name__)


class Errands:
    """Does the orders of one start of frps."""

    def __init__(
        self,
        link: Link,
        given: Assignment,
        dashboard: Dashboard,
        *,
        live: LiveNode,
        judge: Judge,
        reporter: Reporter,
    ) -> None:
        self._link = link
        self._name = given.name
        self._place = Place(
            host=_host(given.bind), port=given.port, token=given.node_token
        )
        self._dashboard = dashboard
        self._live = live
        self._judge = judge
        self._reporter = reporter

    async def run(self) -> None:
        """Take orders and do them; ends only by cancellation."""
        while True:
            try:
                for order in await self._link.orders(wait_s=WAIT_S):
                    await self._do(order)
            except NodeUnknown:
                raise
            except (SelfhostError, SQLAlchemyError) as exc:
                log.info("node %s: no orders: %s", self._name, exc)
                await asyncio.sleep(AGAIN_S)

    async def _do(self, order: Order) -> None:
        self._judge.forget(order.user)
        reading = await self._dashboard.read()
        meant = [
            name
            for name, proxy in reading.proxies.items()
            if proxy.status == ONLINE and _is_meant(name, order)
        ]
        for run_id in self._live.runs_of(meant):
            await kick(self._place, run_id=run_id, user=self._judge.kick_user)
        if not await self._reporter.tell(done=[order.id]):
            raise SelfhostError("the service does not take reports")


def _is_meant(proxy: str, order: Order) -> bool:
    if order.tunnel_name:
        return proxy == f"{order.user}.{order.tunnel_name}"
    return proxy.startswith(f"{order.user}.")


def _host(bind: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104 - as bound
