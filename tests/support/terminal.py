"""Runs a command on a terminal of its own and types for it."""

import fcntl
import os
import pty
import subprocess
import termios
from collections.abc import Sequence
from contextlib import suppress


def on_terminal(
    command: Sequence[str], *answers: tuple[str, str], timeout_s: float = 20
) -> tuple[int, str]:
    """Return exit code and all that was shown.

    answers: pairs of what to wait for and what to type then.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_as_its_own,
    )
    os.close(theirs)
    seen, left = "", list(answers)
    try:
        # A terminal whose last program is gone answers with an error.
        with suppress(OSError):
            while chunk := os.read(ours, 4096):
                seen += chunk.decode(errors="replace")
                if left and left[0][0] in seen:
                    os.write(ours, left.pop(0)[1].encode())
        return process.wait(timeout_s), seen
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _as_its_own() -> None:
    """So that Ctrl-C reaches it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
