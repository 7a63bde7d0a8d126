"""`chmlfrp selfhost` as a process of its own, as a person would start it."""

import asyncio
import atexit
import os
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from chmlfrp.selfhost.node import ports

COMMAND = (sys.executable, "-m", "chmlfrp.selfhost")
PASSWORD = "Canary-password-1"
READY_S = 30.0
END_S = 20.0


class CommandFailed(AssertionError):
    """A command of the service ended with another code than 0."""


class RunningService:
    """One service with its folder; can be stopped, killed and started again.

    After `start`: `api_url` is its address and `node` its first node as announced
    (`name`, `host`, `port`, `http_port`, `https_port`, `ports`), None with `--no-node`.
    """

    def __init__(self, folder: Path, *options: str, database: str = "") -> None:
        self.folder = folder
        self.database = database
        self.api_url = ""
        self.node: dict[str, Any] = {}
        self._options = options
        self._port = 0
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has written to stderr so far."""
        file = self.folder / "stderr.log"
        return file.read_text("utf-8") if file.exists() else ""

    async def start(self) -> None:
        """Start it and wait until it is ready; a second start takes the same port."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "stderr.log").open("ab") as stderr:
            self._process = await asyncio.create_subprocess_exec(
                *COMMAND,
                *("serve", "--data", str(self.folder), "--json"),
                *("--port", str(self._port), *_own_port()),
                *("--ports", lent(), *self._options),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=PIPE,
                stderr=stderr,
                env={
                    **os.environ,
                    "CHMLFRP_LANG": "en",
                    "CHMLFRP_DATABASE": self.database,
                },
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(READY_S):
            line = await self._process.stdout.readline()
        if not line:
            await self._process.wait()
            raise CommandFailed(f"the service did not start: {self.log[-2000:]}")
        ready = msgspec.json.decode(line)
        self.api_url, self.node = ready["api"], ready["node"]
        self._port = int(self.api_url.rpartition(":")[2])

    async def stop(self) -> int:
        """End it as a person would and return its exit code; again is fine."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> int:
        """End it without warning and return its exit code."""
        return await self._end(signal.SIGKILL)

    async def add_user(
        self, name: str, password: str = PASSWORD, group: str = "超级会员"
    ) -> None:
        """Add an account, running or not."""
        await self.command(
            *("user", "add", name, "--password-stdin", "--group", group),
            stdin=password,
        )

    async def command(self, *argv: str, stdin: str = "") -> str:
        """Run another command on the same folder and return its answer.

        Raises:
            CommandFailed: its exit code is not 0.
        """
        code, out, err = await run_command(
            *argv, "--data", str(self.folder), stdin=stdin, database=self.database
        )
        if code != 0:
            raise CommandFailed(f"{argv} ended with {code}: {err}")
        return out

    async def call(self, path: str, **params: Any) -> dict[str, Any]:
        """Return the reply to a POST with these JSON parameters."""
        async with httpx2.AsyncClient(base_url=self.api_url, trust_env=False) as http:
            reply = await http.post(path, json=params)
        answer: dict[str, Any] = reply.json()
        return answer

    async def token(self, name: str, password: str = PASSWORD) -> str:
        """Return the user token of an account."""
        reply = await self.call("/login", username=name, password=password)
        token: str = reply["data"]["usertoken"]
        return token

    async def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        try:
            async with asyncio.timeout(END_S):
                return await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
            raise


def lent(part: int = 0) -> str:
    """Return ports for a node to lend, no other test process has them.

    part: 0 to 2; two nodes of one host need different ports.
    """
    return f"{lent_port(0, part)}-{lent_port(_LENT - 1, part)}"


def lent_port(number: int, part: int = 0) -> int:
    """Return one of those ports; number: 0 to 399."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return ports.DEFAULT_LENT[0] + _LENT * (_PARTS * (worker % 8) + part) + number


_LENT, _PARTS = 400, 3


def _own_port() -> tuple[str, str]:
    # The node would take 7000, and so would that of another run on this machine.
    return "--node-port", str(ports.choose("127.0.0.1"))


async def run_command(
    *argv: str, stdin: str = "", database: str = ""
) -> tuple[int, str, str]:
    """Run `chmlfrp selfhost …`; return exit code, stdout and stderr."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *argv,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={
            **os.environ,
            "PYTHONIOENCODING": "utf-8",
            "CHMLFRP_LANG": "en",
            "CHMLFRP_DATABASE": database,
        },
    )
    out, err = await process.communicate(stdin.encode())
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def _folder_with(users: tuple[str, ...]) -> Path:
    """Return a service's folder with these accounts, made once and to be copied.

    Each account costs a program that imports, migrates and hashes.
    """
    if users not in _FOLDERS:
        above = tempfile.mkdtemp(prefix="chmlfrp-service-")
        atexit.register(shutil.rmtree, above, ignore_errors=True)
        service = RunningService(Path(above) / "data")
        for name in users:
            await service.add_user(name)
        _FOLDERS[users] = service.folder
    return _FOLDERS[users]


_FOLDERS: dict[tuple[str, ...], Path] = {}


@asynccontextmanager
async def running_service(
    folder: Path, *options: str, users: Sequence[str] = (), database: str = ""
) -> AsyncIterator[RunningService]:
    """Yield a started service with these accounts (password: `PASSWORD`); end it after."""
    service = RunningService(folder, *options, database=database)
    if database:
        for name in users:
            await service.add_user(name)
    elif users:
        shutil.copytree(await _folder_with(tuple(users)), folder, dirs_exist_ok=True)
    await service.start()
    try:
        yield service
    finally:
        await service.stop()
