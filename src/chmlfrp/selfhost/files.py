"""Private files: readable by their owner alone, never seen half written."""

import os
import tempfile
from pathlib import Path

from chmlfrp.errors import HomeUnusable


def private_folder(path: Path) -> Path:
    """Return `path` as an existing folder that only its owner may enter.

    Raises:
        HomeUnusable: it cannot be made or used.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as exc:
        raise HomeUnusable(
            f"the folder {path} cannot be used: {exc.strerror}",
            hint="name a folder of your own with --data",
            field="data",
        ) from exc
    return path


def write_private(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace `path` in one step; readers see the old content or the new."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
