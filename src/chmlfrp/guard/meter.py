"""What a door counted: the tunnel's sums, and each visitor's."""

from collections import Counter, deque
from dataclasses import dataclass, field

from chmlfrp.guard.rules import MINUTE_S, Load
from chmlfrp.model.guard import Address, Rule

MOST_PLAYERS = 8
"""Of one address; who played longest ago is forgotten first."""
MOST_VISITORS = 4096
"""Who was away longest is forgotten first; who is in never is."""


PULSE_S, SHORTEST_S, OLD_S = 1.0, 0.5, 3.0
"""Between two looks at how fast bytes go: usual, shortest, and when it is old news."""


@dataclass(slots=True)
class Pulse:
    """How fast bytes go, looked at about every second."""

    at: float | None = None
    bytes_in: int = 0
    bytes_out: int = 0
    rates: tuple[float, float] = (0.0, 0.0)

    def feel(self, bytes_in: int, bytes_out: int, now: float) -> None:
        """Look at the counters; too soon after the last time counts with the next."""
        passed = PULSE_S if self.at is None else now - self.at
        if 0 <= passed < SHORTEST_S:
            return
        came, went = bytes_in - self.bytes_in, bytes_out - self.bytes_out
        is_long = passed <= 0 or passed > OLD_S
        span = PULSE_S if is_long else passed
        self.rates = (max(0, came) / span, max(0, went) / span)
        self.at, self.bytes_in, self.bytes_out = now, bytes_in, bytes_out

    def rates_at(self, now: float) -> tuple[float, float]:
        """Return bytes per second, in and out; none where nobody looked for long."""
        is_fresh = self.at is not None and 0 <= now - self.at <= OLD_S
        return self.rates if is_fresh else (0.0, 0.0)


@dataclass(slots=True)
class Visitor:
    """One address and what it did; times in seconds since 1970."""

    address: Address
    first: float
    last: float
    connections: int = 0
    open: int = 0
    bytes_in: int = 0
    """From the visitor to the service."""
    bytes_out: int = 0
    refused: Counter[Rule] = field(default_factory=Counter)
    knocks: deque[float] = field(default_factory=deque)
    """When it was let in within the last minute."""
    failures: deque[float] = field(default_factory=deque)
    """When connections ended that were short and carried little."""
    players: dict[str, int] = field(default_factory=dict)
    """Minecraft names that were said, and the protocol of each one's game."""
    pulse: Pulse = field(default_factory=Pulse)
    told: "Told" = field(default_factory=lambda: Told())
    """What of it was written down already."""

    def plays(self, name: str, protocol: int) -> None:
        """Take note of a name."""
        self.players.pop(name, None)
        self.players[name] = protocol
        if len(self.players) > MOST_PLAYERS:
            del self.players[next(iter(self.players))]


@dataclass(slots=True)
class Told:
    """What a visitor had done when it was written down last."""

    connections: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    refused: Counter[Rule] = field(default_factory=Counter)
    players: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Sums:
    """Of the tunnel since the door was opened."""

    connections: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    refused: Counter[Rule] = field(default_factory=Counter)


class Meter:
    """Counts in memory; bounded, whoever comes."""

    def __init__(
        self, *, most_visitors: int = MOST_VISITORS, is_told: bool = True
    ) -> None:
        self._is_told = is_told
        """Whether somebody calls `stirred`."""
        self.sums = Sums()
        self.pulse = Pulse()
        self.open = 0
        self.visitors: dict[Address, Visitor] = {}
        self._most = most_visitors
        self._stirred: dict[int, Visitor] = {}
        """Who did something since `stirred`, also those forgotten since."""

    def visitor(self, address: Address, now: float) -> Visitor:
        """Return the visitor, as the last one seen."""
        found = self.visitors.pop(address, None)
        if found is None:
            self._make_room()
            found = Visitor(address, first=now, last=now)
        self.visitors[address] = found
        self._stir(found)
        found.last = now
        return found

    def stirred(self) -> list[Visitor]:
        """Return who did something since the last call; who is in always does."""
        found = list(self._stirred.values())
        self._stirred = {id(each): each for each in found if each.open}
        return found

    def load(self, visitor: Visitor, now: float) -> Load:
        """Return what the rules want to know."""
        knocks = visitor.knocks
        while knocks and knocks[0] <= now - MINUTE_S:
            knocks.popleft()
        return Load(
            open=self.open,
            open_from_address=visitor.open,
            new_in_last_minute=len(knocks),
        )

    def load_of(self, address: Address, now: float) -> Load:
        """Return what the rules want to know of an address, which may be new."""
        known = self.visitors.get(address)
        return Load(open=self.open) if known is None else self.load(known, now)

    def let_in(self, visitor: Visitor, now: float, *, is_counted: bool) -> None:
        """Count a connection that begins; `is_counted`: each minute has a limit."""
        self.open += 1
        self.sums.connections += 1
        visitor.open += 1
        visitor.connections += 1
        if is_counted:
            visitor.knocks.append(now)

    def left(self, visitor: Visitor, now: float) -> None:
        """Count a connection that is over."""
        self.open -= 1
        visitor.open -= 1
        visitor.last = now
        self._stir(visitor)

    def take_back(self, visitor: Visitor) -> None:
        """Count a connection, let in just now, as if it had never come."""
        self.open -= 1
        self.sums.connections -= 1
        visitor.open -= 1
        visitor.connections -= 1
        if visitor.knocks:
            visitor.knocks.pop()
        if not visitor.connections and not visitor.refused:
            self.visitors.pop(visitor.address, None)

    def forget(self, address: Address | None) -> None:
        """Drop a visitor, or all; who is in stays, and begins anew."""
        self._stirred = {
            key: each
            for key, each in self._stirred.items()
            if each.open or address not in (None, each.address)
        }
        for who in [address] if address is not None else list(self.visitors):
            visitor = self.visitors.get(who)
            if visitor is None:
                continue
            if visitor.open:
                visitor.first = visitor.last
                visitor.connections = visitor.open
                visitor.bytes_in = visitor.bytes_out = 0
                visitor.refused.clear()
                visitor.players.clear()
                visitor.told = Told(connections=visitor.open)
            else:
                del self.visitors[who]

    def turned_away(self, rule: Rule, visitor: Visitor | None = None) -> None:
        """Count a refusal, with who it was where that is known."""
        self.sums.refused[rule] += 1
        if visitor is not None:
            visitor.refused[rule] += 1

    def _stir(self, visitor: Visitor) -> None:
        if self._is_told:
            self._stirred[id(visitor)] = visitor

    def _make_room(self) -> None:
        if len(self.visitors) < self._most:
            return
        for address, visitor in self.visitors.items():
            if not visitor.open:
                del self.visitors[address]
                return
