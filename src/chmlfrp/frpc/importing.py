"""Tunnels out of a config that somebody else wrote: frp's ini or toml, read leniently.

Unlike `ini`, which refuses what frpc could take otherwise, this takes what can be taken:
what comes of it is checked as any tunnel that a person types in.
"""

import configparser
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chmlfrp.errors import InvalidInput

_TOML = {
    "localIP": "local_ip",
    "localPort": "local_port",
    "remotePort": "remote_port",
    "customDomains": "custom_domains",
    "transport.useEncryption": "use_encryption",
    "transport.useCompression": "use_compression",
    "transport.bandwidthLimit": "bandwidth_limit",
    "transport.proxyProtocolVersion": "proxy_protocol_version",
    "hostHeaderRewrite": "host_header_rewrite",
    "httpUser": "http_user",
    "httpPassword": "http_pwd",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """One proxy of the file, by the names of frp's ini."""

    name: str
    entries: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The file; its token and user are not taken along."""

    server: str
    proxies: tuple[Imported, ...]


def read(text: str) -> ImportedFile:
    """Return what the text holds.

    Raises:
        InvalidInput: it is neither ini nor toml; the text itself is never shown.
    """
    if "[[proxies]]" in text or "serverAddr" in text:
        return _read_toml(text)
    return _read_ini(text)


def _read_ini(text: str) -> ImportedFile:
    parser = configparser.RawConfigParser(
        strict=False, default_section="\0", comment_prefixes=("#", ";")
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as documented
    try:
        parser.read_string(text.removeprefix("\ufeff"))
    except configparser.Error as exc:
        line = getattr(exc, "lineno", 0)
        raise _unreadable(f"line {line}" if line else "no section") from None
    common = dict(parser["common"]) if parser.has_section("common") else {}
    proxies = [
        Imported(name, dict(parser[name]))
        for name in parser.sections()
        if name != "common"
    ]
    return ImportedFile(common.get("server_addr", ""), tuple(proxies))


def _read_toml(text: str) -> ImportedFile:
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as exc:
        raise _unreadable(str(exc)) from None
    rows = data.get("proxies", [])
    proxies = [
        Imported(str(row.get("name", "")), dict(_entries(row)))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    ]
    return ImportedFile(str(data.get("serverAddr", "")), tuple(proxies))


def _entries(row: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in row.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _entries(value, f"{name}.")
        elif name != "name":
            yield _TOML.get(name, name), _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value)


def _unreadable(why: str) -> InvalidInput:
    return InvalidInput(
        f"the file is no frpc configuration: {why}",
        hint="take an frpc.ini, an frpc.toml, or what tunnel export wrote",
        field="file",
    )
