"""A backup holds what was decided and brings it back whole, or not at all."""

import zipfile
from pathlib import Path

import pytest

from chmlfrp.errors import DaemonBusy, InvalidInput
from chmlfrp.local.backup import MARK, make_backup, restore_backup
from chmlfrp.local.instance import InstanceLock
from chmlfrp.local.paths import Home


@pytest.fixture
def own(home: Path) -> Home:
    found = Home.below(home)
    found.prepare()
    found.settings_file.write_text("[ui]\ntheme = 'dark'\n")
    found.wishes_file.write_text("{}")
    found.secrets_file.write_text("canary")
    return found


def test_what_was_decided_comes_back_and_the_present_is_kept(
    own: Home, tmp_path: Path
) -> None:
    path = tmp_path / "b.zip"
    assert make_backup(own, path) == ["settings.toml", "wishes.json"]
    assert path.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(path) as archive:
        assert not any(b"canary" in archive.read(name) for name in archive.namelist())
    own.settings_file.write_text("[ui]\ntheme = 'light'\n")
    assert restore_backup(own, path) == ["settings.toml", "wishes.json"]
    assert "dark" in own.settings_file.read_text()
    assert "light" in own.settings_file.with_name("settings.toml.bak").read_text()


@pytest.mark.parametrize(
    "files",
    [
        {},
        {MARK: "2", "settings.toml": ""},
        {MARK: "1", "settings.toml": "= broken"},
        {MARK: "1", "settings.toml": "", "wishes.json": "{"},
    ],
)
def test_what_is_no_backup_changes_nothing(
    own: Home, tmp_path: Path, files: dict[str, str]
) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    with pytest.raises(InvalidInput, match="no backup"):
        restore_backup(own, path)
    assert "dark" in own.settings_file.read_text()
    path.write_bytes(b"no zip")
    with pytest.raises(InvalidInput):
        restore_backup(own, path)


def test_rules_for_all_tunnels_and_knock_links_are_in_it(
    own: Home, tmp_path: Path
) -> None:
    own.guard_file.write_text('{"deny": ["203.0.113.7"]}')
    own.knock_file.write_text('{"port": 1}')
    path = tmp_path / "b.zip"
    assert set(make_backup(own, path)) >= {"guard.json", "knock.json"}
    own.guard_file.unlink()
    own.knock_file.unlink()
    restore_backup(own, path)
    assert "203.0.113.7" in own.guard_file.read_text()
    assert own.knock_file.read_text() == '{"port": 1}'


def test_what_does_not_belong_to_a_backup_is_left_in_the_archive(
    own: Home, tmp_path: Path
) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MARK, "1")
        archive.writestr("../evil.json", "{}")
        archive.writestr("secrets.json", "{}")
    assert restore_backup(own, path) == []
    assert own.secrets_file.read_text() == "canary"


def test_nothing_is_restored_under_a_daemon(own: Home, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    make_backup(own, path)
    with InstanceLock(own), pytest.raises(DaemonBusy):
        restore_backup(own, path)
