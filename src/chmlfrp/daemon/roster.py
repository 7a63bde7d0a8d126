"""The accounts that are signed in: one is in front, the others' tunnels go on."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chmlfrp.api.client import ServiceClient
from chmlfrp.api.credentials import Credentials
from chmlfrp.api.oauth import Registration
from chmlfrp.api.renew import Renewing
from chmlfrp.daemon.access import AccessTokens
from chmlfrp.local.files import load_state, save_state
from chmlfrp.local.secrets import SecretStore
from chmlfrp.model.account import Account
from chmlfrp.model.secret import Secret

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seat:
    """An account, and the service as it sees it."""

    account: Account
    token: Secret
    """What frpc signs in with."""
    client: ServiceClient
    renewing: Renewing | None = None


class Roster:
    """Owns the tokens. On disk are the accounts; tokens are where secrets are kept."""

    def __init__(
        self, service: ServiceClient, url: str, secrets: SecretStore, path: Path
    ) -> None:
        self._service = service
        self._url = url
        self._secrets = secrets
        self._access = AccessTokens(secrets, url)
        self._path = path
        self._seats: dict[int, Seat] = {}

    def __iter__(self) -> Iterator[Seat]:
        """Return the seats, the one that sat down first in front."""
        return iter(tuple(self._seats.values()))

    def get(self, account_id: int | None) -> Seat | None:
        """Return the account's seat, None without one."""
        return None if account_id is None else self._seats.get(account_id)

    async def restore(self, present: Account | None) -> None:
        """Take up what the last daemon knew, and `present`; those without a token go."""
        known = {one.id: one for one in await asyncio.to_thread(self._read)}
        if present is not None:
            known.setdefault(present.id, present)
        for account in known.values():
            token = await self._secrets.get(self._url, str(account.id))
            if token is not None:
                renewing = await self._access.read(account.id)
                self._seats[account.id] = self._seat(account, token, renewing)

    async def sit(
        self,
        account: Account,
        token: Secret,
        *,
        approved: tuple[Registration, Credentials] | None = None,
    ) -> Seat:
        """Keep the account with its token, in the place of what it had before.

        approved: the service is asked with these, renewed early, and not with the token.
        """
        await self._end_renewing(account.id)
        if approved is None:
            await self._access.forget(account.id)
        renewing = approved and await self._access.keep(account.id, *approved)
        await self._secrets.set(self._url, str(account.id), token)
        self._seats[account.id] = seat = self._seat(account, token, renewing)
        await self._save()
        return seat

    async def leave(self, account_id: int) -> None:
        """Forget the account and its tokens; harmless if it is not here."""
        await self._end_renewing(account_id)
        self._seats.pop(account_id, None)
        await self._secrets.delete(self._url, str(account_id))
        await self._access.forget(account_id)
        await self._save()

    async def settle(self) -> None:
        """Wait until tokens that are being renewed are on disk."""
        for account_id in tuple(self._seats):
            await self._end_renewing(account_id)

    async def _end_renewing(self, account_id: int) -> None:
        seat = self._seats.get(account_id)
        if seat is not None and seat.renewing is not None:
            await seat.renewing.close()

    def _seat(self, account: Account, token: Secret, renewing: Renewing | None) -> Seat:
        client = (
            self._service.with_credentials(renewing)
            if renewing
            else self._service.with_token(token)
        )
        return Seat(account, token, client, renewing)

    def _read(self) -> list[Account]:
        return self._load().get(self._url, [])

    async def _save(self) -> None:
        seated = [seat.account for seat in self._seats.values()]
        await asyncio.to_thread(self._write, seated)

    def _write(self, seated: list[Account]) -> None:
        save_state(self._path, self._load() | {self._url: seated})

    def _load(self) -> dict[str, list[Account]]:
        found = load_state(self._path, dict[str, list[Account]])
        for aside in found.kept_aside:
            log.warning("%s was damaged and is kept as %s", self._path, aside)
        return found.value or {}
