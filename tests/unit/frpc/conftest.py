"""Real programs, once per session."""

import hashlib
from pathlib import Path

import pytest

from chmlfrp.frpc.binary import Dialect, FrpcBinary, Origin
from support import frps


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if frps.packaged("frpc") is None:
        pytest.skip("no real frpc for this system")
    folder = tmp_path_factory.mktemp("programs")
    for name in ("frpc", "frps"):
        frps.runnable(name, folder)
    return folder


@pytest.fixture(scope="session")
def real(programs: Path) -> FrpcBinary:
    path = programs / "frpc"
    return FrpcBinary(
        path=path,
        version="0.65.0",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        dialect=Dialect.UPSTREAM,
        can_reload=True,
        origin=Origin.DEMO,
    )
