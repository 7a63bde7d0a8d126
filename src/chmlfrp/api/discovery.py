"""Where an authorisation server has its endpoints: its own word, else the usual places."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

DOCUMENTS = (
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
)
"""OpenID Connect Discovery 1.0 and RFC 8414."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Full addresses."""

    device: str
    token: str


def usual(issuer: str, *, device: str = "", token: str = "") -> Endpoints:
    """Return the endpoints of a server that publishes none."""
    issuer = issuer.rstrip("/")
    return Endpoints(
        device=device or f"{issuer}/oauth2/device_authorization",
        token=token or f"{issuer}/oauth2/token",
    )


def read(
    body: bytes, *, issuer: str, is_private: Callable[[str], bool]
) -> Endpoints | None:
    """Return what a document says; None for one that must not be used.

    That is one of another issuer (RFC 8414, 3.3), one without the endpoints needed, and
    one that sends tokens over a way that others can read.
    """
    try:
        document: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    if str(document.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        return None
    device = document.get("device_authorization_endpoint")
    token = document.get("token_endpoint")
    if not isinstance(device, str) or not isinstance(token, str):
        return None
    if not is_private(device) or not is_private(token):
        return None
    return Endpoints(device=device, token=token)
