"""Answers about the requests that a web tunnel's door kept."""

import asyncio
from base64 import b64encode
from typing import Any

from chmlfrp import __version__
from chmlfrp.control.inspect import (
    Cleared,
    ExchangeDetail,
    ExchangeView,
    HeaderLine,
    MessageView,
)
from chmlfrp.daemon.doors import Doors
from chmlfrp.errors import InvalidInput, LocalError
from chmlfrp.guard.door import Door
from chmlfrp.guard.har import archive
from chmlfrp.guard.inspector import Exchange, Inspector, Side
from chmlfrp.guard.message import Headers, Request, read_answer, read_request
from chmlfrp.guard.replay import replay
from chmlfrp.guard.veil import veil_bytes, veil_headers, veil_target
from chmlfrp.model.tunnel import TunnelId


class InspectKeeper:
    """Reads what doors kept; raises InvalidInput where nothing is kept."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def list(
        self, tunnel_id: TunnelId, *, sought: str = "", is_masked: bool = True
    ) -> list[ExchangeView]:
        """Return the exchanges in which a text stands, the newest first."""
        exchanges = [*self._inspector(tunnel_id)]

        def read() -> list[ExchangeView]:
            return [
                _view(each, is_masked=is_masked)
                for each in exchanges
                if not sought or _holds(each, sought.casefold())
            ]

        return await asyncio.to_thread(read)

    async def get(
        self, tunnel_id: TunnelId, number: int, *, is_masked: bool = True
    ) -> ExchangeDetail:
        """Return all of one."""
        exchange = self._exchange(tunnel_id, number)
        return await asyncio.to_thread(_detail, exchange, is_masked=is_masked)

    async def har(
        self, tunnel_id: TunnelId, *, is_masked: bool = True
    ) -> dict[str, Any]:
        """Return all of them as an HTTP archive."""
        exchanges = [*self._inspector(tunnel_id)]
        return await asyncio.to_thread(
            archive, exchanges, is_masked=is_masked, maker=__version__
        )

    async def replay(self, tunnel_id: TunnelId, number: int) -> ExchangeView:
        """Send a request to the service again and return what came of it.

        Raises:
            InvalidInput: the request is not kept whole.
            LocalError: the service is not there or does not come to an end.
        """
        door, exchange = self._door(tunnel_id), self._exchange(tunnel_id, number)
        request = read_request(bytes(exchange.request.kept))
        if request is None or not request.is_whole or exchange.request.is_cut:
            raise InvalidInput(
                f"request {number} is not kept whole",
                hint="128 KiB of a request are kept",
                field="number",
            )
        try:
            made = await replay(
                self._inspector(tunnel_id),
                exchange,
                door.target,
                pass_on=door.guard.pass_on,
            )
        except (OSError, TimeoutError) as error:
            host, port = door.target
            why = getattr(error, "strerror", None) or "no answer"
            raise LocalError(f"{host}:{port} did not answer: {why}") from error
        return _view(made, is_masked=True)

    def clear(self, tunnel_id: TunnelId) -> Cleared:
        """Drop what is kept."""
        return Cleared(exchanges=self._inspector(tunnel_id).clear())

    def _door(self, tunnel_id: TunnelId) -> Door:
        door = self._doors.door(tunnel_id)
        if door is None or door.inspector is None:
            raise InvalidInput(
                "no requests of this tunnel are kept",
                hint="for http tunnels that run: chmlfrp inspect on TUNNEL",
                field="tunnel",
            )
        return door

    def _inspector(self, tunnel_id: TunnelId) -> Inspector:
        inspector = self._door(tunnel_id).inspector
        assert inspector is not None
        return inspector

    def _exchange(self, tunnel_id: TunnelId, number: int) -> Exchange:
        found = self._inspector(tunnel_id).get(number)
        if found is None:
            raise InvalidInput(f"request {number} is not kept any more", field="number")
        return found


def _holds(exchange: Exchange, sought: str) -> bool:
    """Whether a text, in small letters, stands anywhere in the exchange."""
    request = read_request(bytes(exchange.request.kept))
    answer = read_answer(bytes(exchange.answer.kept), request.method if request else "")
    parts = [bytes(exchange.request.kept), bytes(exchange.answer.kept)]
    parts += [each.body for each in (request, answer) if each is not None]
    texts = [exchange.address, *(part.decode(errors="replace") for part in parts)]
    return any(sought in text.casefold() for text in texts)


def _view(exchange: Exchange, *, is_masked: bool) -> ExchangeView:
    request = read_request(bytes(exchange.request.kept))
    method = request.method if request else ""
    answer = read_answer(bytes(exchange.answer.kept), method)
    target = request.target if request else ""
    return ExchangeView(
        number=exchange.number,
        at=exchange.at,
        address=exchange.address,
        method=method,
        host=request.header("host") if request else "",
        target=veil_target(target) if is_masked else target,
        status=answer.status if answer else 0,
        first_ms=_ms(exchange.first_s),
        took_ms=_ms(exchange.took_s),
        request_bytes=exchange.request.size,
        answer_bytes=exchange.answer.size,
    )


def _detail(exchange: Exchange, *, is_masked: bool) -> ExchangeDetail:
    request = read_request(bytes(exchange.request.kept))
    answer = read_answer(bytes(exchange.answer.kept), request.method if request else "")
    asked, answered = MessageView(), MessageView()
    if request is not None:
        asked = _message(request, exchange.request, is_masked=is_masked)
    if answer is not None:
        answered = _message(answer, exchange.answer, is_masked=is_masked)
    return ExchangeDetail(
        view=_view(exchange, is_masked=is_masked),
        request=asked,
        answer=answered,
        is_masked=is_masked,
    )


def _message(found: Any, side: Side, *, is_masked: bool) -> MessageView:
    headers: Headers = found.headers
    shown = veil_headers(headers) if is_masked else headers
    raw: bytes = found.body
    if is_masked:
        kind = next((value for name, value in headers if name == "content-type"), "")
        raw = veil_bytes(raw, coding=found.coding, kind=kind)
    is_text = True
    try:
        body = raw.decode()
    except UnicodeDecodeError:
        body, is_text = b64encode(raw).decode(), False
    return MessageView(
        version=found.version,
        reason="" if isinstance(found, Request) else found.reason,
        headers=[HeaderLine(name=name, value=value) for name, value in shown],
        body=body,
        is_base64=not is_text,
        is_cut=side.is_cut,
    )


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)
