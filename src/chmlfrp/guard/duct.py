"""Bytes from one socket to another within the kernel (Linux's splice)."""

import contextlib
import errno
import fcntl
import os

MOST = 512 * 1024
"""Bytes moved in one go."""
_ROOM = 1 << 20

_FLAGS = os.SPLICE_F_NONBLOCK | os.SPLICE_F_MOVE

_UNKNOWN = frozenset({errno.EINVAL, errno.ENOSYS})


class Duct:
    """A pipe of the system that is empty between any two moves."""

    def __init__(self) -> None:
        self.is_usable = True
        """Until a kernel turns out not to know how."""
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        # A person's pipes may be large already; then this one stays as it is.
        with contextlib.suppress(OSError):
            fcntl.fcntl(self._write, fcntl.F_SETPIPE_SZ, _ROOM)

    def close(self) -> None:
        """Let go of both ends."""
        os.close(self._read)
        os.close(self._write)

    def fill(self, source: int) -> int:
        """Take what is there; 0: nothing more comes. Raises OSError as `recv` does."""
        try:
            return os.splice(source, self._write, MOST, flags=_FLAGS)
        except OSError as error:
            if error.errno not in _UNKNOWN:
                raise
            self.is_usable = False
            raise BlockingIOError from error

    def pour(self, target: int, count: int) -> bytes:
        """Hand on what was taken; return what the target has no room for.

        Raises OSError as `send` does; what is left is gone then.
        """
        left = count
        try:
            while left:
                left -= os.splice(self._read, target, left, flags=_FLAGS)
        except OSError as error:
            rest = self._rest(left)
            if error.errno in _UNKNOWN:
                self.is_usable = False
            elif not isinstance(error, BlockingIOError):
                raise
            return rest
        return b""

    def _rest(self, count: int) -> bytes:
        rest = bytearray()
        while len(rest) < count:
            rest += os.read(self._read, count - len(rest))
        return bytes(rest)
