"""Keeps an access token fresh: early, once for everybody, and on disk before use."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from chmlfrp.api.credentials import Credentials, WallClock, wall_clock
from chmlfrp.errors import ApiError, ServiceRefused, SignInRequired

EARLY_S = 75.0
"""Before its end a token is exchanged; a quarter of its life if that is shorter."""

Save = Callable[[Credentials], Awaitable[None]]


class Refresher(Protocol):
    """Exchanges old credentials for new ones."""

    async def refresh(self, old: Credentials) -> Credentials: ...


class Renewing:
    """A `Keeper` of credentials that come with a refresh token.

    The refresh token is good once, so the new one is handed to `save` before the access
    token that came with it is used, and a caller who is cancelled does not stop that.
    Only one process may keep the same credentials.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        by: Refresher,
        save: Save,
        wall: WallClock = wall_clock,
    ) -> None:
        self._latest = credentials
        self._by = by
        self._save = save
        self._wall = wall
        self._early_s = self._early(credentials)
        self._over: SignInRequired | None = None
        self._unsaved: Credentials | None = None
        self._renewal: asyncio.Future[None] | None = None

    @property
    def latest(self) -> Credentials:
        """What is known now, old or not."""
        return self._latest

    async def fresh(self) -> Credentials:
        """Return credentials that are good to send.

        A server that cannot be reached does not matter while the old token lasts.

        Raises:
            SignInRequired: the refresh token is over too; a new sign-in is needed.
            ApiError: the token is over and there is no new one yet.
        """
        if not self._latest.is_old(self._wall(), early_s=self._early_s):
            return self._latest
        try:
            await self._renewed()
        except ApiError:
            if self._latest.is_old(self._wall()):
                raise
        return self._latest

    async def after_refusal(self, refused: Credentials) -> Credentials | None:
        """Return newer credentials than those refused, None if there are none."""
        if self._latest.token == refused.token:
            with suppress(ServiceRefused):
                await self._renewed()
        return None if self._latest.token == refused.token else self._latest

    async def close(self) -> None:
        """Wait for a renewal that is on its way, so that its token is kept."""
        if self._renewal is not None:
            await asyncio.wait([self._renewal])

    async def _renewed(self) -> None:
        if self._over is not None:
            raise self._over.with_traceback(None)
        if self._renewal is None:
            self._renewal = asyncio.ensure_future(  # noqa: TID251 - `close` waits for it
                self._renew()
            )
            self._renewal.add_done_callback(self._done)
        await asyncio.shield(self._renewal)

    async def _renew(self) -> None:
        if self._unsaved is None:
            try:
                self._unsaved = await self._by.refresh(self._latest)
            except SignInRequired as error:
                self._over = error
                raise
        await self._save(self._unsaved)
        self._latest, self._unsaved = self._unsaved, None
        self._early_s = self._early(self._latest)

    def _done(self, renewal: asyncio.Future[None]) -> None:
        self._renewal = None
        if not renewal.cancelled():
            renewal.exception()

    def _early(self, credentials: Credentials) -> float:
        if credentials.expires_at is None:
            return EARLY_S
        return min(EARLY_S, max(0.0, credentials.expires_at - self._wall()) / 4)
