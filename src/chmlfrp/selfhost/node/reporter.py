"""Handing in reports in order, each until it was taken."""

import asyncio
import logging
import secrets
from collections.abc import Sequence

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.desk import Link
from chmlfrp.selfhost.talk import Change, Look, Report

GOODBYE_S = 3.0

log = logging.getLogger(__name__)


class Reporter:
    """Speaks for one start of frps.

    A report whose answer was lost may have been taken: it is handed in again as it was,
    and the service knows it by its number.
    """

    def __init__(self, link: Link, name: str) -> None:
        self._link = link
        self._name = name
        self._boot = secrets.token_hex(8)
        self._number = 0
        self._unsure: Report | None = None
        self._turn = asyncio.Lock()
        self.is_heard = False
        """Whether the last report was taken."""
        self._said_so = False

    async def tell(
        self,
        *,
        changes: Sequence[Change] = (),
        look: Look | None = None,
        done: Sequence[int] = (),
        is_leaving: bool = False,
    ) -> bool:
        """Return whether this news was taken; if not, it is still the caller's."""
        news = Report(
            boot=self._boot,
            number=0,
            changes=tuple(changes),
            look=look,
            done=tuple(done),
            is_leaving=is_leaving,
        )
        async with self._turn:
            return await self._clear() and await self._hand_in(news)

    async def leave(self) -> None:
        """Say that frps ends, if anything was ever said; a short try."""
        if self._number == 0:
            return
        try:
            async with asyncio.timeout(GOODBYE_S):
                await self.tell(is_leaving=True)
        except TimeoutError:
            log.warning("%s: the service did not hear the goodbye", self._name)

    async def _clear(self) -> bool:
        if self._unsure is None:
            return True
        if not await self._send(self._unsure):
            return False
        self._unsure = None
        return True

    async def _hand_in(self, news: Report) -> bool:
        self._number += 1
        numbered = msgspec.structs.replace(news, number=self._number)
        if not await self._send(numbered):
            # Whether it arrived is not known: from now on it is ours to repeat.
            self._unsure = numbered
        return True

    async def _send(self, report: Report) -> bool:
        try:
            await self._link.report(report)
        except (SelfhostError, SQLAlchemyError) as exc:
            if not self._said_so:
                log.warning("%s: a report was not taken: %s", self._name, exc)
            self.is_heard, self._said_so = False, True
            return False
        if self._said_so:
            log.info("%s: reports are taken again", self._name)
        self.is_heard, self._said_so = True, False
        return True
