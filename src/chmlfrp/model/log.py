"""What an account did, as the service remembers it."""

import msgspec


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One deed."""

    id: int
    action: str
    category: str = ""
    is_done: bool = True
    """False where the service refused it."""
    about: str = ""
    """The name of what it was done to."""
    address: str = ""
    """Where it came from."""
    agent: str = ""
    at: str = ""
    """ISO time, as the service gives it."""


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some lines, newest first."""

    lines: tuple[LogLine, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
