"""What the service tells its users."""

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A notice, to this account or to everyone."""

    id: int
    title: str = ""
    """Older services give none."""
    text: str = ""
    """Markdown."""
    priority: int = 1
    """1 is usual, 2 important, 3 urgent."""
    is_for_everyone: bool = True
    published_at: str = ""
    """ISO time, as the service gives it."""


class MessagePage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the messages, newest first."""

    messages: tuple[Message, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
