import pytest

from chmlfrp.model.exposure import Danger, Exposure, exposed
from chmlfrp.model.tunnel import TunnelType


@pytest.mark.parametrize(
    ("port", "process", "what", "danger"),
    [
        (3389, "", Exposure.RDP, Danger.HIGH),
        (445, "System", Exposure.SMB, Danger.SEVERE),
        (6379, "", Exposure.CACHE, Danger.SEVERE),
        (12345, "mysqld.exe", Exposure.DATABASE, Danger.HIGH),
        (2200, "sshd", Exposure.SSH, Danger.HIGH),
        (8888, "redis-server", Exposure.CACHE, Danger.SEVERE),
    ],
)
def test_what_is_dangerous_is_known_by_program_or_port(port, process, what, danger):
    found = exposed(port, process=process)
    assert found is not None
    assert (found.what, found.danger, found.port) == (what, danger, port)


@pytest.mark.parametrize("port", [25565, 7777, 80, 443, 8080, 19132])
def test_games_and_sites_are_no_danger(port):
    assert exposed(port, process="java") is None


def test_udp_shows_only_what_speaks_it():
    assert exposed(22, kind=TunnelType.UDP) is None
    assert exposed(53, kind=TunnelType.UDP) is not None


def test_the_program_is_named_where_it_told():
    by_name, by_port = exposed(9, process="sshd"), exposed(22, process="x")
    assert by_name is not None
    assert by_port is not None
    assert (by_name.process, by_port.process) == ("sshd", "")


@pytest.mark.parametrize("kind", TunnelType)
def test_every_port_may_be_asked_about(kind):
    found = [exposed(port, kind=kind) for port in range(1, 65536)]
    dangers = {one.danger for one in found if one}
    assert Danger.SEVERE in dangers
    assert {one.what for one in found if one} <= set(Exposure)
