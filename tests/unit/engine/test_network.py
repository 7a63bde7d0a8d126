"""No network: nothing is tried and nothing counts. Back again: everything, at once."""

import pytest

from chmlfrp.engine import events
from chmlfrp.engine.effects import ArmRetry, Launch, LookAtLink
from chmlfrp.engine.watch import DOUBT_S
from chmlfrp.model.ladder import Core, Summary
from chmlfrp.model.network import NetworkState
from chmlfrp.model.reason import Code, Reason
from support.driver import Driver
from support.tmodel import ids, key, tunnel

HOME = NetworkState(is_up=True, has_default_route=True, addresses=("10.0.0.2",))
CAFE = NetworkState(is_up=True, has_default_route=True, addresses=("10.9.0.7",))
MORE = NetworkState(
    is_up=True, has_default_route=True, addresses=("10.0.0.2", "fd00::2")
)
GONE = NetworkState(is_up=False, has_default_route=False)
NAMELESS = NetworkState(is_up=True, has_default_route=True, resolves=False)
NAMED = NetworkState(is_up=True, has_default_route=True, resolves=True)
REFUSED = Reason(Code.LINK_REFUSED)


def at(network: NetworkState) -> events.NetworkChanged:
    return events.NetworkChanged(network)


def driven(*networks: NetworkState) -> Driver:
    """Return an engine that has seen these networks and has one tunnel up."""
    driver = Driver().with_records(tunnel(1)).tell_all(*map(at, networks))
    return driver.up(1)


def test_a_start_without_a_network_waits_for_it() -> None:
    driver = Driver().with_records(tunnel(1)).tell_all(at(GONE))
    effects = driver.tell(events.StartRequested(ids(1)))
    assert [e for e in effects if isinstance(e, Launch)] == []
    assert driver.summary(1) is Summary.WAITING
    assert driver.group().core.reason == Reason(Code.NETWORK_DOWN)
    assert [type(e) for e in driver.tell(at(HOME))] == [Launch]


def test_a_core_that_dies_without_a_network_burns_no_restart() -> None:
    driver = driven(HOME)
    driver.tell(at(GONE))
    assert driver.tell(events.CoreExited(key(), 1, REFUSED)) == []
    assert driver.group().failures == 0
    driver.now += 3600
    assert [type(e) for e in driver.tell(at(HOME))] == [Launch]
    assert driver.group().restarts == ()


def test_a_core_that_died_just_before_the_network_was_missed_waits_for_it_too() -> None:
    driver = driven(HOME)
    driver.tell(events.CoreExited(key(), 1, REFUSED), at(GONE))
    assert driver.group().core.reason == Reason(Code.NETWORK_DOWN)
    assert driver.group().core.until is None
    assert driver.tell(events.RetryDue(key(), 1)) == []
    assert [type(e) for e in driver.tell(at(HOME))] == [Launch]


def test_a_ban_is_waited_for_whatever_the_network_does() -> None:
    driver = driven(HOME)
    banned = events.CoreExited(key(), 1, Reason(Code.SERVICE_RATE_LIMITED))
    driver.tell(banned, at(GONE))
    assert driver.tell(at(HOME)) == []
    assert driver.group().core.state is Core.WAITING


def test_the_link_of_a_core_that_runs_is_looked_at_when_the_network_is_back() -> None:
    driver = driven(HOME)
    driver.now += 60
    driver.tell(at(GONE), at(HOME))
    driver.now += DOUBT_S
    look = driver.tell(events.CheckDue(key(), 1))
    assert look == [LookAtLink(key(), 1, 10)]


def test_nothing_is_looked_at_while_there_is_no_network() -> None:
    driver = driven(HOME)
    driver.tell(at(CAFE), at(GONE))
    driver.now += DOUBT_S
    assert driver.tell(events.CheckDue(key(), 1)) == []


@pytest.mark.parametrize(("after", "is_doubted"), [(CAFE, True), (MORE, False)])
def test_links_are_doubted_when_an_address_is_lost_and_not_when_one_is_won(
    after: NetworkState, is_doubted: bool
) -> None:
    driver = driven(HOME)
    driver.tell(at(after))
    assert (driver.group().doubted_at is not None) is is_doubted


def test_names_that_resolve_again_are_a_reason_to_try() -> None:
    driver = Driver().with_records(tunnel(1)).tell_all(at(NAMELESS)).up(1)
    effects = driver.tell(events.CoreExited(key(), 1, Reason(Code.LINK_DNS)))
    assert [type(e) for e in effects] == [ArmRetry]
    assert [type(e) for e in driver.tell(at(NAMED))] == [Launch]


def test_a_clock_that_stands_still_or_leaps_changes_nothing_of_a_running_core() -> None:
    driver = driven(HOME)
    for leap in (0.0, 10 * 365 * 86400.0):
        driver.now += leap
        assert driver.tell(at(HOME)) == []
