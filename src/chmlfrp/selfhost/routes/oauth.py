"""The endpoints of the authorisation server that programs call."""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.handlers import get, post
from litestar.openapi import ResponseSpec
from msgspec import UNSET, UnsetType
from sqlalchemy.orm import Session

from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.oauth import keys
from chmlfrp.selfhost.oauth.server import (
    GRANT_TYPES,
    METHODS,
    SCOPES,
    Answer,
    Form,
    Server,
    Terms,
)
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.rules.rate import COSTLY
from chmlfrp.selfhost.store.grants import Grant, Refresh, digest
from chmlfrp.selfhost.takes import TEXT, form, takes

PAGE = "/oauth-device-verify"
SECRET = {"cache-control": "no-store"}

AnyRequest = Request[Any, Any, Any]


class OAuthError(msgspec.Struct, kw_only=True):
    """Why a program gets nothing (RFC 6749, 5.2)."""

    error: str
    error_description: str | UnsetType = UNSET


class DeviceCodes(msgspec.Struct, kw_only=True):
    """What a program shows to a person, and what it asks with (RFC 8628, 3.2)."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


class Tokens(msgspec.Struct, kw_only=True):
    """What lets a program in; without `offline_access` for a while only."""

    token_type: str
    access_token: str
    expires_in: int
    scope: str
    refresh_token: str | UnsetType = UNSET


class Revoked(msgspec.Struct):
    """Nothing, whether there was something to take back or not."""


class Fresh(msgspec.Struct, kw_only=True):
    """`data` of sso/refresh; `expires_at` in Unix milliseconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    expires_at: int


class SsoReply(msgspec.Struct, kw_only=True):
    """The envelope of sso/refresh."""

    success: bool
    message: str
    data: Fresh | UnsetType = UNSET


GRANT_TYPE = {"type": "string", "enum": list(GRANT_TYPES)}
CLIENT = ("client_id?", "client_secret?")
"""In the form, or in `Authorization: Basic`."""
WRONG = {
    status: ResponseSpec(
        data_container=OAuthError, description=why, generate_examples=False
    )
    for status, why in ((400, "refused"), (401, "the program is not known"))
}


@post(
    "/oauth2/device_authorization",
    status_code=200,
    responses=WRONG,
    opt=COSTLY | form(*CLIENT, "scope"),
)
async def device_authorization(
    request: AnyRequest, context: NamedDependency[Context]
) -> Response[DeviceCodes]:
    """Give a program its codes (RFC 8628)."""
    return await _answer(request, context, _endpoint("device_authorization"))


@post(
    "/oauth2/token",
    status_code=200,
    responses=WRONG,
    opt=form(
        *CLIENT, "grant_type", "device_code?", "refresh_token?", grant_type=GRANT_TYPE
    ),
)
async def token(
    request: AnyRequest, context: NamedDependency[Context]
) -> Response[Tokens]:
    """Give tokens for an approved device code or a refresh token."""
    return await _answer(request, context, lambda server, form: server.token(form))


@post(
    "/oauth2/revoke",
    status_code=200,
    responses=WRONG,
    opt=form(*CLIENT, "token", "token_type_hint?", token=TEXT),
)
async def revoke(
    request: AnyRequest, context: NamedDependency[Context]
) -> Response[Revoked]:
    """Take back all that came from the same approval (RFC 7009)."""
    return await _answer(request, context, _endpoint("revocation"))


@get("/oauth2/jwks")
async def jwks(context: NamedDependency[Context]) -> dict[str, Any]:
    """Publish the keys that access tokens are checked with."""
    await keys.signing_key(context.database)
    async with context.database.read() as session:
        return await keys.published(session)


@get(["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"])
async def discovery(
    request: AnyRequest, context: NamedDependency[Context]
) -> dict[str, Any]:
    """Say where everything is (RFC 8414)."""
    issuer = public_url(request, context)
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/oauth2/token",
        "device_authorization_endpoint": f"{issuer}/oauth2/device_authorization",
        "revocation_endpoint": f"{issuer}/oauth2/revoke",
        "jwks_uri": f"{issuer}/oauth2/jwks",
        "scopes_supported": list(SCOPES),
        "grant_types_supported": list(GRANT_TYPES),
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint_auth_methods_supported": METHODS,
    }


@post("/sso/refresh", status_code=200, opt=takes("refresh_token"))
async def sso_refresh(
    request: AnyRequest,
    params: NamedDependency[Params],
    context: NamedDependency[Context],
) -> Response[SsoReply]:
    """Refresh as web panels do, in an envelope of its own; clients without secret."""
    given = params.text("refresh_token")
    async with context.database.read() as session:
        row = await session.get(Refresh, digest(given))
        grant = None if row is None else await session.get(Grant, row.grant_id)
    values = {
        "grant_type": "refresh_token",
        "refresh_token": given,
        "client_id": grant.client_id if grant else "",
    }
    sent = Form(url=_checked_url(request, context), authorization="", values=values)
    answer = await _ask(request, context, lambda server: server.token(sent))
    if answer.status != 200:
        no = SsoReply(success=False, message="刷新令牌失败，请重新登录")
        return Response(no, headers=SECRET)
    seconds = answer.body["expires_in"]
    fresh = Fresh(
        access_token=answer.body["access_token"],
        refresh_token=answer.body["refresh_token"],
        expires_in=seconds,
        expires_at=context.now_ms + seconds * 1000,
    )
    yes = SsoReply(success=True, message="刷新令牌成功", data=fresh)
    return Response(yes, headers=SECRET)


def public_url(request: AnyRequest, context: Context) -> str:
    """Return the service's address as people see it."""
    return context.settings.public_url or str(request.base_url).rstrip("/")


def _endpoint(name: str) -> Callable[[Server, Form], Answer]:
    return lambda server, form: server.endpoint(name, form)


async def _answer(
    request: AnyRequest, context: Context, work: Callable[[Server, Form], Answer]
) -> Response[Any]:
    sent = await _form(request, context)
    if sent is None:
        return Response({"error": "invalid_request"}, status_code=400, headers=SECRET)
    answer = await _ask(request, context, lambda server: work(server, sent))
    return Response(
        answer.body, status_code=answer.status, headers={**answer.headers, **SECRET}
    )


async def _ask(
    request: AnyRequest, context: Context, work: Callable[[Server], Answer]
) -> Answer:
    issuer = public_url(request, context)
    terms = Terms(
        issuer=issuer,
        page=issuer + PAGE,
        key=await keys.signing_key(context.database),
        settings=context.settings.oauth,
        now_ms=context.now_ms,
    )

    def call(session: Session) -> Answer:
        return work(Server(session, terms))

    async with context.database.write() as session:
        return await session.run_sync(call)


async def _form(request: AnyRequest, context: Context) -> Form | None:
    """Return the form, None where body or header can be none."""
    authorization = request.headers.get("authorization", "")
    if not _is_readable(authorization):
        return None
    try:
        pairs = parse_qsl((await request.body()).decode(), max_num_fields=64)
    except ValueError:
        return None
    return Form(
        url=_checked_url(request, context),
        authorization=authorization,
        values=dict(pairs),
    )


def _is_readable(authorization: str) -> bool:
    """Return whether Authlib can read the header; it fails where it cannot."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return True
    try:
        base64.b64decode(given).decode()
    except ValueError:
        return False
    return True


def _checked_url(request: AnyRequest, context: Context) -> str:
    """Return the address for Authlib, which refuses plain http off this machine."""
    url = public_url(request, context) + request.url.path
    if context.settings.oauth.allow_http:
        url = url.replace("http://", "https://", 1)
    return url
