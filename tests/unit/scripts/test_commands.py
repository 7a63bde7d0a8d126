"""The subcommands, without running what they start."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from devkit import commands
from devkit.environment import ROOT, Environment
from devkit.say import Stop


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path, run=lambda _: 0)


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Exit codes by a word of the command; all else succeeds."""
    failing: dict[str, int] = {}

    def hand_over(argv: Sequence[str], *, cwd: Path) -> int:
        assert cwd == ROOT
        text = " ".join(argv)
        return next((code for word, code in failing.items() if word in text), 0)

    def hear(argv: Sequence[str], *, cwd: Path) -> tuple[int, str, float]:
        return hand_over(argv, cwd=cwd), "", 0.1

    monkeypatch.setattr(commands, "hear", hear)
    monkeypatch.setattr(commands, "hand_over", hand_over)
    monkeypatch.setattr(commands, "become", hand_over)
    return failing


def test_an_unknown_command_is_a_usage_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert commands.main(["fly"]) == 2
    assert "demo" in capsys.readouterr().err
    assert commands.main(["--help"]) == 0
    assert "demo" in capsys.readouterr().out


def test_check_runs_every_step_though_one_fails(
    environment: Environment, codes: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    codes["mypy"] = 1
    assert commands.check(environment, []) == 1
    out = capsys.readouterr().out
    assert re.search(r"FAIL +\d+\.\d s  types: mypy", out)
    assert re.search(r"ok +\d+\.\d s  project rules", out)


def test_check_succeeds_when_all_steps_do(
    environment: Environment, codes: dict[str, int]
) -> None:
    assert commands.check(environment, []) == 0


@pytest.mark.parametrize("name", ["demo", "test", "bench"])
def test_a_command_gives_the_exit_code_of_what_it_runs(
    environment: Environment, codes: dict[str, int], name: str
) -> None:
    codes["--quick"] = 5
    assert commands.COMMANDS[name](environment, ["--quick"]) == 5


def test_fix_formats_even_if_the_linter_has_findings_left(
    environment: Environment, codes: dict[str, int]
) -> None:
    codes["check --fix"] = 1
    assert commands.fix(environment, []) == 1


def test_lock_without_uv_says_how_to_get_it(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(Stop, match="pip install uv"):
        commands.lock(environment, [])


def test_lock_writes_both_files_with_hashes_for_all_systems() -> None:
    build, dev = commands.lock_commands("uv", ["--upgrade"])
    for argv in (build, dev):
        assert {"--universal", "--generate-hashes", "--upgrade"} <= set(argv)
    assert build[-1] == "requirements/build.lock"
    assert dev[-1] == "requirements/dev.lock"


def test_the_makefile_has_a_line_for_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for name in commands.COMMANDS:
        assert f"{name}:\n\t@$(PYTHON) scripts/dev.py {name} $(ARGS)\n" in makefile


def test_an_old_python_can_read_the_script_as_far_as_the_sentence() -> None:
    text = (ROOT / "scripts" / "dev.py").read_text(encoding="utf-8")
    compile(text, "dev.py", "exec", dont_inherit=True)
    source = f"import sys; sys.version_info = (3, 7); exec({text!r})"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True)
    assert done.returncode == 1
    assert b"Python 3.11 or newer is needed" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(("cores", "workers"), [(None, "2"), (2, "3"), (64, "8")])
def test_tests_are_shared_out_by_file(cores: int | None, workers: str) -> None:
    assert commands.spread(cores) == ("-n", workers, "--dist", "loadfile")
