"""Signing in with a code on another screen: OAuth 2 for devices (RFC 8628).

The authorisation server and the client id are the program's own: none is shipped.
"""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx2
import msgspec

from chmlfrp.api import discovery, envelope, wire
from chmlfrp.api.call import Call, Reply
from chmlfrp.api.caller import Caller
from chmlfrp.api.credentials import Credentials, WallClock, Way, wall_clock
from chmlfrp.api.discovery import DOCUMENTS, Endpoints, usual
from chmlfrp.api.lax import Row
from chmlfrp.errors import (
    ApiError,
    InvalidInput,
    RateLimited,
    ServiceGarbled,
    ServiceRefused,
    ServiceUnreachable,
    SignInDenied,
    SignInExpired,
    SignInRequired,
)
from chmlfrp.model.secret import Secret

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "profile email offline_access chmlfrp_api"
"""`chmlfrp_api` is what the service asks for; `offline_access` is the refresh token."""
SLOWER_S = 5.0
"""What `slow_down` adds to the interval, by RFC 8628."""
_LONGEST_INTERVAL_S = 60.0
_WRONG_CLIENT = "check the issuer's address and the client id"

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Where this program is registered, and as what."""

    issuer: str
    client_id: str
    client_secret: Secret | None = None
    """Only programs that can keep one have one."""
    scope: str = SCOPE
    device_endpoint: str = ""
    """For a server that publishes no document; empty: the usual place."""
    token_endpoint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What a person types on the approval page, and what the program asks with."""

    user_code: str
    url: str
    full_url: str
    """The same page with the code filled in; empty if the server gives none."""
    expires_in_s: float
    interval_s: float
    device_code: Secret


class SignInByDevice:
    """An authorisation server, asked by one registered program; open while entered."""

    def __init__(
        self,
        registration: Registration,
        *,
        timeout_s: float = 20.0,
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
        now: Callable[[], float] = time.monotonic,
        wall: WallClock = wall_clock,
    ) -> None:
        """Raise InvalidInput for an address or client id that cannot be used."""
        if not registration.client_id:
            raise InvalidInput(
                "a sign-in by code needs a client id",
                hint="register the program with the authorisation server",
                field="client_id",
            )
        self._registration = registration
        self._timeout_s, self._transport = timeout_s, transport
        self._caller = self._caller_for(registration.issuer)
        self._others: dict[str, Caller] = {}
        self._endpoints: Endpoints | None = None
        if not self._caller.is_private:
            raise InvalidInput(
                "an authorisation server is asked over https only", field="issuer"
            )
        self._sleep, self._now, self._wall = sleep, now, wall

    async def __aenter__(self) -> Self:
        await self._caller.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for caller in (self._caller, *self._others.values()):
            await caller.close()
        self._others.clear()

    async def start(self) -> DeviceCode:
        """Ask for a code to show.

        Raises:
            ServiceRefused: the server does not know the program, or its scope.
            ApiError: anything else that went wrong.
        """
        scope = self._registration.scope
        where = (await self._where()).device
        row = await self._ask(where, {"scope": scope})
        return DeviceCode(
            user_code=row.text("user_code"),
            url=row.text("verification_uri"),
            full_url=row.text("verification_uri_complete", default=""),
            expires_in_s=max(1.0, row.real("expires_in", default=300.0)),
            interval_s=max(1.0, row.real("interval", default=5.0)),
            device_code=Secret(row.text("device_code")),
        )

    async def wait(self, code: DeviceCode) -> Credentials:
        """Return credentials once somebody has approved the code.

        Asks no faster than the server wants, slower when told so, and slower still
        while nobody answers.

        Raises:
            SignInDenied: somebody said no.
            SignInExpired: nobody approved it in time.
            ApiError: anything else that ends the wait.
        """
        interval_s, end = code.interval_s, self._now() + code.expires_in_s
        values = {
            "grant_type": DEVICE_GRANT,
            "device_code": code.device_code.reveal(),
        }
        where = (await self._where()).token
        while self._now() + interval_s < end:
            await self._sleep(interval_s)
            try:
                row = await self._ask(where, values, code.device_code)
            except _Pending:
                continue
            except _SlowDown:
                interval_s += SLOWER_S
            except RateLimited as error:
                interval_s = max(interval_s + SLOWER_S, error.retry_after_s or 0.0)
            except ServiceUnreachable:
                interval_s = min(interval_s * 2, _LONGEST_INTERVAL_S)
            else:
                return self._credentials(row)
        raise SignInExpired("nobody approved the code in time", hint="start again")

    async def refresh(self, old: Credentials) -> Credentials:
        """Return new credentials for a refresh token, which is used up by that.

        Raises:
            SignInRequired: the refresh token is missing, used up or revoked.
            ApiError: anything else that went wrong.
        """
        if old.refresh_token is None:
            raise SignInRequired("the access token is over", hint="sign in again")
        values = {
            "grant_type": "refresh_token",
            "refresh_token": old.refresh_token.reveal(),
        }
        where = (await self._where()).token
        row = await self._ask(where, values, *old.secrets)
        new = self._credentials(row)
        return replace(
            new,
            user_token=old.user_token,
            refresh_token=new.refresh_token or old.refresh_token,
        )

    async def _where(self) -> Endpoints:
        """Return the endpoints the server tells of, else those configured."""
        if self._endpoints is None:
            self._endpoints = await self._discovered()
        ours = self._registration
        return self._endpoints or usual(
            ours.issuer, device=ours.device_endpoint, token=ours.token_endpoint
        )

    async def _discovered(self) -> Endpoints | None:
        for path in DOCUMENTS:
            call = Call(method="GET", path=path, is_signed=False)
            try:
                reply = await self._caller.send(call, None)
            except ApiError:
                return None
            found = discovery.read(
                reply.body, issuer=self._registration.issuer, is_private=_is_private
            )
            if reply.status == 200 and found is not None:
                return found
        return None

    async def _at(self, url: str) -> tuple[Caller, str]:
        """Return who asks there, and the path."""
        issuer = self._registration.issuer.rstrip("/")
        if url.startswith(f"{issuer}/"):
            return self._caller, url.removeprefix(issuer)
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._others:
            caller = self._caller_for(origin)
            await caller.open()
            self._others[origin] = caller
        return self._others[origin], parts.path

    def _caller_for(self, url: str) -> Caller:
        return Caller(url, timeout_s=self._timeout_s, transport=self._transport)

    async def _ask(self, url: str, values: Mapping[str, str], *secrets: Secret) -> Row:
        ours = self._registration
        caller, path = await self._at(url)
        basic = None
        form = {**values, "client_id": ours.client_id}
        if ours.client_secret:
            pair = f"{ours.client_id}:{ours.client_secret.reveal()}".encode()
            text = f"Basic {base64.b64encode(pair).decode()}"
            basic = Credentials(token=Secret(text), way=Way.RAW)
            del form["client_id"]
        call = Call(
            method="POST",
            path=path,
            form=form,
            is_signed=basic is not None,
            secrets=secrets,
        )
        return _read(await caller.send(call, basic))

    def _credentials(self, row: Row) -> Credentials:
        token = Secret(row.text("access_token"))
        if not wire.is_sendable(token):
            raise ServiceGarbled("/oauth2/token: the access token cannot be sent")
        refresh = row.text("refresh_token", default="")
        return Credentials(
            token=token,
            refresh_token=Secret(refresh) if refresh else None,
            expires_at=self._wall() + max(1.0, row.real("expires_in", default=300.0)),
        )


