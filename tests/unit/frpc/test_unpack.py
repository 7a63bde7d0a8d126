"""One program comes out of an archive; nothing else in it has a say."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from chmlfrp.errors import FrpcUntrusted
from chmlfrp.frpc import unpack as unpacking
from chmlfrp.frpc.unpack import unpack

PROGRAM = b"\x7fELF" + b"program" * 100


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/"), body)
    return path


def tarred(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for info, body in members:
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return path


def test_from_a_zip(tmp_path: Path) -> None:
    source = zipped(tmp_path / "a", frp__frps=b"no", frp__frpc=PROGRAM)
    unpack(source, tmp_path / "frpc")
    assert (tmp_path / "frpc").read_bytes() == PROGRAM


def test_from_a_tar_with_paths_and_rights_that_mean_nothing(tmp_path: Path) -> None:
    info = tarfile.TarInfo("../../../frpc")
    info.mode = 0o6777
    unpack(tarred(tmp_path / "a", (info, PROGRAM)), tmp_path / "frpc")
    assert (tmp_path / "frpc").read_bytes() == PROGRAM
    assert (tmp_path / "frpc").stat().st_mode & 0o7777 == 0o700
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "frpc"]


def test_a_plain_program_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(PROGRAM)
    unpack(tmp_path / "a", tmp_path / "frpc")
    assert (tmp_path / "frpc").read_bytes() == PROGRAM


def test_a_link_called_frpc_is_no_program(tmp_path: Path) -> None:
    info = tarfile.TarInfo("frp/frpc")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with pytest.raises(FrpcUntrusted, match="no frpc"):
        unpack(tarred(tmp_path / "a", (info, b"")), tmp_path / "frpc")


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_an_archive_that_is_cut_short_is_damaged(tmp_path: Path, kind: str) -> None:
    if kind == "zip":
        source = zipped(tmp_path / "a", frpc=PROGRAM)
    else:
        source = tarred(tmp_path / "a", (tarfile.TarInfo("frpc"), PROGRAM))
    source.write_bytes(source.read_bytes()[:60])
    with pytest.raises(FrpcUntrusted, match="damaged"):
        unpack(source, tmp_path / "frpc")


def test_a_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "LARGEST", 1000)
    source = zipped(tmp_path / "a", frpc=b"\0" * 5_000_000)
    with pytest.raises(FrpcUntrusted, match="larger"):
        unpack(source, tmp_path / "frpc")


def test_whether_there_is_room_is_known_beforehand(tmp_path: Path) -> None:
    assert unpacking.room_for(tmp_path, 1)
    assert not unpacking.room_for(tmp_path, 1 << 60)
