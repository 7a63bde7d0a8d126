import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chmlfrp.guard import history as of_amounts
from chmlfrp.guard import roll
from chmlfrp.guard.history import Amount, History, Step
from chmlfrp.guard.roll import Entry, Roll
from chmlfrp.guard.store import Store

NOW = 1_800_000_000
TABLES = of_amounts.TABLES + roll.TABLES


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    store = Store(tmp_path / "traffic.sqlite", TABLES)
    yield History(store)
    store.close()


def test_what_is_added_is_summed_in_every_step(history: History) -> None:
    for second in range(120):
        history.add([Amount(tunnel=1, at=NOW + second, bytes_in=5)], NOW + second)

    later = NOW + 120
    assert [len(history.read(step, later)) for step in Step] == [120, 2, 1, 1]
    for step in Step:
        assert sum(a.bytes_in for a in history.read(step, later)) == 600


def test_fine_rows_go_and_coarse_ones_stay(history: History) -> None:
    history.add([Amount(tunnel=1, at=NOW, connections=1, refused=2)], NOW)
    later = NOW + 2 * 86400
    history.add([], later)

    assert history.read(Step.SECOND, later) == history.read(Step.MINUTE, later) == []
    (row,) = history.read(Step.HOUR, later)
    assert (row.connections, row.refused) == (1, 2)


def test_it_is_kept_over_restarts(tmp_path: Path) -> None:
    path = tmp_path / "traffic.sqlite"
    for _ in range(2):
        store = Store(path, TABLES)
        history = History(store)
        history.add([Amount(tunnel=1, at=NOW, bytes_out=7)], NOW)
        found = history.read(Step.DAY, NOW)
        store.close()

    assert [row.bytes_out for row in found] == [14]
    assert path.stat().st_mode & 0o077 == 0


def test_a_damaged_file_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "traffic.sqlite"
    path.write_bytes(b"no database" * 500)
    store = Store(path, TABLES)

    assert History(store).read(Step.DAY, NOW) == []
    assert path.with_suffix(".damaged").exists()
    store.close()


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(4, 60))
def test_the_file_is_bounded_and_days_go_last(seconds: int, most: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "traffic.sqlite", TABLES)
        history = History(store, most_rows=most)
        for second in range(seconds):
            history.add([Amount(tunnel=1, at=NOW + second, bytes_in=1)], NOW)

        count = sum(len(history.read(step, NOW)) for step in Step)
        assert count <= most
        assert [a.bytes_in for a in history.read(Step.DAY, NOW)] == [seconds]
        store.close()


def test_what_a_visitor_carried_is_kept_beside_and_goes_alone(history: History) -> None:
    rows = [
        Amount(tunnel=t, at=NOW, address=a, bytes_in=9) for t in (1, 2) for a in "xy"
    ]
    entries = [
        Entry(tunnel=row.tunnel, address=row.address, first=NOW, last=NOW)
        for row in rows
    ]
    Roll(history._store, keep_days=9).add(entries, NOW)
    history.add([Amount(tunnel=1, at=NOW, bytes_in=18), *rows], NOW)

    def visitor(address: str, tunnel: int | None = None) -> int:
        return len(history.read(Step.HOUR, NOW, tunnel=tunnel, address=address))

    assert (visitor("x"), visitor("x", 2), visitor("z")) == (2, 1, 0)
    history.forget(tunnel=1, address="x")
    assert (visitor("x"), visitor("y"), visitor("")) == (1, 2, 1)
    history.forget(tunnel=None, address=None)
    assert (visitor("x"), visitor("y"), visitor("")) == (0, 0, 1)
