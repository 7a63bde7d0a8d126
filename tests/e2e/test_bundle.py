"""Canaries: nothing that is secret or personal is in a support bundle."""

import zipfile

import pytest

from support.service import PASSWORD
from support.world import Machine

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_bundle_of_a_whole_journey_holds_no_canary(
    fresh: Machine, token: str, echo: int
) -> None:
    await fresh.start()
    await fresh.good("login", "anna", "--password-stdin", stdin=PASSWORD)
    tunnel = await fresh.create(local_port=echo)
    await fresh.up(tunnel)
    with fresh.home.log_file.open("a", encoding="utf-8") as log:
        log.write(f"a stray line with {token} and http_pwd = canary-in-log\n")
    path = fresh.root / "out.zip"
    shown = await fresh.good("bundle", str(path), "--json")
    files = {one["name"]: one["masked"] for one in shown.json}
    assert files["log/daemon.log"].keys() >= {"secret", "looks_secret"}
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(texts) == set(files)
    for name, text in texts.items():
        for canary in (token, PASSWORD, "canary-in-log", "anna"):
            assert canary not in text, name
    assert tunnel.name in texts["snapshot.json"]
    assert texts["log/frpc.log"].strip()
    await fresh.good("daemon", "stop")
