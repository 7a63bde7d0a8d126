import stat
from pathlib import Path

import pytest

from chmlfrp.errors import HomeUnusable
from chmlfrp.selfhost.files import private_folder, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_and_file_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "a" / "b")
    write_private(folder / "f", b"one")
    write_private(folder / "f", b"two")
    assert (mode(folder), mode(folder / "f")) == (0o700, 0o600)
    assert (folder / "f").read_bytes() == b"two"
    assert [path.name for path in folder.iterdir()] == ["f"]


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    with pytest.raises(HomeUnusable, match="cannot be used") as caught:
        private_folder(tmp_path / "f" / "d")
    assert caught.value.field == "data"


def test_what_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    with pytest.raises(OSError, match=r"irectory"):
        write_private(tmp_path / "f", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
