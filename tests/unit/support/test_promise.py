"""The page of promises, from measurements that are known."""

import json
from pathlib import Path

import pytest

from support.promise import page, read, shown
from support.promises import ALONE, OURS, RECORD, record


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        ([], "–"),
        ([None, None], "never"),
        ([1.0, None], "never in 1 of 2"),
        ([0.0, 0.0], "not away"),
        ([1.234], "1.23"),
        ([3.0, 1.0, 12.34], "1.00 / 3.00 / 12.3"),
    ],
)
def test_a_cell_says_least_median_and_most(
    seconds: list[float | None], text: str
) -> None:
    assert shown(seconds) == text


def test_what_is_recorded_comes_onto_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "record.jsonl"
    record("core-killed", OURS, 9.0)
    assert not kept.exists()
    monkeypatch.setenv(RECORD, str(kept))
    record("core-killed", OURS, 1.5)
    record("core-killed", ALONE, None)
    assert json.loads(kept.read_text().splitlines()[0])["s"] == 1.5
    text = page(read(kept), runs=1)
    (row,) = (line for line in text.splitlines() if "`kill -9`" in line)
    assert "| 1.50 | never | – | – |" in row


def test_only_what_is_promised_is_recorded() -> None:
    with pytest.raises(KeyError):
        record("meteorite", OURS, 1.0)
