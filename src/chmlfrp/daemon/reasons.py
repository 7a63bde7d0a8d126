"""Errors of the outside worlds as reasons that the engine acts on."""

from chmlfrp.errors import (
    ChmlFrpError,
    ConfigRejected,
    FrpcChanged,
    FrpcMissing,
    FrpcUntrusted,
    FrpcVanished,
    RateLimited,
    ServiceGarbled,
    ServiceRefused,
    ServiceUnreachable,
    SignInRequired,
)
from chmlfrp.model.reason import Code, Reason

_CODES: tuple[tuple[type[ChmlFrpError], Code], ...] = (
    (SignInRequired, Code.SIGNED_OUT),
    (RateLimited, Code.SERVICE_RATE_LIMITED),
    (ServiceRefused, Code.SERVICE_REFUSED),
    (ServiceUnreachable, Code.SERVICE_UNREACHABLE),
    (ServiceGarbled, Code.SERVICE_GARBLED),
    (FrpcVanished, Code.CORE_VANISHED),
    (FrpcChanged, Code.CORE_CHANGED),
    (FrpcMissing, Code.CORE_MISSING),
    (FrpcUntrusted, Code.CORE_UNTRUSTED),
    (ConfigRejected, Code.CONFIG_REFUSED),
)


def reason_of(error: ChmlFrpError) -> Reason:
    """Return the reason, with the service's own words where it said any."""
    code = next((c for kind, c in _CODES if isinstance(error, kind)), Code.UNKNOWN)
    words = error.service_message if isinstance(error, ServiceRefused) else ""
    return Reason(code, words or error.message)


def retry_after_of(error: ChmlFrpError) -> float | None:
    """Return the seconds that the service asked to wait, None if it did not."""
    return error.retry_after_s if isinstance(error, RateLimited) else None
