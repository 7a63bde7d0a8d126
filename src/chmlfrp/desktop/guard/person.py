"""One visitor as the window knows it, and what is asked of the daemon at one time."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from chmlfrp.control.guard import DoorTraffic, Standing, VisitorView
from chmlfrp.model.guard import Rule
from chmlfrp.model.tunnel import ALL_TUNNELS
from chmlfrp.words.guard import word_players


class Which(StrEnum):
    """Which visitors are shown."""

    ALL = "all"
    INSIDE = "inside"
    REFUSED = "refused"
    STANDING = "standing"


class Order(StrEnum):
    """By what visitors are sorted; who is inside comes first in any case."""

    LAST = "last"
    BYTES = "bytes"
    VISITS = "visits"


class Seen(NamedTuple):
    """What the daemon answered at one time."""

    at: float
    """Seconds since 1970."""
    visitors: Sequence[VisitorView]
    standings: Sequence[Standing]
    door: DoorTraffic | None


class Person(NamedTuple):
    """One address, and how it stands."""

    view: VisitorView
    rate: float = 0.0
    """Bytes per second, both directions."""
    turned: Standing | None = None
    has_pass: Standing | None = None

    @property
    def address(self) -> str:
        """By which people are told apart."""
        return self.view.address

    @property
    def called(self) -> str:
        """What is known besides: name in the net, names and versions in Minecraft."""
        players = word_players(self.view.players)
        return "  ".join(filter(None, (self.view.host, *players)))

    @property
    def bytes(self) -> int:
        """What was carried, both directions."""
        return self.view.bytes_in + self.view.bytes_out

    @property
    def refused(self) -> int:
        """How often it was turned away."""
        return sum(self.view.refused.values())


def of_tunnel(
    number: int,
    at: float,
    visitors: Iterable[VisitorView],
    standings: Iterable[Standing],
    doors: Iterable[DoorTraffic],
) -> Seen:
    """Return what was answered, of that tunnel alone."""
    return Seen(
        at,
        [view for view in visitors if view.tunnel == number],
        [one for one in standings if one.tunnel in (number, ALL_TUNNELS)],
        next((door for door in doors if door.tunnel == number), None),
    )


def refusals(person: Person) -> Mapping[Rule, int]:
    """Return how often which rule turned somebody away, the most frequent first."""
    counts = person.view.refused
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))
