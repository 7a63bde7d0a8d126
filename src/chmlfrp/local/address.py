"""The address of a service, as a person writes it."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from chmlfrp.errors import InvalidInput

HINT = "For example https://cf-v2.uapis.cn, or http://127.0.0.1:8080 for one run here."


def service_url(text: str) -> str:
    """Return the address without a trailing slash, the host in lower case.

    Raises:
        InvalidInput: not an address, or one that would send passwords in clear.
    """
    parts = _split(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _refused("not an http or https address")
    if parts.username is not None or parts.query or parts.fragment:
        raise _refused("an address with a name, a query or a fragment in it")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise _refused("http is for this machine only: passwords would go in clear")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def proxy_url(text: str) -> str:
    """Return the address of a proxy, empty if the text is.

    Raises:
        InvalidInput: no address of a proxy, or one with a password, which belongs into
            no file that people show to each other.
    """
    if not text.strip():
        return ""
    parts = _split(text.strip())
    hint = "For example http://127.0.0.1:7890, or socks5://127.0.0.1:1080."
    if parts.scheme not in ("http", "socks5") or not parts.hostname or not parts.port:
        raise InvalidInput("not the address of a proxy with its port", hint=hint)
    if parts.username is not None or parts.path.strip("/") or parts.query:
        raise InvalidInput("an address with a name or a path in it", hint=hint)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def is_loopback(host: str) -> bool:
    """Whether the host, without port or brackets, is this machine for certain."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str) -> SplitResult:
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise _refused("an address with a space in it")
    try:
        parts = urlsplit(text)
        _ = parts.port  # read here for its ValueError
    except ValueError as exc:
        raise _refused(str(exc)) from exc
    return parts


def _refused(why: str) -> InvalidInput:
    return InvalidInput(why, hint=HINT, field="service.url")
