"""What is believed without anybody to ask is whole, ours and of this version."""

import stat
from pathlib import Path

import pytest

from chmlfrp.local.checked import load_checked, save_checked
from chmlfrp.local.files import Outcome
from chmlfrp.local.private import WINDOWS

VALUE = {"node": ["a", "b"]}


def save(path: Path, value: object = VALUE, version: int = 1) -> None:
    save_checked(path, value, version=version, wall_clock=lambda: 50.0)


def load(path: Path) -> tuple[object, Outcome]:
    found = load_checked(path, dict[str, list[str]], version=1)
    return found.value and (found.value.value, found.value.saved_at), found.outcome


def test_it_comes_back_with_its_age_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    save(path)
    assert load(path) == ((VALUE, 50.0), Outcome.READ)
    if not WINDOWS:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_cut_at_every_byte_it_is_kept_aside_and_counts_as_missing(
    tmp_path: Path,
) -> None:
    save(tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for size in range(len(whole)):
        path = tmp_path / f"cut-{size}"
        path.write_bytes(whole[:size])
        assert load(path) == (None, Outcome.LOST)
        assert path.with_name(f"{path.name}.broken-1").exists()


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe garbage", b"[]", b"{}"])
def test_after_damage_the_one_before_is_used(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "x.json"
    save(path, {"older": []})
    save(path)
    path.write_bytes(damage)
    assert load(path) == (({"older": []}, 50.0), Outcome.FROM_BACKUP)


def test_a_changed_letter_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    save(path)
    path.write_bytes(path.read_bytes().replace(b'"a"', b'"z"'))
    assert load(path) == (None, Outcome.LOST)


def test_another_version_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    save(path, version=2)
    assert load(path) == (None, Outcome.LOST)
