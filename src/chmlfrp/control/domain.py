"""What travels about free sub-domains."""

from msgspec import UNSET, UnsetType

from chmlfrp.control.protocol import Message
from chmlfrp.model.domain import DEFAULT_TTL_S, RecordType, Subdomain


class DomainView(Message, frozen=True, kw_only=True):
    """A name of the account, and the tunnels whose visitors come by it."""

    record: Subdomain
    """Its id is 0 while the service's list does not have it yet."""
    used_by: tuple[int, ...] = ()


class CreateDomain(Message, frozen=True, kw_only=True):
    """A name to be had; either type and target, or a tunnel that it is to lead to."""

    domain: str
    record: str
    type: RecordType | None = None
    """None: as is advised for the tunnel."""
    target: str | None = None
    """None: where the tunnel is reached."""
    tunnel: int | None = None
    ttl_s: int = DEFAULT_TTL_S
    notes: str = ""


class EditDomain(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Changes to a name; type and notes are as they are for good."""

    target: str | UnsetType = UNSET
    ttl_s: int | UnsetType = UNSET
    tunnel: int | None = None
    """Instead of `target`: where this tunnel is reached."""
