"""What a person decides about a tunnel and the service knows nothing of."""

import msgspec

from chmlfrp.errors import InvalidInput
from chmlfrp.model.failover import Failover
from chmlfrp.model.guard import Guard
from chmlfrp.model.schedule import Schedule

LONGEST_GROUP = 40
LONGEST_REMARK = 200


class TunnelOptions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of it, for one tunnel."""

    schedule: Schedule = Schedule()
    failover: Failover = Failover()
    is_probed: bool = True
    """Whether the public address is tried from here now and then."""
    is_started_with_daemon: bool = False
    """Whether it is started with the daemon even if it was stopped before; without
    that it comes back as it was left."""
    guard: Guard = Guard()
    group: str = ""
    """Under which a person files it; empty: under none."""
    remark: str = ""
    """What a person wants to remember of it."""

    def check(self) -> None:
        """Raise InvalidInput for the first field that cannot be."""
        self.schedule.check()
        self.failover.check()
        self.guard.check()
        for field, most in (("group", LONGEST_GROUP), ("remark", LONGEST_REMARK)):
            text = getattr(self, field)
            if len(text) > most or text != text.strip() or not text.isprintable():
                raise InvalidInput(
                    f"a {field} is one line of up to {most} characters", field=field
                )
