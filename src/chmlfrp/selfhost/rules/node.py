"""Nodes: names, port ranges, and where the system hands out ports of its own."""

import re

from chmlfrp.errors import InvalidInput

_NAME = re.compile(r"[\w.\u4e00-\u9fff-]{1,40}")
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")


def check_name(name: str) -> str:
    """Return the name, or raise InvalidInput where it cannot be one."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"the node name {name!r} cannot be used",
            hint="use up to 40 letters, digits, _ . or -",
            field="name",
        )
    return name


def check_host(host: str) -> str:
    """Return the public address, or raise InvalidInput where it cannot be one."""
    if not _HOST.fullmatch(host):
        raise InvalidInput(f"{host!r} is no domain or address", field="host")
    return host


def read_range(text: str) -> tuple[int, int]:
    """Return first and last port of `first-last`.

    Raises:
        InvalidInput: it is no range of ports from 1024 up.
    """
    match = re.fullmatch(r"([0-9]{1,5})-([0-9]{1,5})", text)
    first, last = (int(part) for part in match.groups()) if match else (0, 0)
    if not 1024 <= first <= last <= 65535:
        raise InvalidInput(
            f"{text!r} is no range of ports",
            hint="write it as 20000-29999, from 1024 to 65535",
            field="ports",
        )
    return first, last


def check_port(port: int, field: str) -> int:
    """Return the port, or raise InvalidInput where it cannot be one."""
    if not 1 <= port <= 65535:
        raise InvalidInput(f"{port} is not between 1 and 65535", field=field)
    return port
