"""The page on which people let programs in; works without JavaScript.

Every form carries a word that is made from a cookie and the page's session, so that no
other site can send it. The page is never framed, kept or told where people go next.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.handlers import get, post

from chmlfrp.selfhost import guess
from chmlfrp.selfhost.caller import caller_of
from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.oauth import approval, page
from chmlfrp.selfhost.oauth.page import Look, Words
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.routes.oauth import PAGE, public_url
from chmlfrp.selfhost.rules.rate import COSTLY
from chmlfrp.selfhost.store import log

CSRF, SESSION = "chmlfrp_csrf", "chmlfrp_session"
STYLE_HASH = hashlib.sha256(page.STYLE.encode()).digest()

AnyRequest = Request[Any, Any, Any]


class Visit:
    """One request to the page."""

    def __init__(self, request: AnyRequest, context: Context, params: Params) -> None:
        self.request, self.context, self.params = request, context, params
        self.csrf_cookie = request.cookies.get(CSRF) or secrets.token_urlsafe(24)
        self.session = request.cookies.get(SESSION, "")

    def look(self, wrong: Words | None = None) -> Look:
        return Look(
            language=page.language_of(self.request.headers.get("accept-language", "")),
            service=self.context.settings.name,
            csrf=self.csrf,
            wrong=wrong,
        )

    @property
    def csrf(self) -> str:
        made_of = f"{self.csrf_cookie}:{self.session}".encode()
        return hashlib.sha256(made_of).hexdigest()

    def reply(self, text: str, status: int = 200) -> Response[str]:
        """Return the page with its cookies and the headers that protect it."""
        is_secure = public_url(self.request, self.context).startswith("https:")
        cookies = [
            Cookie(
                key=name,
                value=value,
                path=PAGE,
                httponly=True,
                secure=is_secure,
                samesite="strict",
            )
            for name, value in ((CSRF, self.csrf_cookie), (SESSION, self.session))
        ]
        return Response(
            text,
            status_code=status,
            media_type="text/html",
            headers=HEADERS,
            cookies=cookies,
        )


def _policy() -> str:
    style = base64.b64encode(STYLE_HASH).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


HEADERS = {
    "content-security-policy": _policy(),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
}


@get(PAGE, include_in_schema=False)
async def show(
    request: AnyRequest,
    params: NamedDependency[Params],
    context: NamedDependency[Context],
) -> Response[str]:
    """Show the next page: for the code, for who is there, or for the answer."""
    visit = Visit(request, context, params)
    return await _next(visit, params.optional_text("user_code"))


@post(PAGE, status_code=200, include_in_schema=False, opt=COSTLY)
async def decide(
    request: AnyRequest, context: NamedDependency[Context]
) -> Response[str]:
    """Take what a form says."""
    values: dict[str, object] = dict(
        parse_qsl((await request.body()).decode("utf-8", "replace"), max_num_fields=16)
    )
    params = Params(values, caller=caller_of(request, context.settings.trusted_proxies))
    visit = Visit(request, context, params)
    user_code = params.optional_text("user_code")
    given = params.optional_text("csrf").encode()
    if not hmac.compare_digest(given, visit.csrf.encode()):
        return visit.reply(page.code_page(visit.look(page.STALE)), 403)
    match params.optional_text("step"):
        case "login":
            return await _sign_in(visit, user_code)
        case "leave":
            return await _leave(visit, user_code)
        case "approve":
            return await _answer(visit, user_code, is_allowed=True)
        case "deny":
            return await _answer(visit, user_code, is_allowed=False)
        case _:
            return await _next(visit, user_code)


async def _next(
    visit: Visit, user_code: str, wrong: Words | None = None
) -> Response[str]:
    now_ms = visit.context.now_ms
    if not user_code:
        return visit.reply(page.code_page(visit.look(wrong)))
    async with visit.context.database.read() as session:
        found = await approval.waiting(session, user_code, now_ms=now_ms)
        user = await approval.who(session, visit.session, now_ms=now_ms)
    if found is None:
        return visit.reply(page.code_page(visit.look(wrong or page.NO_CODE)))
    device, client = found
    if user is None:
        return visit.reply(page.sign_in_page(visit.look(wrong), device.user_code))
    text = page.consent_page(
        visit.look(wrong),
        device.user_code,
        program=client.name,
        account=user.name,
        scope=device.scope,
    )
    return visit.reply(text)


async def _sign_in(visit: Visit, user_code: str) -> Response[str]:
    context, params = visit.context, visit.params
    try:
        user = await guess.sign_in(
            context,
            params.caller,
            login=params.text("username"),
            password=params.text("password"),
        )
    except Refusal as refusal:
        is_closed = refusal.code == 403
        return await _next(visit, user_code, page.CLOSED if is_closed else page.WRONG)
    async with context.database.write() as session:
        visit.session = await approval.open_session(
            session, user.id, now_ms=context.now_ms
        )
    visit.csrf_cookie = secrets.token_urlsafe(24)
    return await _next(visit, user_code)


async def _leave(visit: Visit, user_code: str) -> Response[str]:
    async with visit.context.database.write() as session:
        await approval.close_session(session, visit.session)
    visit.session = ""
    return await _next(visit, user_code)


async def _answer(visit: Visit, user_code: str, *, is_allowed: bool) -> Response[str]:
    context, now_ms = visit.context, visit.context.now_ms
    async with context.database.write() as session:
        user = await approval.who(session, visit.session, now_ms=now_ms)
        found = await approval.waiting(session, user_code, now_ms=now_ms)
        is_done = False
        if user is not None and found is not None:
            device, client = found
            is_done = await approval.decide(
                session, device, user, is_allowed=is_allowed
            )
            action = "oauth_approve" if is_allowed else "oauth_deny"
            log.write(
                session,
                user.id,
                action,
                visit.params.caller,
                now_ms=now_ms,
                about=client.name,
            )
    if not is_done:
        return await _next(visit, user_code)
    text = page.ALLOWED if is_allowed else page.DENIED
    return visit.reply(page.done_page(visit.look(), text))
