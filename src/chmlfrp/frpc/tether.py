"""A child that does not outlive us: how each system ties a process to its parent.

Linux has a death signal, Windows a job object. macOS has neither: there a core that an
earlier daemon left is ended by the next one (`process.end_left_behind`), and it ends by
itself with the first line that nobody reads.
"""

import ctypes
import functools
import os
import signal
import sys
from collections.abc import Callable
from ctypes import wintypes
from typing import Any, Protocol

CREATE_NO_WINDOW = 0x08000000
"""As in the Windows headers; the subprocess module has the name on Windows only."""

_PR_SET_PDEATHSIG = 1

_PROCESS_TERMINATE = 0x0001
_PROCESS_SET_QUOTA = 0x0100
_EXTENDED_LIMIT_INFORMATION = 9
_KILL_ON_JOB_CLOSE = 0x2000

Prctl = Callable[..., int]


def popen_options(platform: str = sys.platform) -> dict[str, Any]:
    """Return what Popen needs so that the child is tied to us, or can be afterwards.

    On Linux the child follows the thread that starts it: call and start in a thread
    that lives as long as the process, which is the event loop's.
    """
    if platform == "linux":
        return {"preexec_fn": functools.partial(_die_with, os.getpid(), _prctl())}
    if platform == "win32":
        return {"creationflags": CREATE_NO_WINDOW}
    return {}


def tie(pid: int, platform: str = sys.platform) -> None:
    """Tie a child that has just been started; a no-op but on Windows.

    Raises:
        OSError: Windows refused; the child lives on untied.
    """
    if platform == "win32":
        _job().adopt(pid)


# Linux.


def _die_with(parent: int, prctl: Prctl) -> None:
    """Run in the child before frpc: ask for SIGKILL when the parent goes.

    SIGKILL also ends a core that is stopped. If the parent went before the call, no
    signal will come.
    """
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


@functools.cache
def _prctl() -> Prctl:
    """Look the call up before the fork: little is safe between fork and exec."""
    prctl: Prctl = ctypes.CDLL(None).prctl
    return prctl


# Windows.


class Kernel32(Protocol):
    """The calls of kernel32 that a job object takes."""

    CreateJobObjectW: Any
    SetInformationJobObject: Any
    OpenProcess: Any
    AssignProcessToJobObject: Any
    CloseHandle: Any


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class _ExtendedLimits(ctypes.Structure):
    _fields_ = (
        ("BasicLimitInformation", _BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


class Job:
    """A job object whose members end when its last handle closes, that is with us."""

    def __init__(self, kernel: Kernel32) -> None:
        self._kernel = kernel
        self._handle = kernel.CreateJobObjectW(None, None)
        limits = _ExtendedLimits()
        limits.BasicLimitInformation.LimitFlags = _KILL_ON_JOB_CLOSE
        if not self._handle or not kernel.SetInformationJobObject(
            self._handle,
            _EXTENDED_LIMIT_INFORMATION,
            ctypes.byref(limits),
            ctypes.sizeof(limits),
        ):
            raise OSError("the job object for frpc cannot be made")

    def adopt(self, pid: int) -> None:
        """Make the process a member; raises OSError if Windows refuses."""
        rights = _PROCESS_TERMINATE | _PROCESS_SET_QUOTA
        process = self._kernel.OpenProcess(rights, False, pid)  # noqa: FBT003 - BOOL
        if not process:
            raise OSError(f"process {pid} cannot be opened")
        try:
            if not self._kernel.AssignProcessToJobObject(self._handle, process):
                raise OSError(f"process {pid} cannot be tied to this one")
        finally:
            self._kernel.CloseHandle(process)


@functools.cache
def _job() -> Job:
    return Job(_kernel32())


def _kernel32() -> Kernel32:
    kernel: Any = getattr(ctypes, "WinDLL")("kernel32")  # noqa: B009 - Windows only
    for name in ("CreateJobObjectW", "OpenProcess"):
        getattr(kernel, name).restype = wintypes.HANDLE
    handle, dword = wintypes.HANDLE, wintypes.DWORD
    kernel.CreateJobObjectW.argtypes = (ctypes.c_void_p, wintypes.LPCWSTR)
    kernel.SetInformationJobObject.argtypes = (
        handle,
        ctypes.c_int,
        ctypes.c_void_p,
        dword,
    )
    kernel.OpenProcess.argtypes = (dword, wintypes.BOOL, dword)
    kernel.AssignProcessToJobObject.argtypes = (handle, handle)
    kernel.CloseHandle.argtypes = (handle,)
    typed: Kernel32 = kernel
    return typed
