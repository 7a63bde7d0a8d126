"""Exchanges as an HTTP archive, which browsers and other tools read.

Source: http://www.softwareishard.com/blog/har-12-spec/ (HAR 1.2).
"""

from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chmlfrp.guard.inspector import Exchange
from chmlfrp.guard.message import Answer, Headers, Request, read_answer, read_request
from chmlfrp.guard.veil import (
    veil_bytes,
    veil_headers,
    veil_sources,
    veil_target,
)

_UNKNOWN = -1


def archive(
    exchanges: Iterable[Exchange], *, is_masked: bool, maker: str
) -> dict[str, Any]:
    """Return the archive as JSON has it, the oldest exchange first.

    is_masked: without passwords, tokens, cookies and visitors' addresses.
    maker: the version of what wrote it.
    """
    entries = [_entry(each, is_masked=is_masked) for each in exchanges]
    found = sorted((e for e in entries if e), key=lambda e: str(e["startedDateTime"]))
    creator = {"name": "ChmlFrp UI", "version": maker}
    return {"log": {"version": "1.2", "creator": creator, "entries": found}}


def _entry(exchange: Exchange, *, is_masked: bool) -> dict[str, Any] | None:
    request = read_request(bytes(exchange.request.kept))
    if request is None:
        return None
    answer = read_answer(bytes(exchange.answer.kept), request.method)
    took = (exchange.took_s or 0.0) * 1000
    wait = (exchange.first_s or 0.0) * 1000
    return {
        "startedDateTime": datetime.fromtimestamp(exchange.at, UTC).isoformat(),
        "time": took,
        "request": _request(exchange, request, is_masked=is_masked),
        "response": _answer(exchange, answer, is_masked=is_masked),
        "cache": {},
        "timings": {"send": 0, "wait": wait, "receive": max(0.0, took - wait)},
        "comment": "" if is_masked else exchange.address,
    }


def _request(
    exchange: Exchange, request: Request, *, is_masked: bool
) -> dict[str, Any]:
    target = veil_target(request.target) if is_masked else request.target
    url = f"http://{request.header('host')}{target}"
    found: dict[str, Any] = {
        "method": request.method,
        "url": url,
        "httpVersion": f"HTTP/{request.version}",
        "cookies": [],
        "headers": _headers(request.headers, is_masked=is_masked),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)
        ],
        "headersSize": _UNKNOWN,
        "bodySize": len(request.body),
    }
    if request.body:
        kind = request.header("content-type")
        found["postData"] = {
            "mimeType": kind,
            "text": _body(request, kind, is_masked=is_masked).decode(errors="replace"),
        }
    if exchange.request.is_cut:
        found["comment"] = "cut"
    return found


def _answer(
    exchange: Exchange, answer: Answer | None, *, is_masked: bool
) -> dict[str, Any]:
    headers = answer.headers if answer else []
    first = dict(reversed(headers))
    found: dict[str, Any] = {
        "status": answer.status if answer else 0,
        "statusText": answer.reason if answer else "",
        "httpVersion": f"HTTP/{answer.version}" if answer else "",
        "cookies": [],
        "headers": _headers(headers, is_masked=is_masked),
        "content": _content(answer, first.get("content-type", ""), is_masked=is_masked),
        "redirectURL": first.get("location", ""),
        "headersSize": _UNKNOWN,
        "bodySize": len(answer.body) if answer else 0,
    }
    if is_masked:
        found["redirectURL"] = veil_target(found["redirectURL"])
    if exchange.answer.is_cut:
        found["comment"] = "cut"
    return found


def _content(answer: Answer | None, kind: str, *, is_masked: bool) -> dict[str, Any]:
    size = len(answer.body) if answer else 0
    body = _body(answer, kind, is_masked=is_masked) if answer else b""
    found: dict[str, Any] = {"size": size, "mimeType": kind}
    try:
        found["text"] = body.decode()
    except UnicodeDecodeError:
        found |= {"text": b64encode(body).decode(), "encoding": "base64"}
    return found


def _headers(headers: Headers, *, is_masked: bool) -> list[dict[str, str]]:
    shown = veil_sources(veil_headers(headers)) if is_masked else headers
    return [{"name": name, "value": value} for name, value in shown]


def _body(message: Request | Answer, kind: str, *, is_masked: bool) -> bytes:
    if not is_masked:
        return message.body
    return veil_bytes(message.body, coding=message.coding, kind=kind)
