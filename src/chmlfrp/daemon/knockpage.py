"""The page that a visitor opens before the tunnel: one form, no scripts, no cookies.

The one place of the daemon that has words: its readers have no other program of ours.
Who the visitor is comes from the doors alone (`guard/lobby.py`); whatever a request says
of that (`X-Forwarded-For` and the like) is not looked at.
"""

import base64
import hashlib
import logging
from collections.abc import Callable, Iterable
from html import escape
from typing import NamedTuple
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chmlfrp.daemon.knock import Answer, Knocks, Outcome
from chmlfrp.daemon.knocklink import Link
from chmlfrp.errors import ChmlFrpError
from chmlfrp.guard.lobby import Lobby
from chmlfrp.model.guard import Address
from chmlfrp.words import knock as words
from chmlfrp.words.knock import chosen_by_header, say_in, word_span
from chmlfrp.words.language import Both, Language

log = logging.getLogger(__name__)

LONGEST_FORM = 4096
MOST_FIELDS = 4
_STYLE = (
    "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:26rem;margin:15vh auto;"
    "padding:0 1.5rem;color-scheme:light dark}"
    "input,button{font:inherit;padding:.5rem .8rem;margin:.3rem 0;width:100%;"
    "box-sizing:border-box}.no{color:#c62828}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "Accept-Language",
    # A node may send the next visitor's request through the same connection.
    "Connection": "close",
}


class Place(NamedTuple):
    """What a link opens: the tunnel's name and what a visitor types."""

    name: str
    address: str


def page(
    knocks: Knocks,
    lobby: Lobby,
    *,
    places: Callable[[Link], Iterable[Place]],
    clock: Callable[[], float],
) -> Starlette:
    """Return the application: `/k/<link>` and nothing else."""

    async def show(request: Request) -> Response:
        language = _language(request)
        if _address(request, lobby) is None:
            return _refused(language, words.UNSEEN, 403)
        link = knocks.find(request.path_params["key"])
        if link is None:
            return _refused(language, words.GONE, 404)
        return _html(language, words.TITLE, _form(link, language))

    async def knock(request: Request) -> Response:
        language, address = _language(request), _address(request, lobby)
        if address is None:
            return _refused(language, words.UNSEEN, 403)
        try:
            password = await _password(request)
            answer = await knocks.knock(request.path_params["key"], password, address)
        except ChmlFrpError as error:
            log.warning("nobody can be let in by a knock: %s", error)
            return _refused(language, words.FAULT, 503)
        if answer.outcome is not Outcome.OPENED:
            return _not_opened(answer, language)
        assert answer.link is not None
        span = word_span(answer.until - clock(), language)
        told = say_in(words.YOU_MAY, language).format(address=address, time=span)
        return _html(
            language, words.OPENED, _opened(told, places(answer.link), language)
        )

    async def nothing(request: Request, _: Exception) -> Response:
        return _refused(_language(request), words.GONE, 404)

    routes = [
        Route("/k/{key}", show, methods=["GET"]),
        Route("/k/{key}", knock, methods=["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={404: nothing, 405: nothing})


def _address(request: Request, lobby: Lobby) -> Address | None:
    return lobby.take(request.client.port) if request.client else None


def _language(request: Request) -> Language:
    return chosen_by_header(request.headers.get("accept-language", ""))


async def _password(request: Request) -> str:
    """Return what was typed, empty if nothing, or far too much."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LONGEST_FORM:
            return ""
    try:
        fields = parse_qs(raw.decode("ascii", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return ""
    return fields.get("password", [""])[0]


def _form(link: Link, language: Language, complaint: str = "") -> str:
    said = f'<p class="no" role="alert">{escape(complaint)}</p>' if complaint else ""
    field = ""
    if link.has_password:
        label = escape(say_in(words.PASSWORD, language))
        field = (
            f'<label>{label}<input type="password" name="password" required autofocus '
            'autocomplete="current-password" maxlength="1024"></label>'
        )
    button = escape(say_in(words.ENTER, language))
    return (
        f"<p>{escape(say_in(words.INVITED, language))}</p>{said}"
        f'<form method="post">{field}<button>{button}</button></form>'
    )


def _opened(told: str, places: Iterable[Place], language: Language) -> str:
    rows = "".join(
        f"<li>{escape(place.name)} <b>{escape(place.address)}</b></li>"
        for place in places
    )
    again = escape(say_in(words.SAME_NETWORK, language))
    return f"<p>{escape(told)}</p><ul>{rows}</ul><p>{again}</p>"


def _not_opened(answer: Answer, language: Language) -> Response:
    if answer.outcome is Outcome.GONE:
        return _refused(language, words.GONE, 404)
    complaint = ""
    if answer.outcome is Outcome.WRONG:
        complaint = say_in(words.WRONG, language)
    if answer.wait_s:
        span = word_span(answer.wait_s, language)
        complaint += " " + say_in(words.WAIT, language).format(time=span)
    if answer.link is None:
        return _html(language, words.TITLE, _complaint(complaint), 429)
    form = _form(answer.link, language, complaint.strip())
    return _html(language, words.TITLE, form, 403)


def _refused(language: Language, text: Both, status: int) -> Response:
    return _html(language, words.TITLE, _complaint(say_in(text, language)), status)


def _complaint(text: str) -> str:
    return f'<p class="no" role="alert">{escape(text.strip())}</p>'


def _html(language: Language, title: Both, body: str, status: int = 200) -> Response:
    named = escape(say_in(title, language))
    tag = "zh-CN" if language is Language.ZH else "en"
    text = (
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{named}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{named}</h1>{body}</body></html>"
    )
    return Response(text, status, _HEADERS, media_type="text/html")
