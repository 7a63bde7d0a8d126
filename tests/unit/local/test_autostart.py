"""Starting with the system: what is written and which commands are run."""

import contextlib
import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.errors import AutostartFailed
from chmlfrp.local import autostart
from chmlfrp.local.autostart import Launchd, RunKey, Systemd
from chmlfrp.local.paths import Home

COMMAND = ("/opt/a b/python", "-P", "-m", "chmlfrp.daemon")


class Commands:
    """What was run; refuses what it is told to."""

    def __init__(self, refuses: str = "") -> None:
        self.ran: list[str] = []
        self.refuses = refuses

    def __call__(self, argv: autostart.Argv) -> str:
        if self.refuses and self.refuses in argv:
            raise AutostartFailed(f"{argv[0]} said no")
        self.ran.append(" ".join(argv))
        return ""


class FakeRegistry(dict[str, str]):
    """The values of the key."""

    def set(self, name: str, value: str) -> None:
        self[name] = value

    def delete(self, name: str) -> None:
        self.pop(name, None)


def own_home(tmp_path: Path) -> Home:
    folders = {
        name: tmp_path / name
        for name in ("config_dir", "state_dir", "data_dir", "log_dir")
    }
    return Home(**folders)


def test_a_systemd_unit_is_written_enabled_started_and_removed(tmp_path: Path) -> None:
    commands = Commands()
    unit = Systemd(command=COMMAND, folder=tmp_path / "user", user="bob", run=commands)
    assert not unit.is_on()
    unit.turn_off()
    assert commands.ran == []
    unit.turn_on()
    assert unit.is_on()
    assert unit.unit.stat().st_mode & 0o777 == 0o600
    unit.start()
    unit.turn_off()
    assert not unit.is_on()
    assert commands.ran == [
        "systemctl --user daemon-reload",
        "systemctl --user enable chmlfrp.service",
        "systemctl --user start chmlfrp.service",
        "systemctl --user disable chmlfrp.service",
        "systemctl --user daemon-reload",
    ]
    assert unit.before_login == ("loginctl", "enable-linger", "bob")


def test_the_unit_starts_again_after_a_crash_and_not_after_an_end(
    tmp_path: Path,
) -> None:
    lines = Systemd(command=COMMAND, folder=tmp_path).text().splitlines()
    assert 'ExecStart="/opt/a b/python" "-P" "-m" "chmlfrp.daemon"' in lines
    assert "Restart=on-failure" in lines
    assert "StartLimitIntervalSec=0" in lines
    assert f"RestartPreventExitStatus={autostart.AT_WORK}" in lines


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    odd = tmp_path / 'a "b" %h $c'
    odd.mkdir()
    program = odd / "python"
    program.symlink_to(sys.executable)
    unit = Systemd(command=(str(program),), folder=tmp_path, run=Commands())
    unit.turn_on()
    verify = ["systemd-analyze", "--user", "verify", unit.place]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert "chmlfrp" not in done.stderr


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_a_quoted_word_has_nothing_that_systemd_would_expand(word: str) -> None:
    quoted = autostart._quoted(word)
    for special in ("%", "$"):
        assert quoted.count(special) == 2 * word.count(special)
    inner = quoted[1:-1].replace("%%", "%").replace("$$", "$")
    assert re.sub(r"\\(.)", r"\1", inner) == word


def test_a_refusal_of_the_system_is_told(tmp_path: Path) -> None:
    refusing = Commands(refuses="daemon-reload")
    unit = Systemd(command=COMMAND, folder=tmp_path, run=refusing)
    with pytest.raises(AutostartFailed, match="said no"):
        unit.turn_on()


def test_a_launchd_agent_is_kept_alive_after_crashes(tmp_path: Path) -> None:
    commands = Commands()
    agent = Launchd(command=COMMAND, folder=tmp_path / "agents", uid=501, run=commands)
    agent.turn_on()
    told = plistlib.loads(agent.agent.read_bytes())
    assert told["ProgramArguments"] == list(COMMAND)
    assert told["KeepAlive"] == {"Crashed": True}
    assert told["RunAtLoad"] is True
    agent.start()
    assert commands.ran == [f"launchctl bootstrap gui/501 {agent.place}"]
    agent.turn_off()
    agent.turn_off()
    assert not agent.is_on()


