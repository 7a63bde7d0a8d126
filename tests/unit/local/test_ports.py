"""Local ports."""

import socket

import psutil
import pytest

from chmlfrp.local import ports


def test_a_listener_is_seen_at_its_address_and_localhost() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert ports.listening(port) is True
        assert ports.listening(port, "localhost") is True
        assert ports.listening(port, "127.0.0.2") is False
    assert ports.listening(port) is False


def test_a_bound_port_without_a_listener_is_none() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        assert ports.listening(sock.getsockname()[1]) is False


def test_another_machine_cannot_be_known() -> None:
    assert ports.listening(80, "192.0.2.1") is None
    assert ports.listening(80, "nas.local") is None


def test_a_system_that_shows_no_sockets_cannot_be_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(**_: object) -> None:
        raise psutil.AccessDenied(1)

    monkeypatch.setattr(psutil, "net_connections", refuse)
    assert ports.listening(80) is None


@pytest.mark.parametrize(
    ("host", "bound", "expected"),
    [
        ("127.0.0.1", {"0.0.0.0"}, True),
        ("127.0.0.1", {"::"}, True),
        ("127.0.0.1", {"10.0.0.5"}, False),
        ("localhost", {"::1"}, True),
        ("10.0.0.5", {"127.0.0.1"}, False),
        ("10.0.0.5", set[str](), False),
    ],
)
def test_a_listener_serves_its_own_address_or_all(
    host: str, bound: set[str], expected: bool
) -> None:
    assert ports.serves(host, bound) is expected


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_a_free_port_can_be_taken(kind: str) -> None:
    port = ports.free_port(kind="udp" if kind == "udp" else "tcp")
    stream = socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, stream) as sock:
        sock.bind(("127.0.0.1", port))


def test_a_free_port_of_ipv6() -> None:
    assert 1024 <= ports.free_port("::1") <= 65535
