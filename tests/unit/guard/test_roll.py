from collections.abc import Iterator
from pathlib import Path

import pytest

from chmlfrp.guard.roll import TABLES, Entry, Roll
from chmlfrp.guard.store import Store
from chmlfrp.model.guard import Rule

NOW = 1_800_000_000.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "traffic.sqlite", TABLES)
    yield made
    made.close()


def came(address: str, at: float = NOW, tunnel: int = 1, **counts: object) -> Entry:
    return Entry(tunnel=tunnel, address=address, first=at, last=at, **counts)  # type: ignore[arg-type] # fields by name


def test_differences_are_summed_and_refusals_keep_their_rule(store: Store) -> None:
    roll = Roll(store, keep_days=30)
    roll.add([came("a", connections=1, bytes_in=5, refused={Rule.DENY: 2})], NOW)
    roll.add([came("a", NOW + 9, connections=1, refused={Rule.DENY: 1})], NOW + 9)

    (entry,) = roll.read(most=10)

    assert (entry.first, entry.last) == (NOW, NOW + 9)
    assert (entry.connections, entry.bytes_in) == (2, 5)
    assert entry.refused == {Rule.DENY: 3}


def test_who_is_away_too_long_is_forgotten_with_their_refusals(store: Store) -> None:
    roll = Roll(store, keep_days=30)
    roll.add([came("a", refused={Rule.DENY: 1})], NOW)
    later = NOW + 30 * 86400
    roll.add([came("b", later)], later)
    roll.add([came("a", later)], later)

    assert {e.address: e.refused for e in roll.read(most=10)} == {"a": {}, "b": {}}


def test_the_list_is_bounded_and_who_came_last_stays(store: Store) -> None:
    roll = Roll(store, keep_days=30, most_rows=5)
    for number in range(20):
        roll.add([came(f"v{number}", NOW + number)], NOW)

    assert [e.address for e in roll.read(most=9)] == ["v19", "v18", "v17", "v16", "v15"]


def test_one_address_one_tunnel_or_all_are_dropped(store: Store) -> None:
    roll = Roll(store, keep_days=30)
    roll.add([came(a, tunnel=t) for a in "abc" for t in (1, 2)], NOW)

    assert roll.forget(NOW, tunnel=None, address="a") == 2
    assert roll.forget(NOW, tunnel=1, address=None) == 2
    assert [e.tunnel for e in roll.read(most=10)] == [2, 2]
    assert len(roll.read(address="b", tunnel=2, most=10)) == 1
    assert roll.forget(NOW, tunnel=None, address=None) == 2


def test_names_are_remembered_with_whoever_said_them(store: Store) -> None:
    roll = Roll(store, keep_days=30)
    roll.add([came("a", players={"Steve": 765}), came("b")], NOW)
    roll.add([came("a", players={"Steve": 767, "Alex": 767})], NOW)

    assert {e.address: e.players for e in roll.read(most=10)} == {
        "a": {"Steve": 767, "Alex": 767},
        "b": {},
    }
    roll.forget(NOW, tunnel=None, address="a")
    roll.add([came("a")], NOW)
    assert roll.read(address="a", most=1)[0].players == {}


def test_of_many_names_of_one_address_the_last_ones_stay(store: Store) -> None:
    roll = Roll(store, keep_days=30)
    for number in range(100):
        at = NOW + number
        roll.add([came("a", at, players={f"n{number}": 767}), came("b", at)], at)

    (found,) = roll.read(address="a", most=1)
    assert set(found.players) == {f"n{number}" for number in range(92, 100)}
