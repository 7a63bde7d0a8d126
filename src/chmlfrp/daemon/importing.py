"""From a file to commands that would create its tunnels."""

import re
from collections.abc import Callable

import msgspec

from chmlfrp.control.archive import FoundTunnel
from chmlfrp.control.protocol import CreateTunnel
from chmlfrp.errors import InvalidInput
from chmlfrp.frpc import importing
from chmlfrp.model.tunnel import SPEC_FIELDS, TunnelSpec, TunnelType
from chmlfrp.model.tunnelfile import FORMAT, ImportCode, ImportNote, TunnelFile

_KNOWN = frozenset(
    {
        *("type", "local_ip", "local_port", "remote_port", "custom_domains"),
        *("use_encryption", "use_compression"),
    }
)
_YES = frozenset({"1", "t", "true", "y", "yes", "on"})
_LONGEST = 1 << 19
_ANY_PORT = 1
"""Stands in for a port that is chosen later, so that the rest can be checked."""


def found_tunnels(text: str, node_at: Callable[[str], str]) -> list[FoundTunnel]:
    """Return the tunnels of the text, and what is to be known of each.

    Args:
        node_at: returns the node of that host, empty if nobody knows it.

    Raises:
        InvalidInput: it is nothing that can be read, or too long.
    """
    if len(text) > _LONGEST:
        raise InvalidInput("the file is too long", field="file")
    if text.lstrip("\ufeff \r\n\t").startswith("{"):
        return _from_export(text)
    found = importing.read(text)
    node = node_at(found.server) if found.server else ""
    return [_from_proxy(proxy, found.server, node) for proxy in found.proxies]


def _from_export(text: str) -> list[FoundTunnel]:
    try:
        file = msgspec.json.decode(text.lstrip("\ufeff"), type=TunnelFile)
    except msgspec.DecodeError as exc:
        why = str(exc) if isinstance(exc, msgspec.ValidationError) else "no JSON"
        raise _foreign(why) from None
    if file.format != FORMAT or file.version != 1:
        raise _foreign(f"{file.format} {file.version}")
    return [
        FoundTunnel(
            section=filed.name,
            command=CreateTunnel(**{f: getattr(filed, f) for f in SPEC_FIELDS}),
            options=filed.options,
        )
        for filed in file.tunnels
    ]


def _foreign(why: str) -> InvalidInput:
    return InvalidInput(
        f"the file holds no tunnels: {why}",
        hint="take an frpc.ini, an frpc.toml, or what tunnel export wrote",
        field="file",
    )


def _from_proxy(proxy: importing.Imported, server: str, node: str) -> FoundTunnel:
    if trouble := _impossible(proxy):
        return FoundTunnel(section=proxy.name, notes=(trouble,))
    entries, notes = proxy.entries, list[ImportNote]()
    kind = TunnelType(entries.get("type", "tcp"))
    domains = [d.strip() for d in entries.get("custom_domains", "").split(",")]
    extra = {k: v for k, v in entries.items() if k not in _KNOWN}
    name = _name(proxy.name)
    if name != proxy.name:
        notes.append(ImportNote(code=ImportCode.NAME_CHANGED, detail=name or ""))
    if not node:
        notes.append(ImportNote(code=ImportCode.NODE_UNKNOWN, detail=server))
    if kind.is_web and len(domains) > 1:
        dropped = ", ".join(domains[1:])
        notes.append(ImportNote(code=ImportCode.DOMAINS_DROPPED, detail=dropped))
    if extra:
        notes.append(ImportNote(code=ImportCode.EXTRA_KEPT, detail=", ".join(extra)))
    try:
        command = CreateTunnel(
            name=name,
            node=node,
            type=kind,
            local_host=entries.get("local_ip", "127.0.0.1"),
            local_port=int(entries["local_port"]),
            remote_port=None if kind.is_web else _port(entries.get("remote_port")),
            domain=domains[0] if kind.is_web else None,
            encryption=entries.get("use_encryption", "").lower() in _YES,
            compression=entries.get("use_compression", "").lower() in _YES,
            extra="\n".join(f"{key} = {value}" for key, value in extra.items()),
        )
        _check(command)
    except (KeyError, ValueError):
        note = ImportNote(code=ImportCode.UNREADABLE, detail="local_port, remote_port")
        return FoundTunnel(section=proxy.name, notes=(note,))
    except InvalidInput as error:
        note = ImportNote(code=ImportCode.UNREADABLE, detail=error.field)
        return FoundTunnel(section=proxy.name, notes=(note,))
    return FoundTunnel(section=proxy.name, command=command, notes=tuple(notes))


def _impossible(proxy: importing.Imported) -> ImportNote | None:
    kind = proxy.entries.get("type", "tcp")
    if proxy.name.startswith("range:"):
        return ImportNote(code=ImportCode.RANGE_UNSUPPORTED)
    if kind not in frozenset(TunnelType):
        return ImportNote(code=ImportCode.TYPE_UNSUPPORTED, detail=kind)
    if plugin := next((k for k in proxy.entries if k.startswith("plugin")), ""):
        return ImportNote(code=ImportCode.PLUGIN_UNSUPPORTED, detail=plugin)
    return None


def _name(section: str) -> str | None:
    """Return a name that the service takes; None for one to be chosen."""
    plain = section.rpartition(".")[2]
    return re.sub(r"[^A-Za-z0-9_]", "_", plain)[:64].strip("_") or None


def _port(text: str | None) -> int | None:
    """Return the port, None where frps is to choose."""
    return (int(text) or None) if text else None


def _check(command: CreateTunnel) -> None:
    fields = {name: getattr(command, name) for name in SPEC_FIELDS}
    fields["name"], fields["node"] = command.name or "x", command.node or "x"
    if not command.type.is_web:
        fields["remote_port"] = command.remote_port or _ANY_PORT
    TunnelSpec(**fields).check()
