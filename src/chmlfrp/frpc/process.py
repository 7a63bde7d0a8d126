"""The only place where frpc is started, read and ended."""

import asyncio
import contextlib
import errno
import logging
import os
import stat
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil

from chmlfrp.errors import FrpcError, FrpcMissing, FrpcUntrusted
from chmlfrp.frpc import tether
from chmlfrp.frpc.lines import Masker
from chmlfrp.frpc.output import Output
from chmlfrp.model.secret import Secret

if TYPE_CHECKING:
    from chmlfrp.frpc.binary import FrpcBinary

log = logging.getLogger(__name__)

_PASSED = frozenset(
    {
        "CHMLFRP_HOME",
        "GODEBUG",
        "HOME",
        "LANG",
        "LC_ALL",
        "LOCALDOMAIN",
        "PATH",
        "RES_OPTIONS",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "SYSTEMDRIVE",
        "SYSTEMROOT",
        "TEMP",
        "TMP",
        "TMPDIR",
        "TZ",
        "USERPROFILE",
        "WINDIR",
    }
)
_SAME_START_S = 2.0
_ANSWER_BYTES = 65536


@dataclass(frozen=True, slots=True)
class CoreRecord:
    """What proves that a process is a core of ours; kept over a daemon's own end."""

    pid: int
    started_at: float
    """Seconds since 1970 as the system tells it; 0 if it ended before it was asked."""
    exe: str
    config_path: str


class CoreProcess:
    """A running frpc. Whoever starts it must `stop` it or wait for its end."""

    def __init__(self, protocol: Output, record: CoreRecord) -> None:
        self._protocol = protocol
        self.record = record

    @classmethod
    async def start(
        cls,
        binary: "FrpcBinary",
        config_path: Path,
        *,
        on_line: Callable[[str], None],
        secrets: Iterable[Secret] = (),
        environ: Mapping[str, str] = os.environ,
    ) -> Self:
        """Start frpc on a private file and return it.

        Args:
            binary: the program, as `binary.find` returned it.
            config_path: absolute; its folder becomes the working directory.
            on_line: gets each line of the output, clean and masked, on the event loop.
            secrets: what is masked in the lines.
            environ: what is passed on is chosen from it; proxy settings are not.

        Raises:
            FrpcMissing: the program is gone, maybe taken away by a virus scanner.
            FrpcUntrusted: the system does not let it run.
            FrpcError: others may read the file, or there are no resources.
        """
        await asyncio.to_thread(_check_private, config_path)
        protocol = Output(on_line, Masker(secrets))
        argv = [str(binary.path), "-c", str(config_path)]
        try:
            await asyncio.get_running_loop().subprocess_exec(
                lambda: protocol,
                *argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=config_path.parent,
                env=clean_environment(environ),
                **tether.popen_options(),
            )
        except OSError as error:
            raise spawn_error(binary.path, error) from error
        try:
            record = await asyncio.to_thread(_tie_and_note, protocol.pid, argv)
        except BaseException:
            protocol.send("kill")
            await protocol.ended
            raise
        return cls(protocol, record)

    @property
    def pid(self) -> int:
        return self.record.pid

    @property
    def started_at(self) -> float:
        """Seconds since 1970 as the system tells it."""
        return self.record.started_at

    @property
    def returncode(self) -> int | None:
        """The exit code, negative for a signal, None while it runs."""
        return self._protocol.returncode

    async def wait(self) -> int:
        """Return the exit code once the process is gone and its last line was heard."""
        return await asyncio.shield(self._protocol.ended)

    async def stop(self, grace_s: float = 3.0) -> int:
        """End the process: asked first, forced after `grace_s`; return its exit code.

        frpc ends within milliseconds of being asked, and its users' connections are
        closed in order. If this is cancelled, the process is killed.
        """
        self._protocol.send("terminate")
        try:
            async with asyncio.timeout(grace_s):
                return await self.wait()
        except TimeoutError:
            log.warning("core %d did not end when asked and is killed", self.pid)
        finally:
            self._protocol.send("kill")
        return await self.wait()


