"""What "private" means on this system: who owns a folder or file, who may look in.

On Windows a folder below the user's profile is private by inheritance, so there is
nothing to set and nothing to check.
"""

import os
import stat
from pathlib import Path

from chmlfrp.errors import HomeUnusable

WINDOWS = os.name == "nt"
FIELD = "CHMLFRP_HOME"
WAY_OUT = "Make the folder yours and writable, or set CHMLFRP_HOME to one that is."


def make_private_dir(folder: Path, *, windows: bool = WINDOWS) -> None:
    """Make the folder and its parents; afterwards only its owner may look in.

    Raises:
        HomeUnusable: it cannot be made or is somebody else's.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not windows:
            check_owner(folder)
            if stat.S_IMODE(folder.stat().st_mode) != 0o700:
                folder.chmod(0o700)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise unusable(folder, "it cannot be written")
    except OSError as exc:
        raise unusable(folder, exc.strerror or str(exc)) from exc


def check_owner(path: Path, *, windows: bool = WINDOWS) -> None:
    """Refuse a path that is a link or belongs to another user.

    Raises:
        HomeUnusable: with the owner's number.
        OSError: it cannot be looked at.
    """
    if windows:
        return
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        raise unusable(path, "it is a link")
    if status.st_uid != os.geteuid():
        raise unusable(path, f"it belongs to user {status.st_uid}")


def close_to_others(path: Path, *, windows: bool = WINDOWS) -> None:
    """Take the rights of group and others from a file of our own."""
    if windows:
        return
    check_owner(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o600)


def unusable(path: Path, why: str) -> HomeUnusable:
    """Return the error for a path that cannot be used."""
    return HomeUnusable(f"{path} cannot be used: {why}", hint=WAY_OUT, field=FIELD)
