import os
import sys
from pathlib import Path

import pytest

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.node import frps

BIG = b"\x7fELF" + b"\0" * frps.SMALLEST


def put(path: Path, content: bytes = BIG, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_named_program_is_taken(tmp_path: Path) -> None:
    path = put(tmp_path / "my-frps")
    assert frps.find(path, folder=tmp_path / "bin") == path


@pytest.mark.parametrize("content", [b"#!/bin/sh\n", b"#!" + BIG, b""])
def test_a_script_is_not_taken_for_the_program(tmp_path: Path, content: bytes) -> None:
    path = put(tmp_path / "frps", content)
    with pytest.raises(SelfhostError, match="no frps that can be run"):
        frps.find(path, folder=tmp_path / "bin")


def test_a_program_without_the_right_to_run_is_named(tmp_path: Path) -> None:
    path = put(tmp_path / "frps", mode=0o600)
    with pytest.raises(SelfhostError, match="no frps that can be run"):
        frps.find(path, folder=tmp_path / "bin")


@pytest.mark.skipif(sys.platform != "linux", reason="the package for Linux")
def test_the_demo_package_is_verified_and_can_be_run(tmp_path: Path) -> None:
    path = frps.find(None, folder=tmp_path / "bin")
    assert os.access(path, os.X_OK)
    assert frps.find(None, folder=tmp_path / "bin") == path


def packaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int
) -> tuple[Path, Path]:
    """Make a package with a frps of its own; return it and the folder for copies."""
    path = put(tmp_path / "site" / "demo_frp" / "bin" / "frps", mode=mode)
    put(tmp_path / "site" / "demo_frp" / "__init__.py", b"")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    digest = frps.hashlib.sha256(BIG).hexdigest()
    monkeypatch.setattr(frps, "KNOWN", {"linux": ("demo_frp", "frps", digest)})
    return path, tmp_path / "bin"


def test_a_package_without_the_right_to_run_is_copied(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, folder = packaged(monkeypatch, tmp_path, 0o644)
    copy = frps.find(None, folder=folder, platform="linux")
    assert copy.parent == folder
    assert copy.read_bytes() == path.read_bytes()
    assert os.access(copy, os.X_OK)
    copy.write_bytes(b"changed")
    again = frps.find(None, folder=folder, platform="linux")
    assert again.read_bytes() == path.read_bytes()


def test_a_package_that_can_be_run_is_used_in_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, folder = packaged(monkeypatch, tmp_path, 0o755)
    assert frps.find(None, folder=folder, platform="linux") == path


def test_a_package_with_another_hash_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, folder = packaged(monkeypatch, tmp_path, 0o755)
    path.write_bytes(BIG + b"x")
    with pytest.raises(SelfhostError, match="sha256 differs"):
        frps.find(None, folder=folder, platform="linux")


def test_on_path_wrappers_are_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put(tmp_path / "scripts" / "frps", b"#!/usr/bin/python\n")
    real = put(tmp_path / "real" / "frps")
    monkeypatch.setenv("PATH", f"{tmp_path / 'scripts'}{os.pathsep}{real.parent}")
    assert frps.find(None, folder=tmp_path / "bin", platform="other") == real
    monkeypatch.setenv("PATH", str(tmp_path / "scripts"))
    with pytest.raises(SelfhostError, match="no frps was found"):
        frps.find(None, folder=tmp_path / "bin", platform="other")
