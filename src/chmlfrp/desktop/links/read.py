"""What a link asks for. It comes from anywhere, so all that is not known is refused."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from chmlfrp.control.protocol import CreateTunnel
from chmlfrp.errors import InvalidInput
from chmlfrp.local.links import SCHEME
from chmlfrp.model.tunnel import TunnelSpec, TunnelType

LONGEST = 2000
FIELDS = frozenset(
    {"name", "node", "type", "local_host", "local_port", "remote_port", "domain"}
)
_SECRET = re.compile(r"token|pass|pwd|secret|auth|key|session|cookie", re.IGNORECASE)
_PORTS = ("local_port", "remote_port")


@dataclass(frozen=True, kw_only=True)
class TunnelLink:
    """Show a tunnel, and maybe start or stop it."""

    number: int
    do: Literal["", "start", "stop"] = ""


@dataclass(frozen=True, kw_only=True)
class NewLink:
    """Make a tunnel; without a node one has to be chosen."""

    command: CreateTunnel


def read_link(text: str) -> TunnelLink | NewLink:
    """Return what it asks for.

    Raises:
        InvalidInput: it is none of ours, or carries what no link may; `field` is `secret`
            where that is a token or a password.
    """
    if len(text) > LONGEST or not text.isprintable():
        raise InvalidInput("the link is too long or has odd characters", field="link")
    try:
        parts = urlsplit(text)
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=20)
    except ValueError as exc:
        raise InvalidInput("the link cannot be read", field="link") from exc
    given = dict(pairs)
    if parts.username or parts.password or any(map(_SECRET.search, given)):
        raise InvalidInput(
            "a link may not carry a token or a password",
            hint="whoever made it could sign this window in as somebody else",
            field="secret",
        )
    if parts.scheme != SCHEME or parts.fragment or len(given) != len(pairs):
        raise _unknown()
    path = parts.path.strip("/")
    if parts.netloc == "tunnel":
        return _tunnel(path, given)
    if parts.netloc == "new" and not path:
        return _new(given)
    raise _unknown()


def _tunnel(path: str, given: dict[str, str]) -> TunnelLink:
    if not (path.isascii() and path.isdigit() and len(path) < 19):
        raise _unknown()
    match given:
        case {"do": "start"} if len(given) == 1:
            return TunnelLink(number=int(path), do="start")
        case {"do": "stop"} if len(given) == 1:
            return TunnelLink(number=int(path), do="stop")
        case _ if not given:
            return TunnelLink(number=int(path))
    raise _unknown()


def _new(given: dict[str, str]) -> NewLink:
    if not given.keys() <= FIELDS:
        raise _unknown()
    values: dict[str, object] = {key: text for key, text in given.items() if text}
    for key in _PORTS:
        if key in values:
            values[key] = _port(key, given[key])
    try:
        kind = TunnelType(given.get("type") or "tcp")
    except ValueError as exc:
        raise InvalidInput(
            f"no type is called {given['type']!r}", field="type"
        ) from exc
    port = values.get("local_port")
    if not isinstance(port, int):
        raise InvalidInput("the link names no local port", field="local_port")
    command = CreateTunnel(
        name=given.get("name") or None,
        node=given.get("node", ""),
        type=kind,
        local_host=given.get("local_host") or "127.0.0.1",
        local_port=port,
        remote_port=_maybe_port(values.get("remote_port")),
        domain=given.get("domain") or None,
    )
    _check(command)
    return NewLink(command=command)


def _check(command: CreateTunnel) -> None:
    """Raise InvalidInput for what no tunnel can be; what is still open stands filled."""
    TunnelSpec(
        name=command.name or "name",
        node=command.node or "node",
        type=command.type,
        local_host=command.local_host,
        local_port=command.local_port,
        remote_port=None if command.type.is_web else command.remote_port or 1,
        domain=command.domain,
    ).check()


def _maybe_port(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _port(field: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536):
        message = f"{field.replace('_', ' ')} {text} is not between 1 and 65535"
        raise InvalidInput(message, field=field)
    return int(text)


def _unknown() -> InvalidInput:
    return InvalidInput("the link asks for something unknown", field="link")
