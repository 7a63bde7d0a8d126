"""A file comes whole or not at all, from a real server that misbehaves."""

import errno
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from chmlfrp.errors import FrpcError, FrpcUntrusted, HomeUnusable
from chmlfrp.frpc import download
from chmlfrp.frpc.release import Asset
from support.files import Files, serving

BODY = bytes(range(256)) * 4000
SHA = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def files() -> Iterator[Files]:
    with serving() as files:
        yield files


class Course:
    """One download and what it told."""

    def __init__(self, folder: Path, url: str) -> None:
        self.target = folder / "x.part"
        self.url = url
        self.asset = Asset(
            url=url, system="linux", machine="amd64", size=len(BODY), sha256=SHA
        )
        self.told: list[int] = []
        self.write: download.Write = download.write

    async def fetch(self, *mirrors: str) -> bytes:
        async with download.client() as http:
            course = download.Download(
                http,
                self.asset,
                self.target,
                progress=lambda have, _: self.told.append(have),
                write=self.write,
                pause_s=0,
            )
            await course.fetch(download.addresses(self.url, mirrors))
        return self.target.read_bytes()


async def test_it_comes_whole_and_says_how_far_it_is(
    files: Files, tmp_path: Path
) -> None:
    course = Course(tmp_path, files.add("/frpc", BODY))
    assert await course.fetch() == BODY
    assert course.told == sorted(course.told)
    assert course.told[-1] == len(BODY)


async def test_cut_connections_are_gone_on_with_where_they_broke(
    files: Files, tmp_path: Path
) -> None:
    files.cut_after = [300_000, 300_000]
    course = Course(tmp_path, files.add("/frpc", BODY))
    assert await course.fetch() == BODY
    spans = [span for _, span in files.asked]
    assert spans[0] is None
    assert all(span and span.startswith("bytes=") for span in spans[1:])


async def test_what_an_earlier_try_left_is_gone_on_with(
    files: Files, tmp_path: Path
) -> None:
    course = Course(tmp_path, files.add("/frpc", BODY))
    course.target.write_bytes(BODY[:500_000])
    assert await course.fetch() == BODY
    assert files.asked == [("/frpc", "bytes=500000-")]


async def test_a_server_without_ranges_is_read_from_the_start(
    files: Files, tmp_path: Path
) -> None:
    files.knows_ranges = False
    files.cut_after = [100_000]
    course = Course(tmp_path, files.add("/frpc", BODY))
    assert await course.fetch() == BODY


async def test_another_hash_is_refused_and_nothing_is_left(
    files: Files, tmp_path: Path
) -> None:
    course = Course(tmp_path, files.add("/frpc", BODY[:-1] + b"!"))
    with pytest.raises(FrpcUntrusted, match=SHA):
        await course.fetch()
    assert not course.target.exists()


async def test_a_file_that_does_not_end_is_not_read_to_its_end(
    files: Files, tmp_path: Path
) -> None:
    course = Course(tmp_path, files.add("/frpc", BODY * 3))
    with pytest.raises(FrpcUntrusted, match="longer"):
        await course.fetch()
    assert not course.target.exists()


async def test_a_mirror_helps_where_the_origin_does_not(
    files: Files, tmp_path: Path
) -> None:
    course = Course(tmp_path, f"{files.url}/gone")
    files.add(f"/mirror/{course.url}", BODY)
    assert await course.fetch(f"{files.url}/mirror/") == BODY


async def test_a_mirror_with_another_file_is_not_believed(
    files: Files, tmp_path: Path
) -> None:
    course = Course(tmp_path, f"{files.url}/gone")
    files.add(f"/mirror/{course.url}", b"x" * len(BODY))
    with pytest.raises(FrpcUntrusted):
        await course.fetch(f"{files.url}/mirror")


async def test_nobody_answers_is_told_with_the_way_out(
    files: Files, tmp_path: Path
) -> None:
    with pytest.raises(FrpcError, match="HTTP 404") as failed:
        await Course(tmp_path, f"{files.url}/gone").fetch()
    assert "mirror" in failed.value.hint


async def test_a_server_that_only_fails_is_given_up(
    files: Files, tmp_path: Path
) -> None:
    course = Course(tmp_path, files.add("/frpc", BODY))
    files.statuses["/frpc"] = 503
    with pytest.raises(FrpcError, match="HTTP 503"):
        await course.fetch()
    assert len(files.asked) == download.TRIES


async def test_without_a_hash_nothing_is_fetched(files: Files, tmp_path: Path) -> None:
    course = Course(tmp_path, files.add("/frpc", BODY))
    course.asset = Asset(url=course.url, system="linux", machine="amd64")
    with pytest.raises(FrpcUntrusted, match="no hash"):
        await course.fetch()
    assert files.asked == []


async def test_a_full_disk_is_told_and_what_came_stays(
    files: Files, tmp_path: Path
) -> None:
    def full(file: BinaryIO, data: bytes) -> None:
        if file.tell() > 200_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        file.write(data)

    course = Course(tmp_path, files.add("/frpc", BODY))
    course.write = full
    with pytest.raises(HomeUnusable, match="No space"):
        await course.fetch()
    assert 200_000 < course.target.stat().st_size < len(BODY)


async def test_a_list_is_read_through_redirects_and_not_off_https(
    files: Files,
) -> None:
    url = files.add("/list", b"{}")
    files.moved["/old"] = "/list"
    async with download.client() as http:
        assert await download.read_list(http, [f"{files.url}/old"]) == b"{}"
        with pytest.raises(FrpcError, match="HTTP 404"):
            await download.read_list(http, [f"{url}/nothing"])