async def ask(path: Path, *arguments: str, timeout_s: float = 10.0) -> tuple[int, str]:
    """Run the program to its end and return exit code and output, cleaned.

    Raises:
        FrpcMissing, FrpcUntrusted: see `CoreProcess.start`.
        FrpcError: it did not end in time and was killed.
    """
    try:
        done = await asyncio.to_thread(_run, [str(path), *arguments], timeout_s)
    except OSError as error:
        raise spawn_error(path, error) from error
    except subprocess.TimeoutExpired:
        message = f"{path} did not answer within {timeout_s:g} s"
        raise FrpcError(message, hint="check whether it is frpc at all") from None
    return done.returncode, done.stdout[:_ANSWER_BYTES].decode("utf-8", "replace")


def _run(argv: list[str], timeout_s: float) -> subprocess.CompletedProcess[bytes]:
    flags = tether.popen_options().get("creationflags", 0)
    return subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=clean_environment(os.environ),
        timeout=timeout_s,
        creationflags=flags,
        check=False,
    )


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the few variables that frpc may see.

    It dials nodes through `http_proxy` and renders its file with all variables, so
    neither proxies nor anybody's secrets belong there.
    """
    return {name: value for name, value in environ.items() if name.upper() in _PASSED}


def spawn_error(path: Path, error: OSError) -> FrpcError:
    """Return why the system did not start the program, in our words."""
    why = error.strerror or str(error)
    scanner = "if a virus scanner took it away, exclude its folder there"
    if isinstance(error, FileNotFoundError) or getattr(error, "winerror", 0) == 225:
        return FrpcMissing(f"{path} is gone: {why}", hint=scanner)
    if isinstance(error, PermissionError):
        hint = f"make it executable; {scanner}"
        return FrpcUntrusted(f"{path} may not be run: {why}", hint=hint)
    if error.errno == errno.ENOEXEC:
        hint = "take the frpc for this system and processor"
        return FrpcUntrusted(f"{path} is no program for this machine: {why}", hint=hint)
    return FrpcError(f"{path} cannot be started: {why}", hint="close other programs")


def is_ours(record: CoreRecord) -> bool:
    """Whether the process still runs and is the one that was started.

    Looks into the system's tables; call it in a thread.
    """
    return _find(record) is not None


async def end_left_behind(
    records: Iterable[CoreRecord], *, grace_s: float = 2.0
) -> int:
    """End the cores that an earlier daemon left; return how many were found."""
    return await asyncio.to_thread(_end_left_behind, list(records), grace_s)


def _end_left_behind(records: list[CoreRecord], grace_s: float) -> int:
    found = [process for record in records if (process := _find(record))]
    alive = found
    for ending in ("terminate", "kill"):
        for process in alive:
            with contextlib.suppress(psutil.Error):
                getattr(process, ending)()
        _, alive = psutil.wait_procs(alive, timeout=grace_s)
    return len(found)


def _find(record: CoreRecord) -> psutil.Process | None:
    """Return the process if number, start, program and file agree.

    The number alone proves nothing, it may be another program's by now. What is
    returned stays this very process: psutil looks again before it sends a signal.
    """
    try:
        process = psutil.Process(record.pid)
        with process.oneshot():
            return process if _matches(process, record) else None
    except (psutil.Error, OSError):
        return None


def _matches(process: psutil.Process, record: CoreRecord) -> bool:
    if process.status() == psutil.STATUS_ZOMBIE:
        return False
    started, command = process.create_time(), process.cmdline()
    is_program = record.exe in command or _is_same_file(process.exe(), record.exe)
    return (
        abs(started - record.started_at) <= _SAME_START_S
        and is_program
        and record.config_path in command
    )


def _is_same_file(one: str, other: str) -> bool:
    one = one.removesuffix(" (deleted)")
    return os.path.normcase(one) == os.path.normcase(os.path.realpath(other))


def _tie_and_note(pid: int, argv: list[str]) -> CoreRecord:
    """Tie the process to us and note what will prove that it is ours."""
    started_at = 0.0
    with contextlib.suppress(psutil.NoSuchProcess):
        started_at = psutil.Process(pid).create_time()
    try:
        tether.tie(pid)
    except OSError as error:
        log.warning("core %d would outlive this process: %s", pid, error)
    return CoreRecord(pid, started_at, argv[0], argv[-1])


def _check_private(path: Path) -> None:
    """Refuse a file that others may read: it holds the account's token."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        why = error.strerror or str(error)
        raise FrpcError(f"{path} cannot be read: {why}") from error
    if os.name != "nt" and stat.S_IMODE(mode) & 0o077:
        raise FrpcError(f"{path} may be read by others", hint=f"chmod 600 {path}")
