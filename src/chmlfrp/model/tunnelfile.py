"""Tunnels in a file: what is written by an export, and what is noted at an import."""

import re
from enum import StrEnum

import msgspec

from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import SPEC_FIELDS, Tunnel, TunnelSpec

FORMAT = "chmlfrp-tunnels"
_SECRET_KEY = re.compile(r".*(pwd|pass|token|secret|_sk|key|authorization).*", re.I)


class FiledTunnel(TunnelSpec, frozen=True, kw_only=True):
    """A tunnel of the file, less its secrets."""

    options: TunnelOptions = TunnelOptions()


class TunnelFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file."""

    format: str = FORMAT
    version: int = 1
    tunnels: tuple[FiledTunnel, ...] = ()


class ImportCode(StrEnum):
    """What is to be known of a tunnel out of a file; worded by `words.tunnelfile`."""

    UNREADABLE = "unreadable"
    """The section lacks something or holds what cannot be."""
    TYPE_UNSUPPORTED = "type_unsupported"
    PLUGIN_UNSUPPORTED = "plugin_unsupported"
    RANGE_UNSUPPORTED = "range_unsupported"
    NODE_UNKNOWN = "node_unknown"
    """Nothing says which node that server is: one has to be chosen."""
    NAME_CHANGED = "name_changed"
    DOMAINS_DROPPED = "domains_dropped"
    """A tunnel has one domain; the others need tunnels of their own."""
    EXTRA_KEPT = "extra_kept"


FATAL = frozenset(
    {
        ImportCode.UNREADABLE,
        ImportCode.TYPE_UNSUPPORTED,
        ImportCode.PLUGIN_UNSUPPORTED,
        ImportCode.RANGE_UNSUPPORTED,
    }
)
"""With one of these there is nothing to create."""


class ImportNote(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be known."""

    code: ImportCode
    detail: str = ""


def filed(tunnel: Tunnel, options: TunnelOptions) -> FiledTunnel:
    """Return the tunnel as it is written into a file."""
    fields = {name: getattr(tunnel, name) for name in SPEC_FIELDS}
    fields["extra"] = without_secrets(tunnel.extra)
    return FiledTunnel(**fields, options=options)


def without_secrets(extra: str) -> str:
    """Return the extra lines but those that look like passwords."""
    lines = extra.splitlines()
    return "\n".join(
        line for line in lines if not _SECRET_KEY.fullmatch(line.partition("=")[0])
    )
