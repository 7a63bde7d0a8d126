"""The envelope around every answer: {"msg", "code", "state", "data"}.

HTTP status says little: a refusal may come with 200 and an envelope with 404. What
counts is `code`, and `state` where there is no code.
"""

from typing import NamedTuple

import msgspec

from chmlfrp.api import refusal
from chmlfrp.api.call import Reply

_UNKNOWN_ROUTE = (404, 405, 501)


class _Envelope(NamedTuple):
    is_yes: bool
    code: int
    said: str
    data: object


def unwrap(reply: Reply) -> object:
    """Return the `data` of an answer that says yes.

    Raises:
        ServiceRefused: the service said no, in the body or by status.
        ServiceUnreachable: a gateway answered for it, or its own backend is down.
        ServiceGarbled: this is no answer of the service.
    """
    body = _decode(reply.body)
    envelope = _open(body, reply.status)
    if reply.status == 429 and envelope is not None and not envelope.is_yes:
        raise refusal.refused(reply, code=429, said=envelope.said)
    if envelope is None or reply.status == 429 or 300 <= reply.status < 400:
        if reply.status == 401 and isinstance(body, dict):
            raise refusal.signed_out(reply)
        raise refusal.unreadable(reply, found=_look(reply.body, body))
    if not envelope.is_yes:
        raise refusal.refused(reply, code=envelope.code, said=envelope.said)
    if reply.status >= 400:
        raise refusal.unreadable(reply, found="a success that contradicts itself")
    return envelope.data


def is_unknown_route(reply: Reply) -> bool:
    """Return whether the service does not know this path or method at all."""
    envelope = _open(_decode(reply.body), reply.status)
    if envelope is None:
        return reply.status in _UNKNOWN_ROUTE
    return not envelope.is_yes and envelope.code == 405


def is_signed_out(reply: Reply) -> bool:
    """Return whether the service itself wants another token; a firewall does not count."""
    body = _decode(reply.body)
    envelope = _open(body, reply.status)
    if envelope is None:
        return reply.status == 401 and isinstance(body, dict)
    return not envelope.is_yes and envelope.code == 401


def is_form_unknown(reply: Reply) -> bool:
    """Return whether the parameters were not found in the place they were put."""
    envelope = _open(_decode(reply.body), reply.status)
    if envelope is None:
        return reply.status in (400, 415, *_UNKNOWN_ROUTE)
    if envelope.code == 400:
        return refusal.names_a_missing_parameter(envelope.said)
    return envelope.code in (405, 415)


def _open(body: object, status: int) -> _Envelope | None:
    """Return the envelope, None if the body is none."""
    if not isinstance(body, dict):
        return None
    said = body.get("msg")
    said = said if isinstance(said, str) else ""
    code = _code(body.get("code"))
    if code is not None:
        return _Envelope(code == 200, code, said, body.get("data"))
    match body.get("code"), body.get("state"):
        case None, "success":
            return _Envelope(is_yes=True, code=status, said=said, data=body.get("data"))
        case None, str(state) if state.startswith(("fail", "error")):
            return _Envelope(is_yes=False, code=status, said=said, data=None)
        case _:
            return None


def _code(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value) if len(value) < 6 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _decode(body: bytes) -> object:
    """Return the JSON value of the body, the body itself if it holds none."""
    try:
        value: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body
    return value


def _look(raw: bytes, body: object) -> str:
    """Return what a body is, without a word of it."""
    start = raw.lstrip()[:1]
    if not start:
        return "an empty body"
    if body is not raw:
        return "JSON of another shape"
    if start == b"<":
        return "a web page"
    return "broken JSON" if start in (b"{", b"[") else "something else"
