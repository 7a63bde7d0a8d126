"""What there is to download: the official manifest, and frp's own releases.

The manifest (`frpc_info.json`): `{msg, state, code, data{version, release_notes[],
downloads[{os, arch, platform, link, hash, hash_type, size}]}}`. A release as GitHub tells
it: `{tag_name, assets[{name, browser_download_url, size, digest "sha256:…"}]}`; older ones
lack `digest` and have their hashes in an asset of text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import msgspec

from chmlfrp.errors import FrpcError, FrpcMissing

CHECKSUMS = "frp_sha256_checksums.txt"
LARGEST = 256 << 20
"""Bytes; frpc has some 15 MB."""

_SYSTEMS = {"win": "win32", "windows": "win32", "linux": "linux", "darwin": "darwin"}
_MACHINES = {
    "amd64": "amd64",
    "x86_64": "amd64",
    "x64": "amd64",
    "arm64": "arm64",
    "aarch64": "arm64",
    "386": "386",
    "i386": "386",
    "i686": "386",
    "x86": "386",
    "arm": "arm",
    "armv7l": "arm",
    "armv6l": "arm",
}
_PLATFORM = re.compile(r"(?:^|[_-])(win|windows|linux|darwin)_(\w+?)(?:\.\w+)*$")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_VERSION = re.compile(r"\w[\w.+-]{0,63}")


class Source(StrEnum):
    """Where releases come from."""

    OFFICIAL = "official"
    UPSTREAM = "upstream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file for one kind of machine."""

    url: str
    system: str
    """As `sys.platform`."""
    machine: str
    """amd64, arm64, 386 or arm."""
    size: int | None = None
    sha256: str = ""
    """In lower case; empty while it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version and its files."""

    version: str
    source: Source
    assets: tuple[Asset, ...]
    checksums_url: str = ""
    """Where the hashes are, if the list itself has none."""


def read_manifest(body: bytes) -> Release:
    """Return what the official manifest offers; entries that make no sense are left out.

    Raises:
        FrpcError: it is no manifest.
    """
    data = _object(_json(body).get("data"))
    version = data.get("version")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise _unreadable()
    found = (_official(_object(item)) for item in _list(data.get("downloads")))
    return Release(
        version=version,
        source=Source.OFFICIAL,
        assets=tuple(asset for asset in found if asset is not None),
    )


def read_upstream(body: bytes) -> list[Release]:
    """Return the releases of frp, in the order of the list, without drafts.

    Raises:
        FrpcError: it is no list of releases.
    """
    decoded = _decoded(body)
    rows = decoded if isinstance(decoded, list) else [decoded]
    found = [release for row in rows if (release := _upstream(_object(row)))]
    if not found:
        raise _unreadable()
    return found


def with_checksums(release: Release, text: str) -> Release:
    """Return the release with the hashes of a `sha256sum` list."""
    listed = dict(_checksums(text))
    return replace(
        release,
        assets=tuple(
            replace(a, sha256=a.sha256 or listed.get(_file_name(a.url), ""))
            for a in release.assets
        ),
    )


def pick(release: Release, *, system: str, machine: str) -> Asset:
    """Return the file for this kind of machine.

    Raises:
        FrpcMissing: there is none.
    """
    kind = _MACHINES.get(machine.lower(), machine.lower())
    for asset in release.assets:
        if (asset.system, asset.machine) == (system, kind):
            return asset
    raise FrpcMissing(
        f"frpc {release.version} is not offered for {system} on {machine}",
        hint="name another version or source, or set core.path",
        field="version",
    )


def _official(row: dict[str, Any]) -> Asset | None:
    platform = _text(row.get("platform"))
    found = _PLATFORM.search(platform.lower())
    system = _SYSTEMS.get(_text(row.get("os")).lower()) or (
        _SYSTEMS.get(found[1]) if found else None
    )
    machine = _MACHINES.get(_text(row.get("arch")).lower()) or (
        _MACHINES.get(found[2]) if found else None
    )
    digest = _text(row.get("hash")).lower()
    is_sha256 = _text(row.get("hash_type")).lower() in ("", "sha256", "sha-256")
    if not (system and machine and is_sha256 and _SHA256.fullmatch(digest)):
        return None
    return _asset(_text(row.get("link")), system, machine, row.get("size"), digest)


def _upstream(row: dict[str, Any]) -> Release | None:
    version = _text(row.get("tag_name")).removeprefix("v")
    if not _VERSION.fullmatch(version) or row.get("draft") is True:
        return None
    files = [_object(item) for item in _list(row.get("assets"))]
    checksums = (f for f in files if _text(f.get("name")) == CHECKSUMS)
    return Release(
        version=version,
        source=Source.UPSTREAM,
        assets=tuple(_archives(files)),
        checksums_url=_text(next(checksums, {}).get("browser_download_url")),
    )


def _archives(files: Iterable[dict[str, Any]]) -> Iterator[Asset]:
    for file in files:
        name = _text(file.get("name"))
        found = _PLATFORM.search(name.removesuffix(".tar.gz").removesuffix(".zip"))
        if not name.startswith("frp_") or found is None:
            continue
        system, machine = _SYSTEMS.get(found[1]), _MACHINES.get(found[2])
        digest = _text(file.get("digest")).lower().removeprefix("sha256:")
        digest = digest if _SHA256.fullmatch(digest) else ""
        url = _text(file.get("browser_download_url"))
        if system and machine:
            asset = _asset(url, system, machine, file.get("size"), digest)
            if asset is not None:
                yield asset


def _asset(
    url: str, system: str, machine: str, size: object, digest: str
) -> Asset | None:
    bytes_ = _whole(size)
    if not is_safe(url) or (bytes_ is not None and not 0 < bytes_ <= LARGEST):
        return None
    return Asset(url=url, system=system, machine=machine, size=bytes_, sha256=digest)


def is_safe(url: str) -> bool:
    """Whether it is an https address, or one of this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    is_clean = all(letter.isprintable() and letter != " " for letter in url)
    has_host = bool(parts.hostname) and parts.username is None
    return is_clean and has_host and (parts.scheme == "https" or is_here)


def _checksums(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        digest, _, name = line.strip().partition(" ")
        if _SHA256.fullmatch(digest.lower()):
            yield name.strip().removeprefix("*"), digest.lower()


def _file_name(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]


def _whole(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:12])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _json(body: bytes) -> dict[str, Any]:
    return _object(_decoded(body))


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise _unreadable() from exc


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _unreadable() -> FrpcError:
    return FrpcError(
        "the list of frpc versions cannot be read",
        hint="try again later, or take the other source",
        field="source",
    )
