"""A support bundle: what is in it, and that only its owner may read it."""

import json
import stat
import zipfile
from pathlib import Path

import pytest

from chmlfrp.errors import HomeUnusable
from chmlfrp.local import bundle
from chmlfrp.local.bundle import local_texts, make_bundle, write_bundle
from chmlfrp.local.masking import Mask, Masked
from chmlfrp.local.paths import Home


@pytest.fixture
def place(home: Path) -> Home:
    found = Home.below(home)
    found.prepare()
    found.log_file.write_text("one\ntoken=canary-1\n", "utf-8")
    found.log_file.with_suffix(".log.1").write_text("older\n", "utf-8")
    found.settings_file.write_text('[service]\nurl = "https://a.example"\n', "utf-8")
    return found


def test_logs_settings_and_versions_are_in_it(place: Home) -> None:
    texts = local_texts(place)
    assert set(texts) == {
        *("log/daemon.log", "log/daemon.log.1", "settings.toml", "versions.json")
    }
    assert json.loads(texts["versions.json"])["msgspec"]


def test_only_the_end_of_a_long_log_is_taken(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "LONGEST", 16)
    assert local_texts(place)["log/daemon.log"] == "token=canary-1\n"


def test_each_file_says_what_was_masked_in_it(place: Home, tmp_path: Path) -> None:
    made = make_bundle(local_texts(place), Mask())
    by_name = {one.name: one for one in made.files}
    assert by_name["log/daemon.log"].masked == {Masked.LOOKS_SECRET: 1}
    assert by_name["settings.toml"].masked == {}
    path = tmp_path / "out.zip"
    write_bundle(made, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with zipfile.ZipFile(path) as archive:
        assert archive.read("log/daemon.log") == b"one\ntoken=<secret>\n"
        assert set(archive.namelist()) == set(by_name)


def test_a_place_that_cannot_be_written_is_told(place: Home, tmp_path: Path) -> None:
    with pytest.raises(HomeUnusable):
        write_bundle(make_bundle({}, Mask()), tmp_path / "nowhere" / "out.zip")
