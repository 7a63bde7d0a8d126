"""Access tokens of sign-ins by code: kept among the secrets, renewed early."""

import msgspec

from chmlfrp.api.credentials import Credentials
from chmlfrp.api.oauth import Registration, SignInByDevice
from chmlfrp.api.renew import Renewing
from chmlfrp.local.secrets import SecretStore
from chmlfrp.model.secret import Secret


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one sign-in: where it was, and the latest tokens."""

    issuer: str
    client_id: str
    access_token: str
    refresh_token: str | None = None
    expires_at: float | None = None

    def __repr__(self) -> str:
        return f"Kept(issuer={self.issuer!r})"


class AccessTokens:
    """One entry per account, beside that of its user token."""

    def __init__(self, secrets: SecretStore, url: str) -> None:
        self._secrets = secrets
        self._url = url

    async def keep(
        self, account_id: int, registration: Registration, credentials: Credentials
    ) -> Renewing:
        """Put them on disk, and return who keeps them fresh from now on."""
        await self._save(account_id, registration, credentials)
        return self._renewing(account_id, registration, credentials)

    async def read(self, account_id: int) -> Renewing | None:
        """Return who keeps the account's tokens fresh, None if it has none."""
        found = await self._secrets.get(self._url, _entry(account_id))
        if found is None:
            return None
        try:
            kept = msgspec.json.decode(found.reveal(), type=Kept)
        except msgspec.MsgspecError:
            return None
        refresh = kept.refresh_token
        credentials = Credentials(
            token=Secret(kept.access_token),
            refresh_token=None if refresh is None else Secret(refresh),
            expires_at=kept.expires_at,
        )
        registration = Registration(issuer=kept.issuer, client_id=kept.client_id)
        return self._renewing(account_id, registration, credentials)

    async def forget(self, account_id: int) -> None:
        """Forget them; harmless if there are none."""
        await self._secrets.delete(self._url, _entry(account_id))

    def _renewing(
        self, account_id: int, registration: Registration, credentials: Credentials
    ) -> Renewing:
        async def save(latest: Credentials) -> None:
            await self._save(account_id, registration, latest)

        return Renewing(credentials, by=_Visits(registration), save=save)

    async def _save(
        self, account_id: int, registration: Registration, credentials: Credentials
    ) -> None:
        refresh = credentials.refresh_token
        kept = Kept(
            issuer=registration.issuer,
            client_id=registration.client_id,
            access_token=credentials.token.reveal(),
            refresh_token=None if refresh is None else refresh.reveal(),
            expires_at=credentials.expires_at,
        )
        secret = Secret(msgspec.json.encode(kept).decode())
        await self._secrets.set(self._url, _entry(account_id), secret)


class _Visits:
    """Asks the server over connections that are open only for that."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration

    async def refresh(self, old: Credentials) -> Credentials:
        async with SignInByDevice(self._registration) as server:
            return await server.refresh(old)


def _entry(account_id: int) -> str:
    return f"{account_id} oauth"
