"""The inspector of a scripted daemon: what a test puts there is what is answered."""

from collections.abc import Callable
from typing import Any

from chmlfrp.control.inspect import (
    Cleared,
    ExchangeDetail,
    ExchangeView,
    HeaderLine,
    MessageView,
)
from chmlfrp.model.tunnel import TunnelId


class ScriptedInspect:
    """`note` keeps every command, under `inspect.…`, and raises what it is to raise."""

    def __init__(self, note: Callable[..., None]) -> None:
        self._note = note
        self.rows: list[ExchangeView] = []
        self.details: dict[int, tuple[MessageView, MessageView]] = {}

    async def list(
        self, tunnel_id: TunnelId, *, sought: str, is_masked: bool
    ) -> list[ExchangeView]:
        self._note("inspect.list", (tunnel_id, sought, is_masked))
        return [row for row in self.rows if sought in row.target]

    async def get(
        self, tunnel_id: TunnelId, number: int, *, is_masked: bool
    ) -> ExchangeDetail:
        self._note("inspect.get", (tunnel_id, number, is_masked))
        view = next(row for row in self.rows if row.number == number)
        request, answer = self.details.get(number, (MessageView(), MessageView()))
        return ExchangeDetail(
            view=view, request=request, answer=answer, is_masked=is_masked
        )

    async def har(self, tunnel_id: TunnelId, *, is_masked: bool) -> dict[str, Any]:
        self._note("inspect.har", (tunnel_id, is_masked))
        return {"log": {"version": "1.2", "entries": [{} for _ in self.rows]}}

    async def replay(self, tunnel_id: TunnelId, number: int) -> ExchangeView:
        self._note("inspect.replay", (tunnel_id, number))
        made = ExchangeView(number=len(self.rows) + 1, at=1.0, status=200)
        self.rows.insert(0, made)
        return made

    def clear(self, tunnel_id: TunnelId) -> Cleared:
        self._note("inspect.clear", tunnel_id)
        count = len(self.rows)
        self.rows.clear()
        return Cleared(exchanges=count)


def some_requests() -> tuple[
    list[ExchangeView], dict[int, tuple[MessageView, MessageView]]
]:
    """Return three requests of a web site, and one of them whole."""
    rows = [
        ExchangeView(
            number=number,
            at=1_800_000_000.0 + number,
            address=f"203.0.113.{number}",
            method=method,
            host="blog.example",
            target=target,
            status=status,
            first_ms=3.0,
            took_ms=12.5 * number,
            request_bytes=310,
            answer_bytes=2048 * number,
        )
        for number, method, target, status in (
            (3, "POST", "/login?token=***", 302),
            (2, "GET", "/pictures/IMG_2041.jpg", 404),
            (1, "GET", "/", 200),
        )
    ]
    headers = [
        HeaderLine(name="host", value="blog.example"),
        HeaderLine(name="cookie", value="***"),
    ]
    asked = MessageView(version="1.1", headers=headers, body="user=anna&password=***")
    kind = HeaderLine(name="content-type", value="text/html; charset=utf-8")
    answered = MessageView(
        version="1.1", reason="Found", headers=[kind], body="<p>走这边</p>"
    )
    return rows, {3: (asked, answered)}