def _is_private(url: str) -> bool:
    try:
        return Caller(url, timeout_s=1.0).is_private
    except InvalidInput:
        return False


class _Pending(ServiceRefused):
    """Nobody has decided yet."""


class _SlowDown(ServiceRefused):
    """We ask too often."""


_ERRORS: dict[str, type[ServiceRefused]] = {
    "authorization_pending": _Pending,
    "slow_down": _SlowDown,
    "access_denied": SignInDenied,
    "expired_token": SignInExpired,
    "invalid_grant": SignInRequired,
}


def _read(reply: Reply) -> Row:
    """Return the object of an answer; raise the error it holds instead."""
    try:
        body: object = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = None
    if isinstance(body, dict):
        error = body.get("error")
        if reply.status < 300 and error is None:
            return Row(body, "authorisation server")
        if isinstance(error, str) and reply.status < 500 and reply.status != 429:
            raise _refused(reply, error, body.get("error_description"))
    elif reply.status < 300 or reply.status == 404:
        raise ServiceGarbled(
            f"{reply.call}: the authorisation server gives no JSON", hint=_WRONG_CLIENT
        )
    envelope.unwrap(reply)
    raise ServiceGarbled(f"{reply.call}: HTTP {reply.status} makes no sense here")


def _refused(reply: Reply, error: str, description: object) -> ServiceRefused:
    said = description if isinstance(description, str) and description else error
    kind = _ERRORS.get(error, ServiceRefused)
    return kind(
        f"{reply.call}: the authorisation server said no",
        service_code=reply.status,
        service_message=reply.masked(said)[:1000],
        hint=_WRONG_CLIENT if kind is ServiceRefused else "sign in again",
    )
