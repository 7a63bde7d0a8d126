"""Whether a visitor may come in: one pure question, asked for each connection."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from chmlfrp.guard.country import country_of
from chmlfrp.model.guard import Address, Guard, Network, Rule, parse_network, plain
from chmlfrp.model.schedule import Schedule

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What goes through the door at the moment, and how the visitor stands."""

    open: int = 0
    open_from_address: int = 0
    new_in_last_minute: int = 0
    """Of the address, the one that asks not counted."""
    turned: Rule | None = None
    """BLOCKED or BANNED, while that lasts."""
    has_pass: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which rule turns a visitor away, and what of it: a network, a country, a number."""

    rule: Rule
    why: str = ""


class Rules:
    """A guard's rules, made ready for many questions."""

    def __init__(
        self, guard: Guard, *, country: Callable[[Address], str] = country_of
    ) -> None:
        self.guard = guard
        self._allow = _networks(guard.allow)
        self._deny = _networks(guard.deny)
        self._spared = _networks(guard.ban.spare)
        self._hours = Schedule(windows=guard.hours)
        self._country = country

    def refusal(self, address: Address, load: Load, now: datetime) -> Rule | None:
        """Return the first rule that turns the visitor away, None if none does.

        now: local time without a zone, as hours are written.
        """
        found = self.judge(address, load, now)
        return found.rule if found is not None else None

    def judge(self, address: Address, load: Load, now: datetime) -> Refusal | None:
        """Return the first rule that turns the visitor away, with what of it."""
        address = plain(address)
        if load.turned is not None:
            return Refusal(load.turned)
        return (
            self._by_place(address)
            or self._by_knock(load)
            or self._by_hours(now)
            or self._by_load(load)
        )

    def is_spared(self, address: Address) -> bool:
        """Whether the address is never banned by itself."""
        return _held(self._spared, plain(address)) is not None

    def _by_place(self, address: Address) -> Refusal | None:
        denied = _held(self._deny, address)
        if denied is not None:
            return Refusal(Rule.DENY, str(denied))
        if self._allow:
            is_allowed = _held(self._allow, address) is not None
            if is_allowed:
                return None
            if not self.guard.allow_countries:
                return Refusal(Rule.ALLOW)
        return self._by_country(address)

    def _by_country(self, address: Address) -> Refusal | None:
        allow, deny = self.guard.allow_countries, self.guard.deny_countries
        if not allow and not deny:
            return None
        country = self._country(address)
        if country in deny:
            return Refusal(Rule.DENY_COUNTRY, country)
        if allow and country not in allow:
            return Refusal(Rule.ALLOW_COUNTRY, country)
        return None

    def _by_knock(self, load: Load) -> Refusal | None:
        is_needed = self.guard.knock_hours is not None
        return Refusal(Rule.KNOCK) if is_needed and not load.has_pass else None

    def _by_hours(self, now: datetime) -> Refusal | None:
        is_closed = self.guard.hours and not self._hours.is_open(now)
        return Refusal(Rule.HOURS, f"{now:%a %H:%M}") if is_closed else None

    def _by_load(self, load: Load) -> Refusal | None:
        guard = self.guard
        for rule, count, limit in (
            (Rule.MAX_CONNECTIONS, load.open, guard.max_connections),
            (Rule.MAX_PER_ADDRESS, load.open_from_address, guard.max_per_address),
            (Rule.NEW_PER_MINUTE, load.new_in_last_minute, guard.new_per_minute),
        ):
            if limit is not None and count >= limit:
                return Refusal(rule, str(limit))
        return None


def _networks(texts: Iterable[str]) -> tuple[Network, ...]:
    return tuple(parse_network(text) for text in texts)


def _held(networks: tuple[Network, ...], address: Address) -> Network | None:
    return next((network for network in networks if address in network), None)
