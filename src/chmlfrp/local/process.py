"""Starting our own programs: in place of this one, or in the background."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from chmlfrp.local.private import WINDOWS, close_to_others, unusable

# As in the Windows headers; the subprocess module has the names on Windows only.
DETACHED_PROCESS = 0x00000008
CREATE_NEW_PROCESS_GROUP = 0x00000200
CREATE_NO_WINDOW = 0x08000000


def python_module(name: str) -> list[str]:
    """Return the command that runs a module of ours with this interpreter.

    `-P` keeps the working directory off the import path: a stray `typing.py` in the
    folder where somebody types a command is not ours.
    """
    return [sys.executable, "-P", "-m", name]


def replace_process(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    windows: bool = WINDOWS,
) -> NoReturn:
    """Become another program; its exit code is ours.

    Windows cannot replace a process: there this one waits, deaf to Ctrl-C, which the
    other one gets as well.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    environment = dict(os.environ if env is None else env)
    if not windows:
        os.execvpe(argv[0], list(argv), environment)  # noqa: S606 - a list, no shell
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        done = subprocess.run(list(argv), env=environment, check=False)
    finally:
        signal.signal(signal.SIGINT, before)
    raise SystemExit(done.returncode)


class Detached(subprocess.Popen[bytes]):
    """A process that is meant to outlive us; `poll` tells whether it gave up early."""

    def __del__(self) -> None:
        """Say nothing: Popen would warn that it still runs, which is the point."""


def start_detached(
    argv: Sequence[str],
    *,
    log_path: Path,
    env: Mapping[str, str] | None = None,
    windows: bool = WINDOWS,
) -> Detached:
    """Start a program without terminal, in a session of its own, output to a file.

    log_path: replaced by what this run prints; its folder exists. Private.

    Raises:
        HomeUnusable: the log cannot be written.
        OSError: the program cannot be started.
    """
    try:
        log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        close_to_others(log_path)
    except OSError as exc:
        raise unusable(log_path, exc.strerror or str(exc)) from exc
    try:
        return Detached(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=None if env is None else dict(env),
            cwd=log_path.parent,
            **detaching(windows=windows),
        )
    finally:
        os.close(log)


def detaching(*, windows: bool) -> dict[str, Any]:
    """Return the options of Popen that cut a child off from our terminal."""
    if windows:
        flags = DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW
        return {"creationflags": flags, "close_fds": True}
    return {"start_new_session": True, "close_fds": True}
