"""Takes the one program out of what was downloaded.

Only that member is written, to a path of our choosing: names, links and rights inside an
archive mean nothing.
"""

import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from chmlfrp.errors import FrpcUntrusted
from chmlfrp.frpc.release import LARGEST

_NAMES = frozenset({"frpc", "frpc.exe"})


def unpack(source: Path, target: Path) -> None:
    """Write the program to `target`, to be run by its owner alone.

    Raises:
        FrpcUntrusted: there is no program in it, or one too large.
        OSError: it cannot be read or written.
    """
    try:
        with _program(source) as program, target.open("xb") as out:
            target.chmod(0o700)
            _copy(program, out)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as exc:
        raise _refused("the archive is damaged") from exc


@contextmanager
def _program(source: Path) -> Iterator[IO[bytes]]:
    with source.open("rb") as file:
        head = file.read(4)
    if head.startswith(b"PK"):
        with (
            zipfile.ZipFile(source) as archive,
            archive.open(_zipped(archive)) as found,
        ):
            yield found
    elif head.startswith(b"\x1f\x8b"):
        with tarfile.open(source, "r:gz") as tarred, _tarred(tarred) as found:
            yield found
    else:
        with source.open("rb") as found:
            yield found


def _zipped(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    for member in archive.infolist():
        if member.filename.rpartition("/")[2] in _NAMES and not member.is_dir():
            return member
    raise _refused("there is no frpc in the archive")


def _tarred(archive: tarfile.TarFile) -> IO[bytes]:
    for member in archive:
        if member.name.rpartition("/")[2] in _NAMES and member.isreg():
            found = archive.extractfile(member)
            assert found is not None
            return found
    raise _refused("there is no frpc in the archive")


def _copy(program: IO[bytes], out: IO[bytes]) -> None:
    left = LARGEST
    while chunk := program.read(1 << 20):
        left -= len(chunk)
        if left < 0:
            raise _refused("the program is larger than frpc can be")
        out.write(chunk)


def _refused(why: str) -> FrpcUntrusted:
    return FrpcUntrusted(why, hint="take another version or source")


def room_for(folder: Path, size: int) -> bool:
    """Whether the disk has room for the file and what is in it."""
    return shutil.disk_usage(folder).free > size * 3
