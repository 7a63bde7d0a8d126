"""Starting our own programs."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from chmlfrp.errors import HomeUnusable
from chmlfrp.local import process
from chmlfrp.local.process import python_module, replace_process, start_detached

posix = pytest.mark.skipif(os.name == "nt", reason="sessions are POSIX")
WAIT = [sys.executable, "-c", "import threading; threading.Event().wait()"]


def test_a_module_of_ours_runs_and_the_folder_is_not_on_its_path(
    tmp_path: Path,
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('mine')")
    command = [*python_module("json.tool"), "--help"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0


@posix
def test_replacing_keeps_the_process_and_gives_its_exit_code() -> None:
    source = (
        "import os, sys; from chmlfrp.local.process import replace_process\n"
        "print(os.getpid())\n"
        "replace_process([sys.executable, '-c',"
        " 'import os; print(os.getpid(), os.environ[\"X\"]); raise SystemExit(7)'],"
        " env={**os.environ, 'X': 'y'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=False
    )
    first, second = done.stdout.splitlines()
    assert second == f"{first} y"
    assert done.returncode == 7


def test_on_windows_it_waits_and_passes_the_exit_code_on() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemExit) as caught:
        replace_process([sys.executable, "-c", "raise SystemExit(7)"], windows=True)
    assert caught.value.code == 7
    assert signal.getsignal(signal.SIGINT) is before


@posix
def test_a_detached_program_has_its_own_session_and_its_output_in_the_log(
    tmp_path: Path,
) -> None:
    log = tmp_path / "start.log"
    log.write_text("of the last run")
    source = "import os, sys; print(os.getsid(0), sys.stdin.read(), os.environ['X'])"
    started = start_detached(
        [sys.executable, "-c", source], log_path=log, env={**os.environ, "X": "y"}
    )
    assert started.wait(10) == 0
    assert log.read_text().split() == [str(started.pid), "y"]
    assert log.stat().st_mode & 0o077 == 0


@posix
def test_a_detached_program_inherits_no_open_files(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    started = start_detached(WAIT, log_path=tmp_path / "log")
    os.close(writer)
    assert os.read(reader, 1) == b""
    os.close(reader)
    started.kill()
    started.wait(10)


def test_forgetting_a_detached_program_is_no_warning(tmp_path: Path) -> None:
    started = start_detached(WAIT, log_path=tmp_path / "log")
    child = psutil.Process(started.pid)
    del started
    child.kill()
    child.wait(10)


def test_a_log_that_cannot_be_written_is_an_error_of_the_home(tmp_path: Path) -> None:
    with pytest.raises(HomeUnusable):
        start_detached(["x"], log_path=tmp_path / "gone" / "log")


def test_windows_gets_no_window_and_no_console() -> None:
    flags = process.detaching(windows=True)["creationflags"]
    assert flags & process.DETACHED_PROCESS
    assert flags & process.CREATE_NEW_PROCESS_GROUP
    assert flags & process.CREATE_NO_WINDOW
    assert "creationflags" not in process.detaching(windows=False)
