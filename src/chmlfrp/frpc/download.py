"""Fetches a file: resumed where it broke off, from mirrors in turn, checked by its hash."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import httpcore2  # noqa: F401 - httpx2 would read it in on the event loop
import httpx2

from chmlfrp.errors import FrpcError, FrpcUntrusted, HomeUnusable
from chmlfrp.frpc.release import LARGEST, Asset, is_safe

TRIES = 4
"""In a row without a single byte, for each address."""
_PAUSE_S = 1.0
_CHUNK = 1 << 18
_SILENCE_S = 20.0
_LONGEST_LIST = 8 << 20

Progress = Callable[[int, int | None], None]
"""Bytes so far and bytes in all, None while that is not known."""
Write = Callable[[BinaryIO, bytes], object]


def write(file: BinaryIO, data: bytes) -> None:
    """Put the bytes into the file."""
    file.write(data)


@contextlib.asynccontextmanager
async def client(
    transport: httpx2.AsyncBaseTransport | None = None,
) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a client for lists and files; it follows redirects."""
    http = await asyncio.to_thread(_client, transport)
    async with http:
        yield http


def _client(transport: httpx2.AsyncBaseTransport | None) -> httpx2.AsyncClient:
    """Return it; reads the certificates of the authorities."""
    return httpx2.AsyncClient(
        follow_redirects=True,
        timeout=httpx2.Timeout(_SILENCE_S),
        headers={"accept-encoding": "identity", "user-agent": "chmlfrp-ui"},
        transport=transport,
        trust_env=False,
    )


def addresses(url: str, mirrors: Sequence[str]) -> list[str]:
    """Return where the file may be: itself, then each mirror with the address behind it."""
    return [url, *(f"{mirror.rstrip('/')}/{url}" for mirror in mirrors)]


async def read_list(http: httpx2.AsyncClient, urls: Sequence[str]) -> bytes:
    """Return the first of the texts that can be read.

    Raises:
        FrpcError: none can.
    """
    why = "no address"
    for url in urls:
        try:
            return await _text_at(http, url)
        except httpx2.HTTPError as exc:
            why = _why(exc)
        except FrpcError as exc:
            why = exc.message
    raise FrpcError(
        f"the list of frpc versions cannot be fetched: {why}",
        hint="check the network, or take the other source",
        field="source",
    )


async def _text_at(http: httpx2.AsyncClient, url: str) -> bytes:
    body = b""
    async with http.stream("GET", url) as answer:
        _check_place(answer)
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > _LONGEST_LIST:
                raise FrpcError("longer than a list of versions can be")
    return body


class Download:
    """One file on its way to `target`; what is there already is gone on with."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        asset: Asset,
        target: Path,
        *,
        progress: Progress,
        write: Write = write,
        pause_s: float = _PAUSE_S,
    ) -> None:
        self._http = http
        self._asset = asset
        self._target = target
        self._progress = progress
        self._write = write
        self._pause_s = pause_s

    async def fetch(self, urls: Sequence[str]) -> None:
        """Return when the file is whole and is what it must be.

        Raises:
            FrpcUntrusted: no address has the file that the list speaks of.
            FrpcError: no address answers.
            HomeUnusable: the disk does not take it.
        """
        if not self._asset.sha256:
            raise FrpcUntrusted(
                "no hash is known for this file, so it is not fetched",
                hint="take another version or source",
            )
        last: FrpcError | None = None
        for url in urls:
            try:
                await self._fetch_from(url)
                await asyncio.to_thread(self._prove)
            except FrpcError as exc:
                last = exc
            except OSError as exc:
                raise _disk(self._target, exc) from exc
            else:
                return
        raise last or FrpcError("there is no address to fetch frpc from")

    async def _fetch_from(self, url: str) -> None:
        left = TRIES
        while True:
            before = await asyncio.to_thread(_size, self._target)
            if before == self._asset.size:
                return
            try:
                await self._go_on(url, before)
                return
            except httpx2.HTTPError as exc:
                has_moved = await asyncio.to_thread(_size, self._target) > before
                left = TRIES if has_moved else left - 1
                is_final = isinstance(exc, httpx2.HTTPStatusError) and (
                    exc.response.status_code in (401, 403, 404, 410)
                )
                if left <= 0 or is_final:
                    raise FrpcError(
                        f"frpc cannot be fetched: {_why(exc)}",
                        hint="check the network, or add a mirror: core.mirrors",
                    ) from exc
            await asyncio.sleep(self._pause_s)

    async def _go_on(self, url: str, have: int) -> None:
        headers = {"range": f"bytes={have}-"} if have else {}
        async with self._http.stream("GET", url, headers=headers) as answer:
            _check_place(answer)
            if answer.status_code == 416:  # what we have is not of this file
                await asyncio.to_thread(self._target.unlink, missing_ok=True)
            answer.raise_for_status()
            start = have if _goes_on_at(answer, have) else 0
            await self._take(answer.aiter_raw(_CHUNK), start)

    async def _take(self, chunks: AsyncIterator[bytes], start: int) -> None:
        total = self._asset.size
        most = total or LARGEST
        file = await asyncio.to_thread(_opened, self._target, start)
        try:
            have = start
            self._progress(have, total)
            async for chunk in chunks:
                have += len(chunk)
                if have > most:
                    await asyncio.to_thread(self._target.unlink, missing_ok=True)
                    raise FrpcUntrusted(
                        f"the file is longer than the {most} bytes it should have"
                    )
                await asyncio.to_thread(self._write, file, chunk)
                self._progress(have, total)
        finally:
            await asyncio.to_thread(_closed, file)
        if total is not None and have < total:
            raise httpx2.ReadError(f"{total - have} bytes are missing")

    def _prove(self) -> None:
        with self._target.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != self._asset.sha256:
            self._target.unlink()
            raise FrpcUntrusted(
                f"the file fetched is not the one expected: its sha256 is {found}, "
                f"not {self._asset.sha256}",
                hint="try again, or take another source",
            )


def _check_place(answer: httpx2.Response) -> None:
    """Refuse an answer to which we were led off https."""
    if not is_safe(str(answer.url)):
        raise FrpcUntrusted("redirected to an address that is not https")


def _goes_on_at(answer: httpx2.Response, have: int) -> bool:
    content_range = answer.headers.get("content-range", "")
    return answer.status_code == 206 and content_range.startswith(f"bytes {have}-")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _opened(path: Path, start: int) -> BinaryIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(
        path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600
    )
    file = os.fdopen(descriptor, "r+b")
    file.truncate(start)
    file.seek(start)
    return file


def _closed(file: BinaryIO) -> None:
    file.close()


def _disk(path: Path, exc: OSError) -> HomeUnusable:
    return HomeUnusable(
        f"{path} cannot be used: {exc.strerror or exc}",
        hint="Make room on the disk, then try again: it goes on where it was.",
        field="CHMLFRP_HOME",
    )


def _why(exc: httpx2.HTTPError) -> str:
    if isinstance(exc, httpx2.HTTPStatusError):
        return f"HTTP {exc.response.status_code}"
    return type(exc).__name__
