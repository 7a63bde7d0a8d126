import socket
from contextlib import closing
from pathlib import Path

import pytest

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.node import ports
from chmlfrp.selfhost.node.ports import choose, is_free, overlaps_ephemeral

HOME = "127.0.0.1"


def test_a_port_that_is_listened_on_is_not_free() -> None:
    with closing(socket.create_server((HOME, 0))) as taken:
        port = taken.getsockname()[1]
        assert not is_free(port, HOME)
        assert not is_free(port, HOME, platform="win32")
    assert is_free(port, HOME)


def test_a_preferred_port_is_taken_if_it_is_free() -> None:
    with closing(socket.create_server((HOME, 0))) as taken:
        port = taken.getsockname()[1]
        assert choose(HOME, prefer=[port]) != port
    assert choose(HOME, prefer=[port]) == port


def test_ports_of_other_nodes_are_avoided() -> None:
    free = choose(HOME)
    assert choose(HOME, prefer=[free], avoid={free}) != free
    assert choose(HOME, prefer=[free], lent=[range(free, free + 1)]) != free


def test_no_free_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "OWN_PORTS", range(10000, 10003))
    with pytest.raises(SelfhostError, match="no free port"):
        choose(HOME, lent=[range(10000, 20000)])


def test_the_systems_own_range_is_read(tmp_path: Path) -> None:
    source = tmp_path / "range"
    source.write_text("32768\t60999\n")
    assert not overlaps_ephemeral(20000, 29999, source=source)
    assert overlaps_ephemeral(30000, 40000, source=source)
    missing = tmp_path / "missing"
    assert overlaps_ephemeral(60000, 65535, source=missing)
    assert not overlaps_ephemeral(20000, 29999, source=missing)
