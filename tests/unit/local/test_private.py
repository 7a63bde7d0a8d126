"""Private folders."""

import os
import stat
from pathlib import Path

import pytest

from chmlfrp.errors import HomeUnusable
from chmlfrp.local import private

needs_owner = pytest.mark.skipif(os.name == "nt", reason="owners are POSIX numbers")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@needs_owner
def test_a_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    private.make_private_dir(tmp_path / "a" / "b")
    assert mode(tmp_path / "a" / "b") == 0o700


@needs_owner
def test_a_folder_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o755)
    private.make_private_dir(tmp_path / "a")
    assert mode(tmp_path / "a") == 0o700


def test_a_file_in_the_way_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(HomeUnusable, match="cannot be used") as caught:
        private.make_private_dir(tmp_path / "a" / "b")
    assert caught.value.field == "CHMLFRP_HOME"
    assert "CHMLFRP_HOME" in caught.value.hint


def test_a_read_only_folder_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(HomeUnusable, match="cannot be written"):
        private.make_private_dir(tmp_path / "a")


@needs_owner
def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(HomeUnusable, match="it is a link"):
        private.make_private_dir(tmp_path / "link")


@needs_owner
def test_somebody_elses_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = tmp_path.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(HomeUnusable, match=f"belongs to user {owner}"):
        private.make_private_dir(tmp_path)


@needs_owner
def test_a_file_is_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    (tmp_path / "a").chmod(0o644)
    private.close_to_others(tmp_path / "a")
    assert mode(tmp_path / "a") == 0o600


def test_windows_has_no_modes_to_set(tmp_path: Path) -> None:
    before = mode(tmp_path)
    private.make_private_dir(tmp_path, windows=True)
    private.close_to_others(tmp_path / "not there", windows=True)
    private.check_owner(tmp_path / "not there", windows=True)
    assert mode(tmp_path) == before