def test_windows_runs_it_at_login_without_a_console() -> None:
    registry = FakeRegistry()
    command = (r"C:\Program Files\Py\python.exe", "-P", "-m", "chmlfrp.daemon")
    entry = RunKey(command=command, registry=registry)
    entry.turn_on()
    assert registry == {
        "chmlfrp": r'"C:\Program Files\Py\pythonw.exe" -P -m chmlfrp.daemon'
    }
    assert entry.is_on()
    entry.turn_off()
    entry.turn_off()
    assert not entry.is_on()


class FakeWinreg:
    """The few functions of `winreg` that are used, over a dictionary."""

    HKEY_CURRENT_USER, KEY_SET_VALUE, REG_SZ = 1, 2, 1

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.error: OSError | None = None

    def OpenKey(self, *_: object) -> contextlib.AbstractContextManager[None]:  # noqa: N802 - its name
        return contextlib.nullcontext()

    CreateKey = OpenKey

    def QueryValueEx(self, _: None, name: str) -> tuple[str, int]:  # noqa: N802 - its name
        if name not in self.values:
            raise FileNotFoundError(name)
        return self.values[name], self.REG_SZ

    def SetValueEx(self, _: None, name: str, *rest: object) -> None:  # noqa: N802 - its name
        if self.error:
            raise self.error
        self.values[name] = str(rest[-1])

    def DeleteValue(self, _: None, name: str) -> None:  # noqa: N802 - its name
        if self.error:
            raise self.error
        if self.values.pop(name, None) is None:
            raise FileNotFoundError(name)


def test_the_registry_is_read_written_and_its_refusals_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = FakeWinreg()
    monkeypatch.setattr(autostart, "import_module", lambda name: fake)
    registry = autostart.Winreg()
    assert registry.get("chmlfrp") is None
    registry.set("chmlfrp", "line")
    assert registry.get("chmlfrp") == "line"
    registry.delete("chmlfrp")
    registry.delete("chmlfrp")
    assert fake.values == {}
    fake.error = PermissionError("by policy")
    with pytest.raises(AutostartFailed, match="by policy"):
        registry.set("chmlfrp", "line")
    with pytest.raises(AutostartFailed, match="by policy"):
        registry.delete("chmlfrp")


@pytest.mark.parametrize(
    ("platform", "kind"), [("linux", Systemd), ("darwin", Launchd), ("win32", RunKey)]
)
def test_each_system_has_its_way(
    platform: str, kind: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autostart, "import_module", lambda name: FakeWinreg())
    found = autostart.of_this_system(
        COMMAND, own_home(tmp_path), platform=platform, which=lambda name: name
    )
    assert isinstance(found, kind)
    assert found.place


def test_no_systemd_and_a_thrown_away_home_are_told(tmp_path: Path) -> None:
    with pytest.raises(AutostartFailed, match="no systemd"):
        autostart.of_this_system(
            COMMAND, own_home(tmp_path), platform="linux", which=lambda name: None
        )
    with pytest.raises(AutostartFailed, match="CHMLFRP_HOME"):
        autostart.of_this_system(COMMAND, Home.below(tmp_path))
    assert autostart.manager(COMMAND, Home.below(tmp_path)) is None


def test_a_command_that_is_missing_or_fails_is_told_with_its_words() -> None:
    with pytest.raises(AutostartFailed, match="no-such-program"):
        autostart.run(("no-such-program",))
    failing = (sys.executable, "-c", "import sys; sys.exit('not today')")
    with pytest.raises(AutostartFailed, match="not today"):
        autostart.run(failing)
    assert autostart.run((sys.executable, "-c", "print(1)")) == "1\n"
