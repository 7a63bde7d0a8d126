"""The door for agents of nodes on other hosts: join, then ask, report and take orders.

An agent shows its key as `Authorization: Bearer`. What it may know and change is its own
node, and nothing is kept between two calls.
"""

from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.handlers import post
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.desk import Desk
from chmlfrp.selfhost.rules.nodekey import AGENT_PREFIX, digest, new_key
from chmlfrp.selfhost.rules.rate import COSTLY, UNCOUNTED
from chmlfrp.selfhost.store.models import Node
from chmlfrp.selfhost.talk import (
    Joined,
    JoinWish,
    Order,
    OrdersWish,
    Question,
    Report,
    Verdict,
)

T = TypeVar("T")
AnyRequest = Request[Any, Any, Any]

LONGEST_WAIT_S = 2.0
"""So long an answer without orders is held back, so that a service can end soon."""
REPORTS_IN_SILENCE = 3
"""So many reports may be lost before a node counts as silent."""
PREFIX = "/agent/v1"


@post(f"{PREFIX}/join", status_code=200, include_in_schema=False, opt=COSTLY)
async def join(request: AnyRequest, context: NamedDependency[Context]) -> Response[Any]:
    """Trade the key that `node add` printed for one that stays; it works once."""
    wish = await _read(request, JoinWish)
    if wish is None:
        return _no(400)
    key = new_key(AGENT_PREFIX)
    async with context.database.write() as session:
        node = await session.scalar(
            select(Node).where(Node.join_hash == digest(wish.key)).with_for_update()
        )
        if node is None:
            return _no(401)
        node.join_hash, node.agent_hash = None, digest(key)
        name = node.name
    return _yes(Joined(name=name, key=key))


@post(f"{PREFIX}/assignment", status_code=200, include_in_schema=False, opt=UNCOUNTED)
async def assignment(
    request: AnyRequest, context: NamedDependency[Context]
) -> Response[Any]:
    """Tell an agent what its node is to be."""
    desk = await _desk(request, context)
    return _no(401) if desk is None else _yes(await desk.assignment())


@post(f"{PREFIX}/ask", status_code=200, include_in_schema=False, opt=UNCOUNTED)
async def ask(request: AnyRequest, context: NamedDependency[Context]) -> Response[Any]:
    """Answer a question of its frps."""
    desk, question = await _desk(request, context), await _read(request, Question)
    if desk is None:
        return _no(401)
    if question is None:
        return _no(400)
    verdict: Verdict = await desk.ask(question)
    return _yes(verdict)


@post(f"{PREFIX}/report", status_code=200, include_in_schema=False, opt=UNCOUNTED)
async def report(
    request: AnyRequest, context: NamedDependency[Context]
) -> Response[Any]:
    """Take news of the node; answered once they are on the disk."""
    desk, news = await _desk(request, context), await _read(request, Report)
    if desk is None:
        return _no(401)
    if news is None:
        return _no(400)
    await desk.report(news)
    return _yes({})


@post(f"{PREFIX}/orders", status_code=200, include_in_schema=False, opt=UNCOUNTED)
async def orders(
    request: AnyRequest, context: NamedDependency[Context]
) -> Response[Any]:
    """Hand out what the node is to do, as soon as there is something."""
    desk, wish = await _desk(request, context), await _read(request, OrdersWish)
    if desk is None:
        return _no(401)
    if wish is None:
        return _no(400)
    wait_s = min(max(wish.wait_s, 0.0), LONGEST_WAIT_S)
    found: list[Order] = list(await desk.orders(wait_s=wait_s))
    return _yes(found)


async def _desk(request: AnyRequest, context: Context) -> Desk | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        return None
    async with context.database.read() as session:
        node_id = await _node_of(session, key.strip())
    if node_id is None:
        return None
    report_s = context.settings.nodes.silent_seconds / REPORTS_IN_SILENCE
    return Desk(context.database, node_id, report_s=report_s)


async def _node_of(session: AsyncSession, key: str) -> int | None:
    return await session.scalar(select(Node.id).where(Node.agent_hash == digest(key)))


async def _read(request: AnyRequest, shape: type[T]) -> T | None:
    try:
        return msgspec.json.decode(await request.body(), type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _yes(value: object) -> Response[Any]:
    return Response(value)


def _no(status: int) -> Response[Any]:
    return Response({}, status_code=status)
