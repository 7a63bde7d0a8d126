"""The ways to a token: an approved device, a refresh token; and the way back."""

import secrets
from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidGrantError
from authlib.oauth2.rfc6749.grants import RefreshTokenGrant
from authlib.oauth2.rfc6749.models import TokenMixin
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc8628 import (
    DeviceAuthorizationEndpoint,
    DeviceCodeGrant,
    DeviceCredentialMixin,
)
from joserfc.jwk import KeySet
from sqlalchemy import delete, update
from sqlalchemy.engine import CursorResult

from chmlfrp.selfhost.oauth import bearer
from chmlfrp.selfhost.oauth.server import METHODS, Holder, KnownClient, Server
from chmlfrp.selfhost.store import grants as store
from chmlfrp.selfhost.store.account import is_shut_out
from chmlfrp.selfhost.store.models import User

SLOWER_S = 5
"""RFC 8628: what `slow_down` adds to the interval."""


class DeviceStart(DeviceAuthorizationEndpoint):
    """Where a program asks for its codes."""

    CLIENT_AUTH_METHODS = METHODS
    server: Server

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.EXPIRES_IN = server.terms.settings.device_seconds
        self.INTERVAL = server.terms.settings.interval

    def get_verification_uri(self) -> str:
        return self.server.terms.page

    def save_device_credential(
        self, client_id: str, scope: str, data: dict[str, Any]
    ) -> None:
        session, now_ms = self.server.session, self.server.terms.now_ms
        session.execute(delete(store.Device).where(store.Device.expires_ms < now_ms))
        session.add(
            store.Device(
                device_hash=store.digest(data["device_code"]),
                user_code=data["user_code"],
                client_id=client_id,
                scope=scope,
                expires_ms=now_ms + data["expires_in"] * 1000,
                interval_s=data["interval"],
            )
        )


class _Waiting(DeviceCredentialMixin):
    """A device that polls."""

    def __init__(self, row: store.Device, now_ms: int) -> None:
        self.row, self._now_ms = row, now_ms

    def get_client_id(self) -> str:
        return self.row.client_id

    def get_scope(self) -> str:
        return self.row.scope

    def get_user_code(self) -> str:
        return self.row.user_code

    def is_expired(self) -> bool:
        return self.row.expires_ms <= self._now_ms


class DeviceCode(DeviceCodeGrant):
    """Where a program learns whether somebody has let it in."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: Server

    def query_device_credential(self, device_code: str) -> _Waiting:
        row = self.server.session.get(
            store.Device, store.digest(device_code), with_for_update=True
        )
        if row is None or row.state == store.USED:
            raise InvalidGrantError()
        self._row = row
        return _Waiting(row, self.server.terms.now_ms)

    def query_user_grant(self, user_code: str) -> tuple[Holder | None, bool] | None:
        del user_code
        row, session = self._row, self.server.session
        if row.state == store.PENDING:
            return None
        user = None if row.user_id is None else session.get(User, row.user_id)
        if row.state == store.DENIED or user is None or is_shut_out(user):
            return None, False
        row.state = store.USED
        grant = store.Grant(
            id=secrets.token_hex(16),
            user_id=user.id,
            client_id=row.client_id,
            scope=row.scope,
            made_ms=self.server.terms.now_ms,
        )
        session.add(grant)
        session.flush()
        return Holder(user_id=user.id, grant_id=grant.id), True

    def should_slow_down(self, credential: _Waiting) -> bool:
        row, now_ms = credential.row, self.server.terms.now_ms
        is_early = now_ms < row.polled_ms + row.interval_s * 1000
        row.polled_ms = now_ms
        if is_early:
            row.interval_s += SLOWER_S
        return is_early


class _Used(TokenMixin):
    """A refresh token that came back."""

    def __init__(self, row: store.Refresh, grant: store.Grant) -> None:
        self.row, self.grant = row, grant

    def check_client(self, client: KnownClient) -> bool:
        return self.grant.client_id == client.get_client_id()

    def get_scope(self) -> str:
        return self.grant.scope


class RefreshToken(RefreshTokenGrant):
    """Where a refresh token becomes another one; the second time it ends the grant."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: Server

    def authenticate_refresh_token(self, refresh_token: str) -> _Used:
        session, now_ms = self.server.session, self.server.terms.now_ms
        row = session.get(
            store.Refresh, store.digest(refresh_token), with_for_update=True
        )
        grant = None if row is None else session.get(store.Grant, row.grant_id)
        if row is None or grant is None or grant.revoked_ms or row.expires_ms <= now_ms:
            raise InvalidGrantError()
        if row.used_ms is not None:
            grant.revoked_ms = now_ms
            raise InvalidGrantError()
        return _Used(row, grant)

    def authenticate_user(self, refresh_token: _Used) -> Holder:
        grant = refresh_token.grant
        user = self.server.session.get(User, grant.user_id)
        if user is None or is_shut_out(user):
            raise InvalidGrantError()
        return Holder(user_id=user.id, grant_id=grant.id)

    def revoke_old_credential(self, refresh_token: TokenMixin) -> None:
        assert isinstance(refresh_token, _Used)
        table = store.Refresh
        done = self.server.session.execute(
            update(table)
            .where(table.token_hash == refresh_token.row.token_hash)
            .where(table.used_ms.is_(None))
            .values(used_ms=self.server.terms.now_ms)
        )
        if isinstance(done, CursorResult) and done.rowcount != 1:
            raise InvalidGrantError()


class Revocation(RevocationEndpoint):
    """Where a program gives back what it was let do; either token ends the grant."""

    CLIENT_AUTH_METHODS = METHODS
    server: Server

    def query_token(self, token_string: str, token_type_hint: str) -> "_Held | None":
        del token_type_hint
        session = self.server.session
        refresh = session.get(store.Refresh, store.digest(token_string))
        grant_id = None if refresh is None else refresh.grant_id
        if grant_id is None and bearer.looks_like_one(token_string):
            claims = bearer.claims_of(token_string, KeySet([self.server.terms.key]))
            grant_id = None if claims is None else str(claims["grant"])
        grant = None if grant_id is None else session.get(store.Grant, grant_id)
        return None if grant is None else _Held(grant)

    def revoke_token(self, token: "_Held", request: Any) -> None:
        del request
        token.grant.revoked_ms = token.grant.revoked_ms or self.server.terms.now_ms


class _Held:
    """A grant that is given back."""

    def __init__(self, grant: store.Grant) -> None:
        self.grant = grant

    def check_client(self, client: KnownClient) -> bool:
        return self.grant.client_id == client.get_client_id()
