"""`chmlfrp backup`: there and back, asked first, and nothing overwritten unasked."""

from pathlib import Path

import pytest

from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home


@pytest.fixture
def own() -> Home:
    found = Home.locate()
    found.prepare()
    found.settings_file.write_text("[ui]\ntheme = 'dark'\n")
    found.secrets_file.write_text("canary")
    return found


def test_a_backup_is_made_and_brought_back(cli, own: Home, tmp_path: Path):
    path = tmp_path / "b.zip"
    made = cli("backup", "make", str(path))
    assert (made.code, made.out) == (0, "settings.toml\n")
    assert str(path) in made.err
    assert b"canary" not in path.read_bytes()
    own.settings_file.write_text("[ui]\ntheme = 'light'\n")
    back = cli("backup", "restore", str(path), "--yes", "--json")
    assert (back.code, back.json) == (0, ["settings.toml"])
    assert "dark" in own.settings_file.read_text()
    assert holder(own) is None


def test_that_knock_links_are_as_they_were_is_said(cli, own: Home, tmp_path: Path):
    own.knock_file.write_text('{"port": 1}')
    path = tmp_path / "b.zip"
    assert "knock.json" in cli("backup", "make", str(path)).out
    assert "重新有效" in cli("backup", "restore", str(path), "--yes").err


def test_a_file_that_is_there_is_replaced_on_demand_only(cli, own: Home, tmp_path):
    path = tmp_path / "b.zip"
    path.write_text("mine")
    refused = cli("backup", "make", str(path))
    assert (refused.code, path.read_text()) == (2, "mine")
    assert "b.zip 已存在" in refused.err
    assert cli("backup", "make", str(path), "--force").code == 0


def test_nothing_is_brought_back_unasked_or_from_another_file(cli, own: Home, tmp_path):
    path = tmp_path / "b.zip"
    assert cli("backup", "make", str(path)).code == 0
    own.settings_file.write_text("[ui]\ntheme = 'light'\n")
    assert cli("backup", "restore", str(path)).code == 2
    path.write_text("no zip")
    done = cli("backup", "restore", str(path), "--yes")
    assert (done.code, "不是备份" in done.err) == (2, True)
    assert "light" in own.settings_file.read_text()


def test_a_daemon_that_ran_is_there_again(cli, own: Home, scripted_process, tmp_path):
    path = tmp_path / "b.zip"
    cli("backup", "make", str(path))
    cli("daemon", "start")
    before = cli("daemon", "status", "--json").json["daemon"]["pid"]
    done = cli("backup", "restore", str(path), "--yes")
    assert done.code == 0
    after = cli("daemon", "status", "--json").json["daemon"]["pid"]
    assert after != before
