import pytest

from chmlfrp.model.doorkeeping import suggested
from chmlfrp.model.exposure import Danger, Exposed, Exposure, exposed
from chmlfrp.model.tunnel import TunnelType

TCP = TunnelType.TCP


def of(port: int, kind: TunnelType = TCP) -> Exposed:
    found = exposed(port, kind=kind)
    assert found is not None
    return found


@pytest.mark.parametrize("port", [22, 3389, 5900, 3306])
def test_who_guesses_at_a_log_in_is_banned(port: int) -> None:
    rules = suggested(of(port), TCP)

    assert rules is not None
    assert rules.is_on
    assert rules.ban.after == 5
    assert rules.knock_hours is None


@pytest.mark.parametrize("port", [445, 6379, 2375])
def test_what_asks_for_no_password_is_closed_but_for_whom_is_let_in(port: int) -> None:
    rules = suggested(of(port), TCP)

    assert rules is not None
    assert rules.knock_hours is not None


def test_players_are_not_banned_for_coming_back() -> None:
    found = exposed(25565, plays_offline=True)
    assert found is not None
    rules = suggested(found, TCP)

    assert rules is not None
    assert rules.ban.after is None
    assert rules.max_per_address is not None


def test_nothing_is_offered_that_cannot_help() -> None:
    panel = Exposed(what=Exposure.PANEL, danger=Danger.HIGH, port=9090)

    assert suggested(panel, TunnelType.HTTP) is None
    assert suggested(of(3389, TunnelType.UDP), TunnelType.UDP) is None


def test_every_rule_that_is_offered_can_be() -> None:
    for what in Exposure:
        for danger in Danger:
            found = Exposed(what=what, danger=danger, port=1)
            rules = suggested(found, TCP)
            assert rules is not None
            rules.check()
