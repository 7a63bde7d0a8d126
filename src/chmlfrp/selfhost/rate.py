"""Who asks too fast: counted in memory by shares that workers take from the store."""

import asyncio
import hashlib
import logging
from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from sqlalchemy.exc import SQLAlchemyError

from chmlfrp.selfhost import network
from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.finish import to_the_end
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal, TooManyRequests
from chmlfrp.selfhost.rules.rate import (
    COSTLY,
    RATE,
    UNCOUNTED,
    Limit,
    seconds_left,
    window_of,
)
from chmlfrp.selfhost.store import account, rate
from chmlfrp.selfhost.store.database import Database

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Share:
    """What a worker may still answer to one key in this window."""

    left: int
    unasked: int
    """What the store has not been told of."""
    is_last: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Meter:
    """Counts for one worker."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._window = 0
        self._shares: dict[str, Share] = {}
        self._has_complained = False

    async def is_within(self, key: str, limit: Limit, *, now_ms: int) -> bool:
        """Count one request and return whether it may be answered."""
        self._turn_to(window_of(now_ms))
        share = self._shares.setdefault(key, Share(limit.unasked, limit.unasked))
        if share.left == 0 and not share.is_last:
            async with share.turn:
                if share.left == 0 and not share.is_last:
                    await self._refill(key, share, limit)
        if share.left == 0:
            return False
        share.left -= 1
        return True

    def _turn_to(self, window: int) -> None:
        if window != self._window:
            self._window, self._shares = window, {}
            self._has_complained = False

    async def _refill(self, key: str, share: Share, limit: Limit) -> None:
        asked = share.unasked + limit.share
        try:
            before = await to_the_end(self._take(key, asked))
        except SQLAlchemyError as exc:
            # A store that cannot be written may still be read: that goes on.
            if not self._has_complained:
                log.warning("requests could not be counted: %s", type(exc).__name__)
            self._has_complained = True
            share.left = limit.share
            return
        share.left = max(0, limit.granted(asked, before=before) - share.unasked)
        share.unasked = 0
        share.is_last = before + asked >= limit.most

    async def _take(self, key: str, count: int) -> int:
        async with self._database.write() as session:
            return await rate.take(session, key, self._window, count)


class Gate:
    """Stops requests of addresses and accounts that have asked too often."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._limits = context.settings.limits
        self._meter = Meter(context.database)
        self._window = 0
        self._accounts: dict[bytes, int | None] = {}

    def asks_of(self, request: Request[Any, Any, Any], address: str) -> bool:
        """Return whether this request is counted at all."""
        if request.route_handler.opt.get(RATE) == UNCOUNTED[RATE]:
            return False
        found = network.read(address)
        return found is None or not network.is_among(found, self._limits.exempt)

    async def admit(self, request: Request[Any, Any, Any], params: Params) -> None:
        """Count the request, for its address and for the account that it names.

        Raises:
            TooManyRequests: there were too many in this minute.
        """
        is_costly = request.route_handler.opt.get(RATE) == COSTLY[RATE]
        limits, address = self._limits, network.read(params.caller.address)
        home = params.caller.address if address is None else network.home_of(address)
        await self._count("address", home, limits.address_requests)
        if is_costly:
            await self._count("address costly", home, limits.address_costly)
        if not (limits.account_requests or (is_costly and limits.account_costly)):
            return
        if (who := await self._account(params)) is None:
            return
        await self._count("account", str(who), limits.account_requests)
        if is_costly:
            await self._count("account costly", str(who), limits.account_costly)

    async def _count(self, kind: str, who: str, most: int) -> None:
        now_ms = self._context.now_ms
        if not most or not who:
            return
        key = f"{kind} {who}"
        if not await self._meter.is_within(key, Limit(most), now_ms=now_ms):
            raise TooManyRequests(seconds_left(now_ms))

    async def _account(self, params: Params) -> int | None:
        """Return whose token is shown; looked up once in a window."""
        try:
            token = params.token()
        except Refusal:
            return None
        window = window_of(self._context.now_ms)
        if window != self._window:
            self._window, self._accounts = window, {}
        mark = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        if mark not in self._accounts:
            self._accounts[mark] = await self._look_up(token)
        return self._accounts[mark]

    async def _look_up(self, token: str) -> int | None:
        try:
            async with self._context.database.read() as session:
                return (await account.by_token(session, token)).id
        except Refusal:
            return None
