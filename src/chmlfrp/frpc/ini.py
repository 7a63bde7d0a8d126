"""The ini dialect that frpc reads, held to the part that means the same everywhere.

frpc renders the file as a Go template and reads it with a parser that knows quotes,
continued lines, `%(name)s` and inherited sections. Text that would wake any of these is
refused in both directions, so what was checked is what frpc sees.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from chmlfrp.errors import ConfigRejected

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DELIMITER = re.compile(r"[=:]")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9]{1,16})?")
_PORT = re.compile(r"[0-9]{1,5}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MEANINGS = ("[", "]", "{{", "}}", "%(")
_QUOTES = ('"', "'", "`")


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and the line it stands on, counted from 1."""

    value: str = field(repr=False)
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """A named part of the file, keys in their order."""

    name: str
    line: int
    entries: dict[str, Entry] = field(default_factory=dict)


def read(text: str) -> list[Section]:
    """Return the sections in their order; CRLF and a byte order mark are fine.

    Raises:
        ConfigRejected: naming line and key; the values themselves are never shown.
    """
    sections: dict[str, Section] = {}
    current: Section | None = None
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        line = raw.removesuffix("\r").strip(" \t")
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            current = _read_head(line, number)
            if current.name in sections:
                reject(f"section {current.name} appears twice", "name", number)
            sections[current.name] = current
        elif current is None:
            reject("there is a key before the first section", "common", number)
        else:
            key, entry = _read_entry(line, number)
            if key in current.entries:
                reject(f"{key} appears twice", key, number)
            current.entries[key] = entry
    return list(sections.values())


def write(sections: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> str:
    """Return the file, `key = value` with a blank line after each section.

    Raises:
        ConfigRejected: naming the key whose value, or the section whose name, would
            mean something else to frpc.
    """
    parts: list[str] = []
    for name, entries in sections:
        check_value(name, "name")
        lines = [f"[{name}]"]
        for key, value in entries:
            check_key(key)
            check_value(value, key)
            lines.append(f"{key} = {value}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def get(section: Section, key: str) -> Entry:
    """Return the entry; refuse a section without it."""
    entry = section.entries.get(key)
    if entry is None:
        reject(f"section {section.name} has no {key}", key, section.line)
    return entry


def get_port(section: Section, key: str) -> int:
    """Return the entry as a port from 1 to 65535; frpc would take others for 0."""
    entry = get(section, key)
    if not _PORT.fullmatch(entry.value):
        reject(f"{key} is no port", key, entry.line)
    check_port(int(entry.value), key, entry.line)
    return int(entry.value)


def word_for(*, flag: bool) -> str:
    """Return how a flag is written."""
    return "true" if flag else "false"


def check_port(port: int, key: str, line: int | None = None) -> None:
    """Refuse what is outside of 1 to 65535."""
    if not 1 <= port <= 65535:
        reject(f"{key} is not between 1 and 65535", key, line)


def check_host(host: str, key: str, line: int | None = None) -> None:
    """Refuse what is neither an address nor a host name."""
    if not _HOST.fullmatch(host):
        reject(f"{key} is no address or host name", key, line)


def check_key(key: str, line: int | None = None) -> None:
    """Refuse what is not a plain word."""
    if not _KEY.fullmatch(key):
        reject(f"{key[:64]!a} is no key", "key", line)


def check_value(value: str, key: str, line: int | None = None) -> None:
    """Refuse a text that the parser or the template of frpc would take apart."""
    if _CONTROL.search(value):
        reject(f"{key} holds a line break or control character", key, line)
    if value != value.strip():
        reject(f"{key} begins or ends with a blank", key, line)
    if found := next((word for word in _MEANINGS if word in value), None):
        reject(f"{key} holds {found}, which frpc would not take literally", key, line)
    if value.startswith(_QUOTES) or value.endswith("\\"):
        reject(f"{key} begins with a quote or ends with a backslash", key, line)


def reject(what: str, key: str, line: int | None = None) -> NoReturn:
    """Raise ConfigRejected for a key, with its line if it has one."""
    where = f"line {line}: " if line else ""
    raise ConfigRejected(
        f"the configuration was refused: {where}{what}",
        hint="change the tunnel's settings, or report it to the service",
        field=key,
    )


def _read_head(line: str, number: int) -> Section:
    name = line[1:-1].strip(" \t")
    if not line.endswith("]") or not name:
        reject("a section's name is not closed or empty", "name", number)
    check_value(name, "name", number)
    return Section(name, number)


def _read_entry(line: str, number: int) -> tuple[str, Entry]:
    found = _DELIMITER.search(line)
    if found is None:
        reject("there is no key = value", "key", number)
    key = line[: found.start()].strip(" \t")
    value = line[found.end() :].strip(" \t")
    check_key(key, number)
    check_value(value, key, number)
    return key, Entry(value, number)
