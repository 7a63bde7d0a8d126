"""When the virtual environment is made, completed or left alone."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from devkit.environment import (
    EDITABLE,
    LOCKED,
    MAKE,
    STAMP,
    Environment,
    base_python,
    difference,
    digest,
    hand_over,
    hear,
    this_python,
    wanted,
)
from devkit.say import Stop


class Machine:
    """Takes commands; makes what `python -m venv` would make, fails what it is told."""

    def __init__(self, *failing: str) -> None:
        self.ran: list[str] = []
        self._failing = failing

    def __call__(self, argv: Sequence[str]) -> int:
        text = " ".join(argv)
        self.ran.append(text)
        if "-m venv" in text:
            make_environment(Path(argv[-1]))
        return int(any(part in text for part in self._failing))


def make_environment(folder: Path, *, version: str = this_python()) -> None:
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    programs.mkdir(parents=True)
    (programs / ("python.exe" if os.name == "nt" else "python")).touch()
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}.7\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/build.lock", "requirements/dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.fixture
def ready(root: Path) -> Path:
    Environment(root, run=Machine()).bring_up_to_date()
    return root


def test_a_fresh_machine_gets_everything_in_order(root: Path) -> None:
    machine = Machine()
    Environment(root, run=machine).bring_up_to_date()
    venv, build, dev, project = machine.ran
    assert "-m venv" in venv
    assert "--require-hashes" in build
    assert build.endswith("build.lock")
    assert "--require-hashes --no-build-isolation" in dev
    assert dev.endswith("dev.lock")
    assert "--no-deps --no-build-isolation -e" in project


def test_the_second_time_there_is_nothing_to_do(ready: Path) -> None:
    machine = Machine()
    Environment(ready, run=machine).bring_up_to_date()
    assert machine.ran == []


def test_a_changed_lock_is_installed_into_the_same_environment(ready: Path) -> None:
    (ready / "requirements/dev.lock").write_text("newer")
    assert Environment(ready, run=Machine()).steps() == (LOCKED, EDITABLE)


def test_a_changed_project_is_installed_alone(ready: Path) -> None:
    (ready / "pyproject.toml").write_text("newer")
    assert Environment(ready, run=Machine()).steps() == (EDITABLE,)


def test_line_ends_make_no_difference(ready: Path) -> None:
    lock = ready / "requirements/dev.lock"
    lock.write_bytes(b"a\n")
    before = digest([lock])
    lock.write_bytes(b"a\r\n")
    assert digest([lock]) == before


def test_an_environment_made_by_hand_is_taken_over(root: Path) -> None:
    make_environment(root / ".venv")
    assert Environment(root, run=Machine()).steps() == (LOCKED, EDITABLE)


def test_one_made_by_hand_without_pip_is_made_anew(root: Path) -> None:
    make_environment(root / ".venv")
    assert MAKE in Environment(root, run=Machine("import pip")).steps()


def test_one_of_another_python_is_made_anew(root: Path) -> None:
    make_environment(root / ".venv", version="3.99")
    (root / ".venv" / "left.txt").touch()
    Environment(root, run=Machine()).bring_up_to_date()
    assert not (root / ".venv" / "left.txt").exists()
    assert Environment(root, run=Machine()).steps() == ()


def test_one_whose_interpreter_is_gone_is_made_anew(ready: Path) -> None:
    environment = Environment(ready, run=Machine())
    environment.python.unlink()
    assert environment.steps() == (MAKE, LOCKED, EDITABLE)


def test_one_that_was_moved_is_made_anew(ready: Path) -> None:
    stamp = ready / ".venv" / STAMP
    noted = json.loads(stamp.read_text())
    stamp.write_text(json.dumps(noted | {"place": "/elsewhere"}))
    assert MAKE in Environment(ready, run=Machine()).steps()


@pytest.mark.parametrize("rubbish", ["", "[]", "{"])
def test_a_damaged_stamp_is_none(ready: Path, rubbish: str) -> None:
    (ready / ".venv" / STAMP).write_text(rubbish)
    assert Environment(ready, run=Machine()).steps() == (LOCKED, EDITABLE)


def test_a_failed_install_leaves_no_stamp_and_says_so(root: Path) -> None:
    with pytest.raises(Stop, match="installing failed"):
        Environment(root, run=Machine("dev.lock")).bring_up_to_date()
    assert Environment(root, run=Machine()).steps() == (LOCKED, EDITABLE)


def test_an_environment_that_cannot_be_made_stops(root: Path) -> None:
    with pytest.raises(Stop, match="could not be made"):
        Environment(root, run=Machine("-m venv")).bring_up_to_date()


def test_an_older_stamp_without_a_place_is_made_anew(root: Path) -> None:
    now = wanted(root)
    old = {key: value for key, value in now.items() if key != "place"}
    assert difference(old, now) == (MAKE, LOCKED, EDITABLE)


def test_the_base_interpreter_is_outside_of_this_environment() -> None:
    source = "import sys; print(sys.prefix == sys.base_prefix)"
    done = subprocess.run([base_python(), "-c", source], capture_output=True, text=True)
    assert done.stdout.strip() == "True"


def test_a_command_that_is_handed_over_gives_its_exit_code(tmp_path: Path) -> None:
    assert hand_over([sys.executable, "-c", "raise SystemExit(7)"], cwd=tmp_path) == 7


def test_what_a_command_said_is_heard(tmp_path: Path) -> None:
    said = "import sys; print('out'); sys.exit('err')"
    code, text, _ = hear([sys.executable, "-u", "-c", said], cwd=tmp_path)
    assert (code, text.split()) == (1, ["out", "err"])
