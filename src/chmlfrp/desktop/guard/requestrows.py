"""The last requests as rows, and one of them as text."""

import time

from chmlfrp.control.inspect import ExchangeDetail, ExchangeView, MessageView
from chmlfrp.desktop.design.table import Rows
from chmlfrp.desktop.text import size, t

REQUEST = 0


class RequestRows(Rows[ExchangeView]):
    """What was asked, how it ended, how long it took."""

    columns = ("requests.what", "requests.status", "requests.took", "requests.from")

    def cell(self, row: ExchangeView, column: int) -> str:
        """Return one of its facts."""
        match column:
            case 0:
                return f"{row.method or '?'} {row.target}"
            case 1:
                return str(row.status or "…")
            case 2:
                return "…" if row.took_ms is None else f"{row.took_ms:.0f} ms"
        return row.address or t("requests.again")


def as_text(found: ExchangeDetail) -> str:
    """Return all that is kept, as it travelled."""
    view = found.view
    at = time.strftime("%H:%M:%S", time.localtime(view.at))
    who = view.address or t("requests.again")
    much = size(view.request_bytes), size(view.answer_bytes)
    parts = [
        f"# {at}  {who}  {much[0]} → {much[1]}",
        f"{view.method} {view.target} HTTP/{found.request.version}",
        *_said(found.request),
    ]
    if view.status:
        answer = found.answer
        parts += ["", f"HTTP/{answer.version} {view.status} {answer.reason}".rstrip()]
        parts += _said(answer)
    return "\n".join(parts)


def _said(message: MessageView) -> list[str]:
    parts = [f"{header.name}: {header.value}" for header in message.headers]
    if message.body:
        note = [t("requests.base64")] if message.is_base64 else []
        parts += ["", *note, message.body.rstrip("\n")]
    if message.is_cut:
        parts.append(t("requests.cut"))
    return parts
