"""Programs stand side by side; a pointer says which one runs."""

import hashlib
from pathlib import Path

import pytest

from chmlfrp.daemon.shelf import Installed, Shelf
from chmlfrp.errors import FrpcChanged, FrpcVanished, InvalidInput

ONE, TWO = b"program one", b"program two"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "cores", tmp_path / "chosen.json", wall_clock=lambda: 9.0)


def put(shelf: Shelf, body: bytes, version: str = "0.65.0") -> tuple[Installed, bool]:
    stage = shelf.stage()
    program = stage / shelf.program_name
    program.write_bytes(body)
    digest = hashlib.sha256(body).hexdigest()
    return shelf.put(program, version=version, source="upstream", sha256=digest)


def test_two_of_a_version_stand_side_by_side(shelf: Shelf) -> None:
    one, _ = put(shelf, ONE)
    two, _ = put(shelf, TWO)
    assert [one.label, two.label] == ["0.65.0", "0.65.0-2"]
    assert shelf.path(one.label).read_bytes() == ONE
    assert [note.label for note in shelf.installed()] == ["0.65.0", "0.65.0-2"]


def test_the_same_program_is_not_put_twice(shelf: Shelf) -> None:
    put(shelf, ONE)
    again, was_there = put(shelf, ONE)
    assert was_there
    assert shelf.installed() == [again]


def test_a_version_that_would_lead_out_of_the_folder_does_not(shelf: Shelf) -> None:
    note, _ = put(shelf, ONE, "../../x y")
    assert shelf.path(note.label).resolve().parent.parent == shelf.folder.resolve()


def test_choosing_moves_the_pointer_and_keeps_the_way_back(shelf: Shelf) -> None:
    one, _ = put(shelf, ONE)
    two, _ = put(shelf, TWO)
    shelf.choose(one.label)
    shelf.choose(two.label)
    assert (shelf.pointer().label, shelf.pointer().previous) == (two.label, one.label)
    assert shelf.chosen() == two


def test_one_that_changed_is_not_chosen_and_the_old_one_stays(shelf: Shelf) -> None:
    one, _ = put(shelf, ONE)
    two, _ = put(shelf, TWO)
    shelf.choose(one.label)
    shelf.path(two.label).write_bytes(b"virus")
    with pytest.raises(FrpcChanged):
        shelf.choose(two.label)
    assert shelf.chosen() == one
    assert shelf.trouble(two) == "changed"


def test_one_that_a_scanner_took_is_named_as_gone(shelf: Shelf) -> None:
    one, _ = put(shelf, ONE)
    shelf.path(one.label).unlink()
    assert shelf.trouble(one) == "gone"
    with pytest.raises(FrpcVanished) as gone:
        shelf.choose(one.label)
    assert "scanner" in gone.value.hint


def test_one_that_vanished_can_be_installed_again(shelf: Shelf) -> None:
    one, _ = put(shelf, ONE)
    shelf.path(one.label).unlink()
    again, was_there = put(shelf, ONE)
    assert not was_there
    assert shelf.trouble(again) == ""


def test_the_chosen_one_is_not_removed(shelf: Shelf) -> None:
    one, _ = put(shelf, ONE)
    two, _ = put(shelf, TWO)
    shelf.choose(one.label)
    with pytest.raises(InvalidInput, match="is run"):
        shelf.remove(one.label)
    shelf.remove(two.label)
    assert shelf.installed() == [one]


def test_one_in_use_says_so_and_is_whole_afterwards(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = put(shelf, ONE)

    def locked(self: Path, target: Path) -> Path:
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(InvalidInput, match="in use"):
        shelf.remove(one.label)
    monkeypatch.undo()
    assert shelf.trouble(one) == ""


def test_what_was_cut_short_is_swept_away(shelf: Shelf) -> None:
    shelf.stage().joinpath("half").write_bytes(b"x")
    fresh = shelf.stage()
    assert [p.name for p in shelf.folder.iterdir()] == [fresh.name]
