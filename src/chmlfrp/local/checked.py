"""Private files that say their version, their age and their own hash.

For what is believed without anybody to ask: a file that is not whole, not ours or of
another version is kept aside and counts as missing.
"""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from chmlfrp.local.files import Loaded, load_by, write_private

T = TypeVar("T")


class Checked(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A value and when it was written, in seconds since 1970."""

    value: T
    saved_at: float


class _Envelope(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    saved_at: float
    sha256: str
    body: msgspec.Raw


def save_checked(
    path: Path,
    value: object,
    *,
    version: int,
    wall_clock: Callable[[], float] = time.time,
) -> None:
    """Write the value; the file so far stays as `<name>.bak`.

    Raises:
        HomeUnusable: it cannot be written; the old content is untouched.
    """
    body = msgspec.json.encode(value)
    envelope = _Envelope(
        version=version,
        saved_at=wall_clock(),
        sha256=hashlib.sha256(body).hexdigest(),
        body=msgspec.Raw(body),
    )
    write_private(path, msgspec.json.encode(envelope), keep_previous=True)


def load_checked(path: Path, kind: type[T], *, version: int) -> Loaded[Checked[T]]:
    """Read what `save_checked` wrote; what is damaged is kept aside, the backup used.

    Raises:
        HomeUnusable: a file is there and cannot be read at all.
    """

    def decode(data: bytes) -> Checked[T]:
        envelope = msgspec.json.decode(data, type=_Envelope)
        if envelope.version != version:
            raise ValueError(f"version {envelope.version}, not {version}")
        if hashlib.sha256(envelope.body).hexdigest() != envelope.sha256:
            raise ValueError("the hash does not fit")
        value = msgspec.json.decode(envelope.body, type=kind)
        return Checked(value=value, saved_at=envelope.saved_at)

    return load_by(path, decode)
