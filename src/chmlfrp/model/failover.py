"""Where a tunnel goes when its node fails, and what was done about it."""

from collections.abc import Mapping

import msgspec

from chmlfrp.errors import InvalidInput
from chmlfrp.model.tunnel import TunnelType

HOUR_S = 3600.0
_LIMITS: Mapping[str, tuple[float, float]] = {
    "after_min": (0.1, 24 * 60),
    "back_after_min": (0.1, 24 * 60),
    "moves_per_hour": (1, 12),
}


class Failover(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The plan of one tunnel; off unless a person turned it on."""

    is_on: bool = False
    nodes: tuple[str, ...] = ()
    """Tried in this order; empty: any node that fits, the least busy first."""
    names: tuple[str, ...] = ()
    """Free sub-domains of the account that are to point at whatever node it is on."""
    area: str = ""
    """Where no nodes are named: only those whose area contains this."""
    after_min: float = 5
    """Minutes that the node must have been offline or out of reach."""
    is_back_wanted: bool = True
    """Whether it returns to its first node once that is well again."""
    back_after_min: float = 10
    """Minutes that the first node must have been online without a break."""
    moves_per_hour: int = 3

    def check(self) -> None:
        """Raise InvalidInput for the first field that cannot be."""
        for field, (least, most) in _LIMITS.items():
            if not least <= getattr(self, field) <= most:
                raise InvalidInput(
                    f"{field} {getattr(self, field)} cannot be",
                    hint=f"between {least} and {most}",
                    field=f"failover.{field}",
                )
        if "" in self.nodes:
            raise InvalidInput("a node has no name", field="failover.nodes")


class FailoverRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Kept on disk: a restart forgets neither the way back nor the budget."""

    home: str
    """The node that the person chose."""
    away: str
    """The node that we chose; if the tunnel is elsewhere, the person chose anew."""
    moved_at: tuple[float, ...] = ()
    """Seconds since 1970 of the moves of the last hour."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A node that a tunnel may go to."""

    name: str
    is_online: bool
    is_vip: bool = False
    area: str = ""
    allows_web: bool | None = None
    allows_udp: bool | None = None
    load_percent: float = 0.0

    def fits(self, kind: TunnelType, *, may_use_vip: bool) -> bool:
        """Return whether it may carry such a tunnel of such an account."""
        if kind.is_web and self.allows_web is False:
            return False
        if kind is TunnelType.UDP and self.allows_udp is False:
            return False
        return may_use_vip or not self.is_vip
