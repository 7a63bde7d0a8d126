import ctypes
import os
import subprocess
import sys
from types import SimpleNamespace

import psutil
import pytest

from chmlfrp.frpc import tether


class FakeKernel32(SimpleNamespace):
    """Remembers what was asked; a call named in `refusing` answers 0."""

    def __init__(self, refusing: str = "") -> None:
        super().__init__()
        self.calls: list[tuple[str, tuple]] = []
        for number, name in enumerate(tether.Kernel32.__annotations__, start=100):
            setattr(self, name, self._call(name, 0 if name == refusing else number))

    def _call(self, name, answer):
        def call(*arguments):
            self.calls.append((name, arguments))
            return answer

        return call

    def asked(self, name):
        return [arguments for called, arguments in self.calls if called == name]


def test_on_windows_a_child_gets_no_console():
    assert tether.popen_options("win32") == {"creationflags": 0x08000000}


def test_elsewhere_nothing_can_be_done():
    assert tether.popen_options("darwin") == {}
    tether.tie(1, "darwin")
    tether.tie(1, "linux")


def test_a_job_ends_its_members_when_it_is_closed():
    kernel = FakeKernel32()
    job = tether.Job(kernel)
    (handle, kind, _, size), *_ = kernel.asked("SetInformationJobObject")
    assert (handle, kind) == (100, 9)
    if ctypes.sizeof(ctypes.c_void_p) == 8:
        assert size == 144  # JOBOBJECT_EXTENDED_LIMIT_INFORMATION on 64 bits
    job.adopt(42)
    assert kernel.asked("OpenProcess") == [(0x0101, False, 42)]
    assert kernel.asked("AssignProcessToJobObject") == [(100, 102)]
    assert kernel.asked("CloseHandle") == [(102,)]


@pytest.mark.parametrize("call", ["CreateJobObjectW", "SetInformationJobObject"])
def test_a_job_that_cannot_be_made_is_an_os_error(call):
    with pytest.raises(OSError, match="job object"):
        tether.Job(FakeKernel32(call))


@pytest.mark.parametrize("call", ["OpenProcess", "AssignProcessToJobObject"])
def test_a_process_that_cannot_be_tied_is_an_os_error(call):
    kernel = FakeKernel32(call)
    with pytest.raises(OSError, match="process 42"):
        tether.Job(kernel).adopt(42)
    assert len(kernel.asked("CloseHandle")) == (call != "OpenProcess")


PARENT = """
import subprocess, sys
from chmlfrp.frpc import tether
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE,
                         **tether.popen_options())
print(child.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_on_linux_the_child_goes_with_its_parent():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    _, alive = psutil.wait_procs([child], timeout=10)
    assert not alive


def test_a_child_whose_parent_is_gone_already_ends(monkeypatch):
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    asked: list[tuple] = []
    tether._die_with(os.getppid(), lambda *words: asked.append(words) or 0)
    assert codes == []
    tether._die_with(-1, lambda *words: 0)
    assert codes == [1]
    assert asked == [(1, 9, 0, 0, 0)]
