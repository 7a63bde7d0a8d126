import stat
from pathlib import Path

import pytest

from chmlfrp.control.address import Address, from_bytes, listen
from chmlfrp.model.secret import Secret


@pytest.mark.parametrize(
    "address",
    [
        Address(path="/run/chmlfrp/control.sock"),
        Address(port=7400, token=Secret("s3cret")),
    ],
)
def test_an_address_comes_back_from_its_file(address):
    assert from_bytes(address.to_bytes()) == address
    assert "s3cret" not in repr(address)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"{}", b'{"port": 5}', b'{"port": "5", "token": "t"}', b"\xff"],
)
def test_a_file_that_is_no_address_is_refused(raw):
    with pytest.raises(ValueError, match=r"."):
        from_bytes(raw)


def test_a_unix_socket_is_private_and_takes_the_place_of_a_dead_one(tmp_path: Path):
    path = tmp_path / "control.sock"
    path.write_bytes(b"left behind")
    door, address = listen(path, platform="linux")
    with door:
        assert address == Address(path=str(path))
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert address.host == "chmlfrp"


def test_windows_listens_on_loopback_with_a_new_token_each_time(tmp_path: Path):
    one, first = listen(tmp_path / "unused", platform="win32")
    two, second = listen(tmp_path / "unused", platform="win32")
    with one, two:
        assert one.getsockname() == ("127.0.0.1", first.port)
        assert first.token
        assert first.token != second.token
        assert first.host == f"127.0.0.1:{first.port}"
    assert not (tmp_path / "unused").exists()
