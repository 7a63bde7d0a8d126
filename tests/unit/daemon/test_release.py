"""frpc is fetched from a list, proved, installed and chosen; trouble changes nothing."""

import hashlib
import io
import json
import os
import sys
import tarfile
from collections.abc import Iterator

import msgspec
import pytest

from chmlfrp.control.core import CoreChosen, CoreFailed, CoreFrame, InstallCore
from chmlfrp.daemon.cores import Cores
from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.logbook import Logbook
from chmlfrp.daemon.reasons import reason_of
from chmlfrp.daemon.release import Releases
from chmlfrp.engine.events import CoreFound
from chmlfrp.errors import FrpcVanished, InvalidInput
from chmlfrp.local.settings import CoreSettings
from chmlfrp.model.guard import Guard
from chmlfrp.model.reason import Code
from support.files import Files, serving
from support.stage import Stage

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake core is a script")


class Shop:
    """Both lists, over programs that say their version."""

    def __init__(self, stage: Stage, files: Files) -> None:
        self.stage, self.files = stage, files
        self.settings = CoreSettings(
            manifest=f"{files.url}/info.json", upstream=f"{files.url}/releases"
        )
        self.cores = Cores(
            stage.home,
            self.settings,
            account=stage.account,
            nodes=stage.nodes,
            offline=stage.offline,
            doors=Doors(stage.home.runtime_dir, lambda _: Guard(), tell=print),
            logbook=Logbook(),
            tell=stage.told.append,
        )
        self.releases = Releases(
            self.settings, self.cores.shelf, self.cores, machine="x86_64"
        )

    def program(self, version: str) -> bytes:
        return f"#!/bin/sh\necho {version}\n".encode()

    def official(self, version: str, **wrong: object) -> bytes:
        body = self.program(version)
        entry = {
            "platform": f"{sys.platform}_amd64",
            "link": self.files.add(f"/{version}", body),
            "hash": hashlib.sha256(body).hexdigest(),
            "hash_type": "sha256",
            "size": len(body),
        }
        data = {"version": version, "downloads": [entry | wrong]}
        self.files.add("/info.json", json.dumps({"data": data}).encode())
        return body

    def upstream(self, *versions: str) -> None:
        rows = []
        for version in versions:
            name = f"frp_{version}_{sys.platform}_amd64.tar.gz"
            body = _archive(self.program(version))
            sums = f"{hashlib.sha256(body).hexdigest()}  {name}"
            assets = [
                {
                    "name": n,
                    "browser_download_url": self.files.add(f"/{version}/{n}", b),
                }
                for n, b in (
                    (name, body),
                    ("frp_sha256_checksums.txt", sums.encode()),
                )
            ]
            rows.append({"tag_name": f"v{version}", "assets": assets})
        self.files.add("/releases", json.dumps(rows).encode())

    async def install(self, **command: str | bool) -> list[CoreFrame]:
        async with self.releases.install(
            msgspec.convert(command, InstallCore)
        ) as frames:
            return [frame async for frame in frames]

    async def installed(self, **command: str | bool) -> CoreChosen:
        last = (await self.install(**command))[-1]
        assert isinstance(last, CoreChosen), last
        return last

    async def failed(self, **command: str | bool) -> str:
        last = (await self.install(**command))[-1]
        assert isinstance(last, CoreFailed), last
        return last.problem.code


def _archive(program: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo("frp/frpc")
        info.size = len(program)
        archive.addfile(info, io.BytesIO(program))
    return out.getvalue()


@pytest.fixture
def shop(stage: Stage) -> Iterator[Shop]:
    with serving() as files:
        yield Shop(stage, files)


async def test_the_official_one_is_installed_chosen_and_told(shop: Shop) -> None:
    body = shop.official("ChmlFrp-0.51.2_251023")
    chosen = await shop.installed()
    assert chosen.core.version == "ChmlFrp-0.51.2_251023"
    assert chosen.core.is_chosen
    found = await shop.cores.find_binary()
    assert found.path.read_bytes() == body
    assert CoreFound(can_reload=True, retries_proxies=False) in shop.stage.told
    assert (await shop.installed()).was_there


async def test_upstream_is_unpacked_and_checked_by_its_list_of_hashes(
    shop: Shop,
) -> None:
    shop.upstream("0.66.0", "0.65.0")
    newest = await shop.installed(source="upstream")
    assert newest.core.version == "0.66.0"
    older = await shop.installed(source="upstream", version="v0.65.0", choose=False)
    assert not older.core.is_chosen
    view = await shop.releases.view()
    assert [core.is_chosen for core in view.installed] == [True, False]
    assert view.in_use is not None
    assert view.in_use.version == "0.66.0"
    offers = await shop.releases.offers("upstream")
    assert [o.version for o in offers if o.is_for_this_machine] == ["0.66.0", "0.65.0"]


async def test_a_wrong_hash_changes_nothing(shop: Shop) -> None:
    shop.official("1.0.0")
    await shop.installed()
    shop.official("2.0.0", hash="ab" * 32)
    assert await shop.failed() == "frpc.untrusted"
    assert (await shop.cores.find_binary()).version == "1.0.0"


async def test_a_program_that_does_not_run_here_changes_nothing(shop: Shop) -> None:
    shop.official("1.0.0")
    await shop.installed()
    junk = b"\x7fELF" + bytes(100)
    link = shop.files.add("/junk", junk)
    digest = hashlib.sha256(junk).hexdigest()
    shop.official("2.0.0", link=link, hash=digest, size=len(junk))
    assert (await shop.failed()).startswith("frpc.")
    assert (await shop.cores.find_binary()).version == "1.0.0"
    assert len((await shop.releases.view()).installed) == 1


async def test_back_to_an_older_one_and_no_way_to_one_that_is_not(shop: Shop) -> None:
    shop.upstream("0.66.0", "0.65.0")
    older = await shop.installed(source="upstream", version="0.65.0")
    await shop.installed(source="upstream")
    assert (await shop.releases.choose(older.core.label)).core.is_chosen
    assert (await shop.cores.find_binary()).version == "0.65.0"
    with pytest.raises(InvalidInput):
        await shop.releases.choose("9.9.9")
    assert await shop.failed(source="upstream", version="9.9.9") == "frpc.error"


async def test_one_that_a_scanner_took_has_a_reason_of_its_own(shop: Shop) -> None:
    shop.official("1.0.0")
    chosen = await shop.installed()
    shop.cores.shelf.path(chosen.core.label).unlink()
    with pytest.raises(FrpcVanished) as gone:
        await shop.cores.find_binary()
    assert reason_of(gone.value).code is Code.CORE_VANISHED
    view = await shop.releases.view()
    assert view.problem is not None
    assert view.problem.code == "frpc.vanished"
    assert view.installed[0].trouble == "gone"


async def test_one_that_was_changed_is_not_run(shop: Shop) -> None:
    shop.official("1.0.0")
    chosen = await shop.installed()
    path = shop.cores.shelf.path(chosen.core.label)
    path.write_bytes(path.read_bytes() + b"#\n")
    view = await shop.releases.view()
    assert view.problem is not None
    assert view.problem.code == "frpc.changed"


async def test_a_list_that_cannot_be_read_is_told(shop: Shop) -> None:
    assert await shop.failed() == "frpc.error"
    shop.files.add("/info.json", b"<html>")
    assert await shop.failed() == "frpc.error"
