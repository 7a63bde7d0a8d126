"""What a person decides about a tunnel and the service knows nothing of."""

import msgspec

from chmlfrp.model.failover import Failover
from chmlfrp.model.schedule import Schedule


class TunnelOptions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of it, for one tunnel."""

    schedule: Schedule = Schedule()
    failover: Failover = Failover()
    is_probed: bool = True
    """Whether the public address is tried from here now and then."""

    def check(self) -> None:
        """Raise InvalidInput for the first field that cannot be."""
        self.schedule.check()
        self.failover.check()
