"""Links of our scheme: what is written on each system."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from chmlfrp.local.links import CLASS_KEY, register
from chmlfrp.local.paths import Home

COMMAND = ("/opt/a b/python", "-m", "chmlfrp.desktop")


@pytest.fixture
def own(tmp_path: Path) -> Home:
    names = ("config_dir", "state_dir", "data_dir", "log_dir")
    return Home(**dict.fromkeys(names, tmp_path))


def test_linux_has_an_entry_that_is_written_once(own: Home, tmp_path: Path) -> None:
    ran: list[Sequence[str]] = []

    def run(argv: Sequence[str]) -> str:
        ran.append(argv)
        return ""

    folder = tmp_path / "applications"
    for _ in range(2):
        assert register(COMMAND, own, platform="linux", run=run, folder=folder)
    text = (folder / "chmlfrp-links.desktop").read_text()
    assert 'Exec="/opt/a b/python" "-m" "chmlfrp.desktop" %u' in text
    assert "MimeType=x-scheme-handler/chmlfrp;" in text
    assert ran == [
        ("xdg-mime", "default", "chmlfrp-links.desktop", "x-scheme-handler/chmlfrp")
    ]


def test_windows_has_a_class_of_the_user(own: Home) -> None:
    class Fake(dict[tuple[str, str], str]):
        def set(self, key: str, name: str, value: str) -> None:
            self[key, name] = value

    classes = Fake()
    assert register(COMMAND, own, platform="win32", classes=lambda: classes)
    assert classes[CLASS_KEY, "URL Protocol"] == ""
    command = classes[rf"{CLASS_KEY}\shell\open\command", ""]
    assert command == '"/opt/a b/python" -m chmlfrp.desktop "%1"'


def test_nothing_is_registered_where_only_a_bundle_may_or_for_a_home_of_many(
    own: Home, tmp_path: Path
) -> None:
    assert not register(COMMAND, own, platform="darwin")
    assert not register(COMMAND, Home.below(tmp_path), platform="linux")
