"""A child process that never outlives this one.

Linux: the kernel kills it when its parent is gone, asked for by a few lines of Python
that then become the program. Windows: it is put into a job object that ends with our
last handle. Elsewhere the system offers nothing alike, and the child lives on if this
process is killed without warning.
"""

import asyncio
import ctypes
import os
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

END_TIMEOUT_S = 3.0

# prctl(PR_SET_PDEATHSIG, SIGKILL); the parent may be gone before it takes effect.
_BIND_AND_BECOME = (
    "import ctypes, os, sys\n"
    "ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)\n"
    "os.getppid() == int(sys.argv[1]) or sys.exit(1)\n"
    "os.execv(sys.argv[2], sys.argv[2:])\n"
)

_CREATE_NO_WINDOW = 0x0800_0000
_KILL_ON_JOB_CLOSE = 0x2000
_EXTENDED_LIMITS = 9
_SET_QUOTA_AND_TERMINATE = 0x0100 | 0x0001


class Kernel32(Protocol):
    """The four calls of Windows that make a job."""

    def CreateJobObjectW(self, attributes: None, name: None) -> int: ...  # noqa: N802 - its name there
    def SetInformationJobObject(  # noqa: N802 - its name there
        self, job: int, kind: int, limits: object, size: int
    ) -> int: ...
    def OpenProcess(self, access: int, inherit: int, pid: int) -> int: ...  # noqa: N802 - its name there
    def AssignProcessToJobObject(self, job: int, process: int) -> int: ...  # noqa: N802 - its name there


async def start(
    argv: Sequence[str],
    *,
    folder: Path,
    platform: str = sys.platform,
    kernel32: Kernel32 | None = None,
) -> Process:
    """Start a program with its output joined into one pipe and no input.

    Args:
        argv: the program's path and its arguments; never a secret.
        folder: its working directory.
        platform: as `sys.platform` names it.
        kernel32: stands in for the Windows library in tests.

    Raises:
        OSError: it could not be started.
    """
    flags = _CREATE_NO_WINDOW if platform == "win32" and sys.platform == "win32" else 0
    process = await asyncio.create_subprocess_exec(
        *command(argv, platform=platform, parent=os.getpid()),
        cwd=folder,
        env=environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        creationflags=flags,
    )
    if platform == "win32":
        bind_to_job(process.pid, kernel32 or _load_kernel32())
    return process


def command(argv: Sequence[str], *, platform: str, parent: int) -> list[str]:
    """Return what to run so that `argv` ends with the process `parent`."""
    if platform != "linux":
        return list(argv)
    return [sys.executable, "-I", "-S", "-c", _BIND_AND_BECOME, str(parent), *argv]


def environment(inherited: "os._Environ[str] | dict[str, str]") -> dict[str, str]:
    """Return the environment without proxies, which are not meant for nodes."""
    return {k: v for k, v in inherited.items() if not k.lower().endswith("_proxy")}


async def end(process: Process, *, timeout_s: float = END_TIMEOUT_S) -> None:
    """End the process and wait until it is gone: ask, then insist."""
    if process.returncode is not None:
        return
    try:
        process.terminate()
        async with asyncio.timeout(timeout_s):
            await process.wait()
    except ProcessLookupError:
        await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def bind_to_job(pid: int, kernel32: Kernel32) -> int:
    """Put the process into a job that ends with us; return the job's handle.

    Raises:
        OSError: Windows refused.
    """
    job = kernel32.CreateJobObjectW(None, None)
    limits = _JobLimits()
    limits.LimitFlags = _KILL_ON_JOB_CLOSE
    is_set = job and kernel32.SetInformationJobObject(
        job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
    )
    handle = kernel32.OpenProcess(_SET_QUOTA_AND_TERMINATE, 0, pid)
    if not (is_set and handle and kernel32.AssignProcessToJobObject(job, handle)):
        raise OSError("the child could not be tied to this process")
    return job


class _JobLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

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
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


def _load_kernel32() -> Kernel32:
    library = vars(ctypes)["WinDLL"]("kernel32", use_last_error=True)
    for name in ("CreateJobObjectW", "OpenProcess"):
        getattr(library, name).restype = ctypes.c_void_p
    for name in ("SetInformationJobObject", "AssignProcessToJobObject"):
        getattr(library, name).argtypes = None
    library.SetInformationJobObject.argtypes = [
        *(ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32)
    ]
    library.AssignProcessToJobObject.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    loaded: Kernel32 = library
    return loaded
