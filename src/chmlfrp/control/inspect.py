"""What travels of the requests that a web tunnel's door kept."""

import msgspec

from chmlfrp.control.protocol import Message


class ExchangeView(Message, frozen=True, kw_only=True):
    """A request and how it was answered, in a line."""

    number: int
    """Counted from 1 since the door was opened."""
    at: float
    """When it began, in seconds since 1970."""
    address: str = ""
    """Of the visitor; empty: it was sent again from here."""
    method: str = ""
    """Empty where what came was no request."""
    host: str = ""
    target: str = ""
    status: int = 0
    """0: no answer, or none yet."""
    first_ms: float | None = None
    """Until the first byte of the answer."""
    took_ms: float | None = None
    """None: it is not over."""
    request_bytes: int = 0
    """As they travelled, head included."""
    answer_bytes: int = 0


class HeaderLine(Message, frozen=True, kw_only=True):
    """One header; its name in small letters."""

    name: str
    value: str


class MessageView(Message, frozen=True, kw_only=True):
    """What one of the two said."""

    version: str = ""
    reason: str = ""
    """Of an answer's status."""
    headers: list[HeaderLine] = msgspec.field(default_factory=list)
    body: str = ""
    is_base64: bool = False
    """Whether the body is no text and written so."""
    is_cut: bool = False
    """Whether more came than is kept."""


class ExchangeDetail(Message, frozen=True, kw_only=True):
    """All that is kept of an exchange."""

    view: ExchangeView
    request: MessageView
    answer: MessageView
    is_masked: bool = True
    """Whether passwords, tokens and cookies are taken out."""


class Cleared(Message, frozen=True, kw_only=True):
    """How many exchanges were dropped."""

    exchanges: int
