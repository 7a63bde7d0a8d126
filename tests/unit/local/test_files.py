"""Private files and state."""

import os
import stat
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies

from chmlfrp.errors import HomeUnusable
from chmlfrp.local import files
from chmlfrp.local.files import Outcome, load_state, save_state, write_private


class Wishes(msgspec.Struct):
    wanted: list[int] = []


SLOW_OR_SHARED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "wishes.json"


def test_a_file_is_written_for_its_owner_alone(path: Path) -> None:
    write_private(path, b"x")
    assert path.read_bytes() == b"x"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name == "nt"
    assert list(path.parent.glob(".*")) == []


def test_the_previous_content_is_kept_when_asked(path: Path) -> None:
    for text in (b"1", b"2", b"3"):
        write_private(path, text, keep_previous=True)
    assert path.read_bytes() == b"3"
    assert path.with_name("wishes.json.bak").read_bytes() == b"2"


def test_a_file_system_without_links_keeps_it_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    write_private(path, b"1")
    write_private(path, b"2", keep_previous=True)
    assert path.with_name("wishes.json.bak").read_bytes() == b"1"


def test_a_failed_write_leaves_the_old_content_and_no_rubbish(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    write_private(path, b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HomeUnusable, match="No space left"):
        write_private(path, b"new")
    assert [item.name for item in path.parent.glob("*wishes*")] == ["wishes.json"]
    assert path.read_bytes() == b"old"


def test_a_missing_folder_is_an_error_of_the_home(tmp_path: Path) -> None:
    with pytest.raises(HomeUnusable):
        write_private(tmp_path / "gone" / "x", b"")


def test_reading_what_is_not_there_gives_none(path: Path) -> None:
    assert files.read_private(path) is None


def test_reading_a_folder_is_an_error_of_the_home(tmp_path: Path) -> None:
    with pytest.raises(HomeUnusable):
        files.read_private(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="modes")
def test_reading_closes_a_file_that_others_could_read(path: Path) -> None:
    path.write_text("x")
    path.chmod(0o644)
    assert files.read_private(path) == b"x"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_state_comes_back(path: Path) -> None:
    save_state(path, Wishes([1, 2]))
    found = load_state(path, Wishes)
    assert (found.value, found.outcome) == (Wishes([1, 2]), Outcome.READ)


def test_no_file_is_no_state(path: Path) -> None:
    assert load_state(path, Wishes).outcome is Outcome.MISSING


@pytest.mark.parametrize(
    "rubbish", [b"", b'{"wanted": [1', b'{"wanted": "all"}', b"\xff"]
)
def test_a_damaged_file_is_kept_aside_and_the_backup_used(
    path: Path, rubbish: bytes
) -> None:
    save_state(path, Wishes([1]))
    save_state(path, Wishes([2]))
    path.write_bytes(rubbish)
    found = load_state(path, Wishes)
    assert (found.value, found.outcome) == (Wishes([1]), Outcome.FROM_BACKUP)
    assert [item.name for item in found.kept_aside] == ["wishes.json.broken-1"]
    assert found.kept_aside[0].read_bytes() == rubbish
    assert found.why


def test_the_backup_survives_until_the_next_good_save(path: Path) -> None:
    save_state(path, Wishes([1]))
    save_state(path, Wishes([2]))
    path.write_bytes(b"rubbish")
    load_state(path, Wishes)
    assert load_state(path, Wishes).value == Wishes([1])
    save_state(path, Wishes([3]))
    assert load_state(path, Wishes).value == Wishes([3])


def test_nothing_readable_is_lost_but_kept(path: Path) -> None:
    path.write_bytes(b"1")
    path.with_name("wishes.json.bak").write_bytes(b"2")
    found = load_state(path, Wishes)
    assert (found.value, found.outcome) == (None, Outcome.LOST)
    assert [item.read_bytes() for item in found.kept_aside] == [b"1", b"2"]


def test_each_damaged_file_gets_a_number_of_its_own(path: Path) -> None:
    names = []
    for text in (b"a", b"b"):
        path.write_bytes(text)
        names.append(files.keep_aside(path).name)
    assert names == ["wishes.json.broken-1", "wishes.json.broken-2"]


def test_a_copy_of_the_same_content_is_not_made_twice(path: Path) -> None:
    path.write_bytes(b"a")
    assert files.keep_aside(path, copy=True) == files.keep_aside(path, copy=True)
    assert path.read_bytes() == b"a"


@settings(suppress_health_check=SLOW_OR_SHARED)
@given(strategies.binary(max_size=200))
def test_any_bytes_are_read_or_kept(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    found = load_state(path, Wishes)
    assert found.outcome is Outcome.READ or found.kept_aside[0].read_bytes() == data
    for item in found.kept_aside:
        item.unlink()
