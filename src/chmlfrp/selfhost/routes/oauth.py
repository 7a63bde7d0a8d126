"""The endpoints of the authorisation server that programs call."""

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
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.rate import COSTLY
from chmlfrp.selfhost.store.grants import Grant, Refresh, digest

PAGE = "/oauth-device-verify"
SECRET = {"cache-control": "no-store"}

AnyRequest = Request[Any, Any, Any]


class OAuthError(msgspec.Struct, kw_only=True):
    """Why a program gets nothing (RFC 6749, 5.2)."""

    error: str
    error_description: str | UnsetType = UNSET


WRONG = {
    status: ResponseSpec(data_container=OAuthError, description=why)
    for status, why in ((400, "refused"), (401, "the program is not known"))
}


@post("/oauth2/device_authorization", status_code=200, responses=WRONG, opt=COSTLY)
async def device_authorization(
    request: AnyRequest, context: NamedDependency[Context]
) -> Response[Any]:
    """Give a program its codes (RFC 8628)."""
    return await _answer(request, context, _endpoint("device_authorization"))


@post("/oauth2/token", status_code=200, responses=WRONG)
async def token(
    request: AnyRequest, context: NamedDependency[Context]
) -> Response[Any]:
    """Give tokens for an approved device code or a refresh token."""
    return await _answer(request, context, lambda server, form: server.token(form))


@post("/oauth2/revoke", status_code=200, responses=WRONG)
async def revoke(
    request: AnyRequest, context: NamedDependency[Context]
) -> Response[Any]:
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


@post("/sso/refresh", status_code=200)
async def sso_refresh(
    request: AnyRequest,
    params: NamedDependency[Params],
    context: NamedDependency[Context],
) -> Response[Any]:
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
    form = Form(url=_checked_url(request, context), authorization="", values=values)
    answer = await _ask(request, context, lambda server: server.token(form))
    if answer.status != 200:
        body: dict[str, Any] = {"success": False, "message": "刷新令牌失败，请重新登录"}
        return Response(body, headers=SECRET)
    seconds = answer.body["expires_in"]
    data = {
        "access_token": answer.body["access_token"],
        "refresh_token": answer.body["refresh_token"],
        "expires_in": seconds,
        "expires_at": context.now_ms + seconds * 1000,
    }
    body = {"success": True, "message": "刷新令牌成功", "data": data}
    return Response(body, headers=SECRET)


def public_url(request: AnyRequest, context: Context) -> str:
    """Return the service's address as people see it."""
    return context.settings.public_url or str(request.base_url).rstrip("/")


def _endpoint(name: str) -> Callable[[Server, Form], Answer]:
    return lambda server, form: server.endpoint(name, form)


async def _answer(
    request: AnyRequest, context: Context, work: Callable[[Server, Form], Answer]
) -> Response[Any]:
    form = await _form(request, context)
    answer = await _ask(request, context, lambda server: work(server, form))
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


async def _form(request: AnyRequest, context: Context) -> Form:
    try:
        pairs = parse_qsl((await request.body()).decode(), max_num_fields=64)
    except ValueError as exc:
        raise Refusal("请求参数错误") from exc
    return Form(
        url=_checked_url(request, context),
        authorization=request.headers.get("authorization", ""),
        values=dict(pairs),
    )


def _checked_url(request: AnyRequest, context: Context) -> str:
    """Return the address for Authlib, which refuses plain http off this machine."""
    url = public_url(request, context) + request.url.path
    if context.settings.oauth.allow_http:
        url = url.replace("http://", "https://", 1)
    return url
