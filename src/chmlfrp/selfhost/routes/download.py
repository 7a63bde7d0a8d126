"""download_info, frpc_info.json and the files: programs that the owner hands out."""

import asyncio
import hashlib
import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import get
from litestar.params import FromPath
from litestar.response import File

from chmlfrp.selfhost.context import Context
from chmlfrp.selfhost.wire import Reply

AnyRequest = Request[Any, Any, Any]

SYSTEMS = ("windows", "linux", "freebsd", "darwin")
BINARY = "application/octet-stream"
_FILE = re.compile(
    rf"frpc_(?P<os>{'|'.join(SYSTEMS)})_(?P<arch>[a-z0-9]{{2,12}})"
    r"(?P<end>\.exe|\.zip|\.tar\.gz)?"
)


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is handed out."""

    route: str
    architecture: str


class DownloadInfo(msgspec.Struct, kw_only=True):
    """Where programs are: an address is `link` and `route` together."""

    link: str
    version: str
    update_time: str
    system: dict[str, list[Program]]


class Build(msgspec.Struct, kw_only=True):
    """A program for one system, with what proves it."""

    os: str
    arch: str
    platform: str
    link: str
    hash: str
    hash_type: str = "sha256"
    size: int


class FrpcInfo(msgspec.Struct, kw_only=True):
    """What there is of frpc."""

    version: str
    release_notes: list[str]
    downloads: list[Build]


@get("/download_info")
async def download_info(
    request: AnyRequest, context: NamedDependency[Context]
) -> Reply[DownloadInfo]:
    """List the programs by system; needs no token."""
    found = await asyncio.to_thread(_files, context)
    system: dict[str, list[Program]] = {name: [] for name in SYSTEMS}
    for path, match in found:
        one = Program(route=path.name, architecture=match["arch"])
        system[match["os"]].append(one)
    newest = max((path.stat().st_mtime for path, _ in found), default=0.0)
    data = DownloadInfo(
        link=f"{_base(request, context)}/download/",
        version=context.settings.downloads.version,
        update_time=f"{datetime.fromtimestamp(newest, UTC):%Y-%m-%d}",
        system=system,
    )
    return Reply(msg="获取成功", data=data)


@get(["/download/frpc/frpc_info.json", "/frpc_info.json"])
async def frpc_info(
    request: AnyRequest, context: NamedDependency[Context]
) -> Reply[FrpcInfo]:
    """List the programs with their hashes; needs no token."""
    downloads = context.settings.downloads
    base = _base(request, context)
    data = FrpcInfo(
        version=downloads.version,
        release_notes=list(downloads.notes),
        downloads=await asyncio.to_thread(_builds, context, base),
    )
    return Reply(msg="获取成功", data=data)


@get("/download/{name:str}", media_type=BINARY)
async def download(name: FromPath[str], context: NamedDependency[Context]) -> File:
    """Hand out one of the files that are listed, nothing else."""
    for path, _ in await asyncio.to_thread(_files, context):
        if path.name == name:
            return File(path=path, filename=name, media_type=BINARY)
    raise NotFoundException


def _base(request: AnyRequest, context: Context) -> str:
    return context.settings.public_url or str(request.base_url).rstrip("/")


def _files(context: Context) -> list[tuple[Path, re.Match[str]]]:
    folder = context.settings.downloads.folder
    if not folder:
        return []
    try:
        names = sorted(path for path in Path(folder).iterdir() if path.is_file())
    except OSError:
        return []
    return [(path, match) for path in names if (match := _FILE.fullmatch(path.name))]


def _builds(context: Context, base: str) -> list[Build]:
    builds: list[Build] = []
    for path, match in _files(context):
        stat = path.stat()
        system = {"windows": "win"}.get(match["os"], match["os"])
        builds.append(
            Build(
                os=match["os"],
                arch=match["arch"],
                platform=f"{system}_{match['arch']}{match['end'] or ''}",
                link=f"{base}/download/{path.name}",
                hash=_sha256(path, stat.st_mtime_ns, stat.st_size),
                size=stat.st_size,
            )
        )
    return builds


@lru_cache(maxsize=64)
def _sha256(path: Path, _changed_ns: int, _size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
