"""The web application: routes, what they are handed, and what becomes of failures."""

import logging
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.exceptions import HTTPException

from chmlfrp.selfhost import describe, params, wire
from chmlfrp.selfhost.caller import caller_of
from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.rate import Gate
from chmlfrp.selfhost.refusal import Refusal, TooManyRequests, out_of_reach
from chmlfrp.selfhost.routes import (
    account,
    agent,
    approval,
    cfg,
    domain,
    download,
    giftcard,
    history,
    message,
    node,
    oauth,
    panel,
    points,
    profile,
    register,
    session,
    tunnel,
)
from chmlfrp.selfhost.routes import log as log_routes
from chmlfrp.selfhost.store.database import is_out_of_reach

MAX_BODY_BYTES = 256 * 1024

log = logging.getLogger(__name__)

PEOPLE: list[Any] = [
    account.login_by_email_code,
    register.sendmailcode,
    register.register,
    register.email_reset_password,
    profile.retoken,
    profile.reset_password,
    profile.update_username,
    profile.update_qq,
    profile.update_userimg,
    points.qiandao,
    points.qiandao_info,
    message.messages,
    message.message_list,
    message.message_detail,
    message.message_search,
    giftcard.redeem,
    giftcard.history,
    log_routes.query,
    panel.panelinfo,
    panel.server_status,
    oauth.device_authorization,
    oauth.token,
    oauth.revoke,
    oauth.jwks,
    oauth.discovery,
    oauth.sso_refresh,
    approval.show,
    approval.decide,
]
"""The routes of people beside login and userinfo."""

NODES: list[Any] = [
    domain.list_available_domains,
    domain.create_free_subdomain,
    domain.update_free_subdomain,
    domain.delete_free_subdomain,
    domain.get_user_free_subdomains,
    history.node_uptime,
    history.node_status_info,
    history.flow_last_7_days,
    history.tunnel_last_7_days,
    session.offline_tunnel,
    session.refresh_tunnel,
    session.offline_user_nodes,
    cfg.cfg,
    agent.join,
    agent.assignment,
    agent.ask,
    agent.report,
    agent.orders,
    download.download_info,
    download.frpc_info,
    download.download,
]
"""The routes around nodes."""

AnyRequest = Request[Any, Any, Any]


def create_app(context: Context) -> Litestar:
    """Return the application; `context` lives as long as it does."""
    gate = Gate(context)

    async def read_params(request: AnyRequest) -> params.Params:
        return await _read_params(request, _caller(request, context))

    async def admit(request: AnyRequest) -> None:
        caller = _caller(request, context)
        if not gate.asks_of(request, caller.address):
            return
        try:
            given = await _read_params(request, caller)
        except Refusal:
            given = params.Params({}, caller=caller)
        await gate.admit(request, given)

    return Litestar(
        route_handlers=[
            account.login,
            account.userinfo,
            *PEOPLE,
            tunnel.list_tunnels,
            tunnel.create_tunnel,
            tunnel.update_tunnel,
            tunnel.delete_tunnel,
            tunnel.tunnel_config,
            node.list_nodes,
            node.nodeinfo,
            node.node_stats,
            *NODES,
        ],
        dependencies={
            "context": Provide(lambda: context, sync_to_thread=False),
            "params": Provide(read_params),
        },
        before_request=admit,
        exception_handlers={
            TooManyRequests: _on_haste,
            Refusal: _on_refusal,
            HTTPException: _on_http_error,
            Exception: _on_bug,
        },
        openapi_config=describe.config(),
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
    )


def _caller(request: AnyRequest, context: Context) -> params.Caller:
    return caller_of(request, context.settings.trusted_proxies)


async def _read_params(request: AnyRequest, caller: params.Caller) -> params.Params:
    content_type = request.headers.get("content-type", "").lower()
    is_multipart = content_type.startswith("multipart/form-data")
    values = params.read(
        query=request.scope["query_string"],
        content_type=content_type,
        body=b"" if is_multipart else await request.body(),
    )
    if is_multipart:
        form = await request.form()
        values |= {k: v for k, v in form.multi_items() if isinstance(v, str)}
    authorization = request.headers.get("authorization", "")
    return params.Params(values, authorization=authorization, caller=caller)


def _on_refusal(_: AnyRequest, refusal: Refusal) -> Response[Any]:
    return Response(wire.refused(refusal), status_code=200)


def _on_haste(_: AnyRequest, haste: TooManyRequests) -> Response[Any]:
    return Response(
        wire.refused(haste),
        status_code=HTTPStatus.TOO_MANY_REQUESTS,
        headers={"retry-after": str(haste.retry_after_s)},
    )


def _on_http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return _on_refusal(request, Refusal("请求参数错误"))
    return _spring(request, error.status_code)


def _on_bug(request: AnyRequest, error: Exception) -> Response[Any]:
    # The path only: a query may hold a token.
    if is_out_of_reach(error):
        log.error("%s %s: no answer from the store", request.method, request.url.path)
        if request.url.path.startswith(describe.STATUS_COUNTS):
            return _spring(request, HTTPStatus.SERVICE_UNAVAILABLE)
        return _on_refusal(request, out_of_reach())
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _spring(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def _spring(request: AnyRequest, status: int) -> Response[Any]:
    reason = HTTPStatus(status).phrase
    body = wire.no_route(status, reason, request.url.path, datetime.now(UTC))
    return Response(body, status_code=status)
