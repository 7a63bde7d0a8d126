"""Where things are kept."""

import os
import socket
import tempfile
from pathlib import Path

import pytest

from chmlfrp.errors import HomeUnusable
from chmlfrp.local import paths
from chmlfrp.local.paths import Home


def test_everything_of_a_throw_away_home_is_below_its_folder(home: Path) -> None:
    here = Home.locate()
    assert here.is_throwaway
    for name in dir(Home):
        value = getattr(here, name)
        if isinstance(value, Path) and name != "socket_path":
            assert value.is_relative_to(home), name


def test_a_relative_home_does_not_follow_the_working_directory() -> None:
    here = Home.locate({"CHMLFRP_HOME": "trial"})
    assert here.config_dir == Path.cwd() / "trial" / "config"


def test_without_the_variable_the_folders_are_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("CONFIG", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind))
    here = Home.locate({"CHMLFRP_HOME": "  "})
    assert not here.is_throwaway
    assert here.config_dir.name == "chmlfrp"
    assert here.settings_file != here.wishes_file


def test_no_two_things_share_a_path_even_in_one_folder(tmp_path: Path) -> None:
    one = Home(
        config_dir=tmp_path, state_dir=tmp_path, data_dir=tmp_path, log_dir=tmp_path
    )
    named = [
        getattr(one, name)
        for name in dir(Home)
        if name.endswith(("_file", "_path")) or name in ("cores_dir", "core_files_dir")
    ]
    assert len(named) == len(set(named)) > 9


def test_prepare_makes_all_folders_private(home: Path) -> None:
    here = Home.locate()
    here.prepare()
    here.prepare()
    for folder in (here.config_dir, here.core_files_dir, here.socket_path.parent):
        assert folder.is_dir()
        assert folder.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_an_existing_root_keeps_its_mode(home: Path) -> None:
    home.mkdir(mode=0o755)
    before = home.stat().st_mode
    Home.locate().prepare()
    assert home.stat().st_mode == before


@pytest.mark.skipif(os.name == "nt", reason="Unix sockets")
class TestSocketPath:
    @pytest.mark.parametrize("temporary", ["", "long" * 30], ids=["short", "long"])
    def test_it_is_short_enough_to_listen_on(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: str
    ) -> None:
        monkeypatch.setattr(tempfile, "gettempdir", lambda: f"/tmp/{temporary}")
        here = Home.below(tmp_path / ("long" * 40))
        assert len(os.fsencode(here.socket_path)) <= paths.SOCKET_PATH_BYTES
        try:
            here.prepare()
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(here.socket_path))
            here.socket_path.unlink()
        finally:
            here.socket_path.parent.rmdir()

    def test_two_homes_do_not_share_one(self, tmp_path: Path) -> None:
        first = Home.below(tmp_path / ("a" * 120))
        second = Home.below(tmp_path / ("b" * 120))
        assert first.socket_path != second.socket_path
        assert first.socket_path == Home.below(tmp_path / ("a" * 120)).socket_path

    def test_a_short_home_keeps_it_inside(self) -> None:
        here = Home.below(Path("/srv/x"))
        assert here.socket_path == here.runtime_dir / "control.sock"

    def test_a_folder_planted_by_somebody_else_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        planted = tmp_path / "shared"
        planted.mkdir()
        monkeypatch.setattr(tempfile, "gettempdir", lambda: str(planted))
        here = Home.below(tmp_path / ("long" * 40))
        here.socket_path.parent.symlink_to(tmp_path)
        with pytest.raises(HomeUnusable, match="it is a link"):
            here.prepare()
