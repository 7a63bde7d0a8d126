"""Authlib's authorisation server on one session of the store.

Authlib is synchronous, so it runs inside `AsyncSession.run_sync`: a request is one
transaction, and what an error leaves behind (a grant ended, a poll counted) is kept.
"""

import hmac
import logging
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749.errors import InsecureTransportError, InvalidScopeError
from authlib.oauth2.rfc6749.models import ClientMixin
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from joserfc.jwk import RSAKey
from sqlalchemy.orm import Session

from chmlfrp.selfhost.oauth import bearer
from chmlfrp.selfhost.settings import OAuth
from chmlfrp.selfhost.store.grants import Client, Refresh, digest

SCOPES = ("profile", "email", "offline_access", bearer.API_SCOPE)
GRANT_TYPES = ("urn:ietf:params:oauth:grant-type:device_code", "refresh_token")
METHODS = ["client_secret_basic", "client_secret_post", "none"]
"""How programs say who they are; `none` is for those without a secret."""

_DAY_MS = 24 * 3600 * 1000

logging.getLogger("authlib").setLevel(logging.INFO)  # its DEBUG lines hold tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A request as Authlib is to see it."""

    url: str
    authorization: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to reply, in JSON."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the server needs beside the store."""

    issuer: str
    page: str
    """The address where people let programs in."""
    key: RSAKey
    settings: OAuth
    now_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who let the program in, and by which approval."""

    user_id: int
    grant_id: str


class KnownClient(ClientMixin):
    """A registered program; Authlib asks it what it may."""

    def __init__(self, row: Client) -> None:
        self.row = row

    def get_client_id(self) -> str:
        return self.row.client_id

    def check_client_secret(self, client_secret: str) -> bool:
        return hmac.compare_digest(digest(client_secret), self.row.secret_hash)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        del endpoint
        return (method == "none") is not bool(self.row.secret_hash)

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in GRANT_TYPES

    def get_allowed_scope(self, scope: Collection[str] | str) -> str:
        return scope if isinstance(scope, str) else " ".join(scope)


class _Request(OAuth2Request):
    """The form of a POST."""

    def __init__(self, form: Form) -> None:
        super().__init__(
            "POST", form.url, headers={"Authorization": form.authorization}
        )
        self._values = dict(form.values)
        self.payload = BasicOAuth2Payload(self._values)

    @property
    def form(self) -> dict[str, str]:
        return self._values


class Server(AuthorizationServer):
    """One request's authorisation server."""

    def __init__(self, session: Session, terms: Terms) -> None:
        from chmlfrp.selfhost.oauth import grants  # they know the server as well

        super().__init__()
        self.session, self.terms = session, terms
        generator: Any = self._generate  # the stubs know one class of generators only
        self.register_token_generator("default", generator)
        self.register_grant(grants.DeviceCode)
        self.register_grant(grants.RefreshToken)
        endpoints: tuple[Any, ...] = (grants.DeviceStart, grants.Revocation)
        for endpoint in endpoints:
            self.register_endpoint(endpoint)

    def token(self, form: Form) -> Answer:
        """Answer at the token endpoint."""
        return self._guarded(lambda: self.create_token_response(form))

    def endpoint(self, name: str, form: Form) -> Answer:
        """Answer at `device_authorization` or `revocation`."""
        create: Any = self.create_endpoint_response
        return self._guarded(lambda: create(name, form))

    def query_client(self, client_id: str) -> KnownClient | None:  # type: ignore[override]  # None is nobody, which the stubs leave out
        row = self.session.get(Client, client_id) if client_id.isalnum() else None
        return None if row is None else KnownClient(row)

    def validate_requested_scope(self, scope: str | None) -> None:
        asked = set((scope or "").split())
        if bearer.API_SCOPE not in asked or not asked <= set(SCOPES):
            raise InvalidScopeError()

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        if "refresh_token" in token:
            lifetime_ms = self.terms.settings.refresh_days * _DAY_MS
            self.session.add(
                Refresh(
                    token_hash=digest(token["refresh_token"]),
                    grant_id=request.user.grant_id,
                    expires_ms=self.terms.now_ms + lifetime_ms,
                )
            )

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Form) -> OAuth2Request:
        return _Request(request)

    def handle_response(self, status: int, body: Any, headers: Any) -> Answer:
        return Answer(status=status, body=body, headers=dict(headers))

    def _guarded(self, call: Any) -> Answer:
        try:
            answer: Answer = call()
        except InsecureTransportError as error:
            return self.handle_response(*error())
        return answer

    def _generate(
        self,
        *,
        client: KnownClient,
        user: Holder,
        scope: str,
        include_refresh_token: bool = True,
        **_: Any,
    ) -> dict[str, Any]:
        seconds = self.terms.settings.access_seconds
        ticket = bearer.Ticket(
            issuer=self.terms.issuer,
            user_id=user.user_id,
            grant_id=user.grant_id,
            client_id=client.get_client_id(),
            scope=scope,
        )
        token: dict[str, Any] = {
            "token_type": "Bearer",
            "access_token": bearer.sign(ticket, self.terms.key, seconds=seconds),
            "expires_in": seconds,
            "scope": scope,
        }
        if include_refresh_token and "offline_access" in scope.split():
            token["refresh_token"] = secrets.token_urlsafe(32)
        return token
