"""The frpc programs that the service offers."""

import msgspec


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """A packed frpc as the panel offers it; nothing says what is in it."""

    system: str
    architecture: str = ""
    url: str


class Archives(msgspec.Struct, frozen=True, kw_only=True):
    """What the panel offers."""

    version: str = ""
    updated_at: str = ""
    files: tuple[Archive, ...] = ()


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A bare frpc with its checksum."""

    system: str
    architecture: str = ""
    platform: str = ""
    url: str
    sha256: str = ""
    """Lower case; empty where the service gives another kind of checksum."""
    size_bytes: int = 0


class Programs(msgspec.Struct, frozen=True, kw_only=True):
    """What launchers may fetch."""

    version: str = ""
    notes: tuple[str, ...] = ()
    files: tuple[Program, ...] = ()
