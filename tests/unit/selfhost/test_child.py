import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from chmlfrp.selfhost import child

WAIT = (sys.executable, "-c", "print('up', flush=True); import time; time.sleep(60)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('up', flush=True); time.sleep(60)",
)


async def said(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    async with asyncio.timeout(20):
        return await process.stdout.readline()


async def test_a_child_is_started_and_ended(tmp_path: Path) -> None:
    process = await child.start(WAIT, folder=tmp_path)
    assert await said(process) == b"up\n"
    await child.end(process)
    await child.end(process)
    assert process.returncode == -signal.SIGTERM


async def test_a_stubborn_child_is_killed(tmp_path: Path) -> None:
    process = await child.start(STUBBORN, folder=tmp_path)
    await said(process)
    await child.end(process, timeout_s=0.1)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to do it")
async def test_on_linux_a_child_dies_with_a_parent_that_is_killed(
    tmp_path: Path,
) -> None:
    parent_code = (
        "import asyncio, pathlib, sys\n"
        "from chmlfrp.selfhost import child\n"
        "async def main():\n"
        f"    p = await child.start({WAIT!r}, folder=pathlib.Path({str(tmp_path)!r}))\n"
        "    await p.stdout.readline()\n"
        "    print(p.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", parent_code, stdout=asyncio.subprocess.PIPE
    )
    grandchild = psutil.Process(int(await said(parent)))
    parent.kill()
    await parent.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, [grandchild], 5)
    assert not alive


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_the_program_is_run_as_it_is(platform: str) -> None:
    assert child.command(["frps", "-c", "x"], platform=platform, parent=1) == [
        *("frps", "-c", "x")
    ]


def test_a_proxy_of_the_person_is_not_the_nodes() -> None:
    inherited = {"http_proxy": "x", "HTTPS_PROXY": "x", "PATH": "/bin"}
    assert child.environment(inherited) == {"PATH": "/bin"}


class FakeKernel32:
    """Windows' job calls; `refuse` names the one that fails."""

    def __init__(self, refuse: str = "") -> None:
        self.refuse = refuse
        self.calls: list[str] = []

    def _answer(self, name: str, value: int) -> int:
        self.calls.append(name)
        return 0 if name == self.refuse else value

    def CreateJobObjectW(self, attributes: None, name: None) -> int:  # noqa: N802 - its name there
        return self._answer("CreateJobObjectW", 11)

    def SetInformationJobObject(  # noqa: N802 - its name there
        self, job: int, kind: int, limits: object, size: int
    ) -> int:
        assert (job, kind) == (11, 9)
        assert size == 144 or sys.maxsize < 2**32
        return self._answer("SetInformationJobObject", 1)

    def OpenProcess(self, access: int, inherit: int, pid: int) -> int:  # noqa: N802 - its name there
        assert pid > 0
        return self._answer("OpenProcess", 12)

    def AssignProcessToJobObject(self, job: int, process: int) -> int:  # noqa: N802 - its name there
        assert (job, process) == (11, 12)
        return self._answer("AssignProcessToJobObject", 1)


async def test_on_windows_the_child_is_put_into_a_job(tmp_path: Path) -> None:
    kernel32 = FakeKernel32()
    process = await child.start(
        WAIT, folder=tmp_path, platform="win32", kernel32=kernel32
    )
    await child.end(process)
    assert kernel32.calls == [
        *("CreateJobObjectW", "SetInformationJobObject"),
        *("OpenProcess", "AssignProcessToJobObject"),
    ]


@pytest.mark.parametrize(
    "refuse", ["CreateJobObjectW", "SetInformationJobObject", "OpenProcess"]
)
def test_a_child_that_cannot_be_tied_is_an_error(refuse: str) -> None:
    with pytest.raises(OSError, match="tied"):
        child.bind_to_job(os.getpid(), FakeKernel32(refuse))
