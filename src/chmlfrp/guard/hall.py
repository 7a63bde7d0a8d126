"""What holds for all guarded tunnels together, in front of each one's own rules."""

from collections import deque
from datetime import datetime
from typing import Protocol
from weakref import WeakSet

from chmlfrp.guard.meter import Meter, Visitor
from chmlfrp.guard.pace import Pace
from chmlfrp.guard.rules import Load, Refusal, Rules
from chmlfrp.guard.standing import Standing, Turned
from chmlfrp.model.guard import Address, Guard

_NOTHING = Guard()


class Banning(Protocol):
    """A door, as far as the hall knows it."""

    def turn(self, address: Address, turned: Turned, /) -> int:
        """Turn the address away for a while and end its connections; returns how many."""
        ...


class Hall:
    """Rules that every door asks first; they count the visitors of all tunnels."""

    def __init__(
        self, guard: Guard | None = None, *, standing: Standing | None = None
    ) -> None:
        self.rules = Rules(guard or Guard())
        self.standing = Standing() if standing is None else standing
        """Who is turned away from all tunnels for a while."""
        self._meter = Meter(is_told=False)
        self._pace: Pace | None = None
        self.doors: WeakSet[Banning] = WeakSet()
        """All that ask it."""

    @property
    def guard(self) -> Guard:
        """The rules in force."""
        return self.rules.guard

    def apply(self, guard: Guard, now: float) -> None:
        """Ask these rules from now on."""
        self.rules = Rules(guard)
        rate = guard.bytes_per_second
        self._pace = Pace(rate, now) if rate is not None else None

    def judge(self, address: Address, now: float, wall: datetime) -> Refusal | None:
        """Return what turns the visitor away from every tunnel, None if nothing does."""
        if self.guard == _NOTHING and not self.standing.turned:
            return None
        load = self._meter.load_of(address, now)
        return self.rules.judge(address, self.standing.told(load, address, now), wall)

    def judge_all_as_one(self, address: Address, wall: datetime) -> Refusal | None:
        """As `judge`, for senders whom nobody tells apart: none is counted for itself."""
        return self.rules.judge(address, Load(open=self._meter.open), wall)

    def let_in(
        self, address: Address, now: float, *, is_known: bool = True
    ) -> Visitor | None:
        """Count a connection; what is returned is given back to `left`.

        is_known: the address is that of one visitor, whose minute is counted.
        """
        guard = self.guard
        limits = guard.max_connections, guard.max_per_address, guard.new_per_minute
        if not any(limits):
            return None
        guest = self._meter.visitor(address, now)
        is_counted = is_known and guard.new_per_minute is not None
        self._meter.let_in(guest, now, is_counted=is_counted)
        return guest

    def left(self, guest: Visitor, now: float) -> None:
        """Count that the connection is over."""
        self._meter.left(guest, now)

    def failures(self, address: Address, now: float) -> deque[float]:
        """Return when the visitor failed, at whichever tunnel; whoever asks adds to it."""
        return self._meter.visitor(address, now).failures

    def take_back(self, guest: Visitor) -> None:
        """Count the connection as if it had never come."""
        self._meter.take_back(guest)

    def wait_after(self, count: int, now: float) -> float:
        """Return the seconds for which nobody may read, after these bytes passed."""
        return 0.0 if self._pace is None else self._pace.wait_after(count, now)
