"""Whether a visitor may come in: one pure question, asked for each connection."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chmlfrp.model.guard import Address, Guard, Network, Rule, parse_network, plain
from chmlfrp.model.schedule import Schedule

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What goes through the door at the moment."""

    open: int = 0
    open_from_address: int = 0
    new_in_last_minute: int = 0
    """Of the address, the one that asks not counted."""
    is_blocked: bool = False


class Rules:
    """A guard's rules, made ready for many questions."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._allow = _networks(guard.allow)
        self._deny = _networks(guard.deny)
        self._hours = Schedule(windows=guard.hours)

    def refusal(self, address: Address, load: Load, now: datetime) -> Rule | None:
        """Return the first rule that turns the visitor away, None if none does.

        now: local time without a zone, as hours are written.
        """
        address, guard = plain(address), self.guard
        if load.is_blocked:
            return Rule.BLOCKED
        if _holds(self._deny, address):
            return Rule.DENY
        if self._allow and not _holds(self._allow, address):
            return Rule.ALLOW
        if guard.hours and not self._hours.is_open(now):
            return Rule.HOURS
        for rule, count, limit in (
            (Rule.MAX_CONNECTIONS, load.open, guard.max_connections),
            (Rule.MAX_PER_ADDRESS, load.open_from_address, guard.max_per_address),
            (Rule.NEW_PER_MINUTE, load.new_in_last_minute, guard.new_per_minute),
        ):
            if limit is not None and count >= limit:
                return rule
        return None


def _networks(texts: Iterable[str]) -> tuple[Network, ...]:
    return tuple(parse_network(text) for text in texts)


def _holds(networks: tuple[Network, ...], address: Address) -> bool:
    return any(address in network for network in networks)
