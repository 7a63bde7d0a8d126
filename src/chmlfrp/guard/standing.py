"""How visitors stand with a tunnel, for a while: turned away, or let in by a knock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from chmlfrp.guard.rules import Load
from chmlfrp.model.guard import Address, Rule, parse_address

MOST = 10_000
"""Of each kind and tunnel; what ends first is dropped first."""
_ADMITTED = "admitted"


@dataclass(frozen=True, slots=True)
class Turned:
    """Until when (seconds since 1970) an address is turned away, and by which rule."""

    until: float
    rule: Rule = Rule.BLOCKED


@dataclass(frozen=True, slots=True)
class Line:
    """One of them, as it is kept on disk; `kind` is a rule or `admitted`."""

    tunnel: int
    address: str
    until: float
    kind: str


class Changed(NamedTuple):
    """All lines, and after how many changes they are these."""

    changes: int
    lines: list[Line]


@dataclass(slots=True)
class Standing:
    """Of one tunnel."""

    turned: dict[Address, Turned] = field(default_factory=dict)
    passes: dict[Address, float] = field(default_factory=dict)
    """Who knocked, and until when they may come."""
    changes: int = 0

    def rule(self, address: Address, now: float) -> Rule | None:
        """Return by which rule the address is turned away now."""
        found = self.turned.get(address)
        return found.rule if found is not None and found.until > now else None

    def has_pass(self, address: Address, now: float) -> bool:
        """Whether the address has knocked."""
        return self.passes.get(address, 0.0) > now

    def told(self, load: Load, address: Address, now: float) -> Load:
        """Return the load with how the address stands."""
        if not self.turned and not self.passes:
            return load
        turned, has_pass = self.rule(address, now), self.has_pass(address, now)
        return replace(load, turned=turned, has_pass=has_pass)

    def turn(self, address: Address, turned: Turned) -> None:
        """Turn the address away."""
        if len(self.turned) >= MOST and address not in self.turned:
            del self.turned[min(self.turned, key=lambda who: self.turned[who].until)]
        self.turned[address] = turned
        self.changes += 1

    def admit(self, address: Address, until: float) -> None:
        """Let the address come until then."""
        if len(self.passes) >= MOST and address not in self.passes:
            del self.passes[min(self.passes, key=lambda who: self.passes[who])]
        self.passes[address] = until
        self.changes += 1

    def lift(self, address: Address) -> bool:
        """Turn the address away no more; whether it was."""
        was = self.turned.pop(address, None)
        self.changes += was is not None
        return was is not None

    def dismiss(self, address: Address | None) -> int:
        """Take back the pass of the address, or all; return how many."""
        gone = [who for who in self.passes if address in (None, who)]
        for who in gone:
            del self.passes[who]
        self.changes += bool(gone)
        return len(gone)

    def tidy(self, now: float) -> None:
        """Drop what is over."""
        self.turned = {a: t for a, t in self.turned.items() if t.until > now}
        self.passes = {a: until for a, until in self.passes.items() if until > now}


class Standings:
    """Of all tunnels."""

    def __init__(self) -> None:
        self._all: dict[int, Standing] = {}
        self._written = 0

    def of(self, tunnel: int) -> Standing:
        """Return the one of the tunnel; it stays the same one."""
        return self._all.setdefault(tunnel, Standing())

    def all(self) -> Iterator[tuple[int, Standing]]:
        """Return them with their tunnels."""
        return iter(sorted(self._all.items()))

    def drop(self, tunnel: int) -> None:
        """Forget a tunnel that is no more."""
        if tunnel in self._all:
            standing = self.of(tunnel)
            standing.turned.clear()
            standing.passes.clear()
            standing.changes += 1

    def load(self, lines: Iterable[Line]) -> None:
        """Take up what was kept, beside what came since; unknown kinds are left out."""
        kinds = {str(rule): rule for rule in (Rule.BLOCKED, Rule.BANNED)}
        for line in lines:
            standing, address = self.of(line.tunnel), parse_address(line.address)
            if line.kind == _ADMITTED:
                standing.passes.setdefault(address, line.until)
            elif line.kind in kinds:
                turned = Turned(line.until, kinds[line.kind])
                standing.turned.setdefault(address, turned)

    def changed(self, now: float) -> Changed | None:
        """Return all lines if there was a change that is not `written`, else None."""
        changes = sum(each.changes for each in self._all.values())
        if changes == self._written:
            return None
        return Changed(changes, list(self._lines(now)))

    def written(self, changed: Changed) -> None:
        """Take note that these lines are on disk."""
        self._written = changed.changes

    def _lines(self, now: float) -> Iterator[Line]:
        for tunnel, standing in self._all.items():
            standing.tidy(now)
            for address, turned in standing.turned.items():
                yield Line(tunnel, str(address), turned.until, str(turned.rule))
            for address, until in standing.passes.items():
                yield Line(tunnel, str(address), until, _ADMITTED)
