"""The window at login: what is written on each system is read back as it was meant."""

from pathlib import Path

import pytest

from chmlfrp.errors import AutostartFailed
from chmlfrp.local.login import (
    AtLogin,
    DesktopEntry,
    LaunchAgent,
    LoginEntry,
    RunValue,
    exec_line,
    of_this_system,
)
from chmlfrp.local.paths import Home

COMMAND = ("/opt/a b/python", "-P", "-m", "chmlfrp.desktop")


class FakeRegistry(dict[str, str]):
    """The values of the key."""

    def set(self, name: str, value: str) -> None:
        self[name] = value

    def delete(self, name: str) -> None:
        self.pop(name, None)


def entries(folder: Path) -> list[LoginEntry]:
    return [
        DesktopEntry(command=COMMAND, folder=folder / "autostart"),
        LaunchAgent(command=COMMAND, folder=folder / "LaunchAgents"),
        RunValue(command=COMMAND, registry=FakeRegistry()),
    ]


@pytest.mark.parametrize("number", range(3))
def test_what_is_written_is_read_back_and_goes_without_a_trace(
    tmp_path: Path, number: int
) -> None:
    entry = entries(tmp_path)[number]
    assert entry.read() is AtLogin.NOTHING
    entry.write(AtLogin.NOTHING)
    for what in (AtLogin.TRAY, AtLogin.WINDOW, AtLogin.NOTHING):
        entry.write(what)
        assert entry.read() is what
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_desktop_entry_quotes_what_the_shell_would_not_take_as_it_is(
    tmp_path: Path,
) -> None:
    entry = DesktopEntry(command=COMMAND, folder=tmp_path)
    entry.write(AtLogin.TRAY)
    text = entry.file.read_text()
    assert 'Exec="/opt/a b/python" "-P" "-m" "chmlfrp.desktop" "--hidden"' in text
    assert exec_line(["a$b", "100%"]) == '"a\\\\$b" "100%%"'


@pytest.mark.parametrize(
    ("platform", "kind"), [("linux", DesktopEntry), ("darwin", LaunchAgent)]
)
def test_each_system_has_its_way(tmp_path: Path, platform: str, kind: type) -> None:
    names = ("config_dir", "state_dir", "data_dir", "log_dir")
    home = Home(**dict.fromkeys(names, tmp_path))
    assert isinstance(of_this_system(COMMAND, home, platform=platform), kind)
    with pytest.raises(AutostartFailed):
        of_this_system(COMMAND, Home.below(tmp_path), platform=platform)
