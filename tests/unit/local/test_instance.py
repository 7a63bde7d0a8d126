"""One daemon per home."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import psutil
import pytest

from chmlfrp import __version__
from chmlfrp.errors import DaemonBusy, HomeUnusable
from chmlfrp.local.instance import Holder, InstanceLock, holder
from chmlfrp.local.paths import Home

HOLD = """
import sys
from chmlfrp.local.instance import InstanceLock
from chmlfrp.local.paths import Home
with InstanceLock(Home.locate()):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def here(home: Path) -> Home:
    found = Home.below(home)
    found.prepare()
    return found


def test_the_holder_is_noted_while_it_holds(here: Home) -> None:
    assert holder(here) is None
    with InstanceLock(here):
        noted = holder(here)
        assert noted
        assert (noted.pid, noted.version) == (os.getpid(), __version__)
    assert holder(here) is None


def test_a_second_one_is_told_who_holds_it(here: Home) -> None:
    with InstanceLock(here), pytest.raises(DaemonBusy) as caught:
        InstanceLock(here).acquire()
    assert f"process {os.getpid()}, version {__version__}" in caught.value.message
    assert "daemon stop" in caught.value.hint


def test_it_can_be_had_again_after_release(here: Home) -> None:
    lock = InstanceLock(here)
    for _ in range(2):
        with lock:
            pass
    lock.release()


def test_a_killed_holder_leaves_nothing_in_the_way(here: Home) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(DaemonBusy, match=f"process {other.pid}"):
            InstanceLock(here).acquire()
        other.kill()
        other.wait(10)
    assert here.holder_file.exists()
    assert holder(here) is None
    with InstanceLock(here):
        assert holder(here)


def test_a_killed_holder_that_nobody_collected_is_gone(here: Home) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline().strip() == b"held"
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert psutil.Process(other.pid).status() == psutil.STATUS_ZOMBIE
        assert holder(here) is None


@pytest.mark.parametrize("note", [b"", b"{}", b"\xff", b'{"pid": "x"}'])
def test_a_damaged_note_is_no_holder(here: Home, note: bytes) -> None:
    here.holder_file.write_bytes(note)
    assert holder(here) is None


def test_a_later_process_of_the_same_number_is_not_the_holder(here: Home) -> None:
    old = Holder(pid=os.getpid(), started_at=1.0, version="0", since=1.0)
    here.holder_file.write_bytes(msgspec.json.encode(old))
    assert holder(here) is None


def test_a_busy_lock_without_a_note_still_says_so(here: Home) -> None:
    with InstanceLock(here):
        here.holder_file.unlink()
        with pytest.raises(DaemonBusy, match="another daemon holds"):
            InstanceLock(here).acquire()


def test_a_home_without_room_for_the_note_frees_the_lock(here: Home) -> None:
    here.holder_file.mkdir()
    (here.holder_file / "x").touch()
    with pytest.raises(HomeUnusable):
        InstanceLock(here).acquire()
    (here.holder_file / "x").unlink()
    here.holder_file.rmdir()
    with InstanceLock(here):
        pass


def test_a_lock_that_cannot_be_made_is_an_error_of_the_home(here: Home) -> None:
    here.lock_file.mkdir()
    with pytest.raises(HomeUnusable):
        InstanceLock(here).acquire()
