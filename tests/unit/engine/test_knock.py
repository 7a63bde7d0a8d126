"""A node that was away: its door is knocked at, and the first answer is used."""

from chmlfrp.engine import events, knock
from chmlfrp.engine.effects import (
    ArmRetry,
    Effect,
    KnockAtNode,
    Launch,
    LookAtLink,
    Stop,
)
from chmlfrp.engine.policy import RESTARTS_AT_MOST
from chmlfrp.model.ladder import Core
from chmlfrp.model.network import Knock, NetworkState
from chmlfrp.model.reason import Code, Reason
from support.driver import Driver
from support.tmodel import key, tunnel

HOME = NetworkState(is_up=True, has_default_route=True, addresses=("10.0.0.2",))
GONE = NetworkState(is_up=False, has_default_route=False)
LOST = events.Connecting(key(), 1, again=True)
DIED = Reason(Code.CORE_DIED)


def cut_off() -> Driver:
    """Return an engine whose core has just lost its link."""
    driver = Driver().with_records(tunnel(1)).tell_all(events.NetworkChanged(HOME))
    driver.up(1).tell(LOST)
    return driver


def later(driver: Driver) -> list[Effect]:
    """Let the time pass until the look that is armed is due."""
    check_at = driver.group().check_at
    assert check_at is not None
    driver.now = max(driver.now, check_at)
    return driver.tell(events.CheckDue(key(), driver.group().run))


def knocked(driver: Driver, answer: Knock) -> list[Effect]:
    """Let the next knock be due and answered; return what came of the answer."""
    run = driver.group().run
    assert later(driver) == [KnockAtNode(key(), run)]
    return driver.tell(events.Knocked(key(), run, answer))


def replaced(driver: Driver) -> list[Effect]:
    """Let the process end that is being stopped."""
    run = driver.group().run
    return driver.tell(events.CoreExited(key(), run, DIED))


def test_a_node_that_listens_again_gets_a_new_core_after_a_moment() -> None:
    driver = cut_off()
    assert knocked(driver, Knock.REFUSED) == []
    knocked(driver, Knock.OPEN)
    opened = driver.now
    assert later(driver) == [Stop(key(), 1)]
    assert driver.now == opened + knock.GRACE_S
    (armed,) = replaced(driver)
    assert isinstance(armed, ArmRetry)
    assert armed.delay_s == 0
    (launch,) = driver.tell(events.RetryDue(key(), 1))
    assert isinstance(launch, Launch)


def test_a_core_that_comes_back_by_itself_is_kept() -> None:
    driver = cut_off()
    knocked(driver, Knock.REFUSED)
    knocked(driver, Knock.OPEN)
    driver.now += knock.GRACE_S / 2
    driver.tell(events.LoggedIn(key(), 1), events.ProxyOpened(key(), 1, "t1"))
    assert later(driver) == []
    assert driver.group().knocking is None
    assert driver.group().core.state is Core.RUNNING


def test_a_node_that_never_was_shut_is_left_to_the_core() -> None:
    driver = cut_off()
    for _ in range(10):
        assert knocked(driver, Knock.OPEN) == []


def test_a_node_that_only_fell_silent_may_still_hold_the_session() -> None:
    driver = cut_off()
    lost = driver.now
    knocked(driver, Knock.SILENT)
    knocked(driver, Knock.OPEN)
    assert later(driver) == [Stop(key(), 1)]
    assert driver.now >= lost + 30


def test_knocks_become_rarer_and_never_rarer_than_each_five_seconds() -> None:
    driver = cut_off()
    lost, times = driver.now, []
    for _ in range(100):
        knocked(driver, Knock.REFUSED)
        times.append(driver.now)
        driver.tell(events.LoginFailed(key(), 1, Reason(Code.LINK_REFUSED)))
    pauses = [b - a for a, b in zip([lost, *times], times, strict=False)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.5, 5)


def test_after_a_long_outage_a_core_is_replaced_as_soon_as_the_node_answers() -> None:
    driver = cut_off()
    driver.tell(events.NetworkChanged(GONE))
    driver.now += 600
    driver.tell(events.NetworkChanged(HOME))
    began = driver.now
    knocked(driver, Knock.OPEN)
    assert later(driver) == [Stop(key(), 1)]
    assert driver.now - began < 2


def test_after_a_short_outage_the_core_has_time_to_take_up_its_session() -> None:
    driver = cut_off()
    driver.tell(events.NetworkChanged(GONE))
    gone = driver.now
    driver.now += 5
    driver.tell(events.NetworkChanged(HOME))
    knocked(driver, Knock.OPEN)
    seen = list(later(driver))
    assert LookAtLink not in map(type, seen)
    while driver.now < gone + 30:
        seen += later(driver)
    assert Stop(key(), 1) in seen


def test_without_a_network_nobody_knocks() -> None:
    driver = cut_off()
    driver.tell(events.NetworkChanged(GONE))
    assert later(driver) == []


def test_a_core_that_gave_up_is_launched_when_the_node_answers() -> None:
    driver = cut_off()
    driver.now += 35
    driver.tell(events.CoreExited(key(), 1, Reason(Code.LINK_REFUSED)))
    for _ in range(100):
        knocked(driver, Knock.REFUSED)
        until = driver.group().core.until
        if until is not None and until <= driver.now:
            driver.tell(events.RetryDue(key(), driver.group().run))
            run = driver.group().run
            failed = events.LaunchFailed(key(), run, Reason(Code.LINK_REFUSED))
            driver.tell(failed)
    assert driver.group().run == RESTARTS_AT_MOST // 2 + 1
    knocked(driver, Knock.OPEN)
    (launch,) = later(driver)
    assert isinstance(launch, Launch)


def test_a_node_that_refuses_logins_is_not_hammered() -> None:
    driver = cut_off()
    driver.tell(events.CoreExited(key(), 1, Reason(Code.LINK_CLOSED)))
    knocked(driver, Knock.REFUSED)
    knocked(driver, Knock.OPEN)
    (launch,) = later(driver)
    assert isinstance(launch, Launch)
    driver.tell(events.LaunchFailed(key(), 2, Reason(Code.LINK_CLOSED)))
    for _ in range(3):
        assert knocked(driver, Knock.OPEN) == []


def test_a_node_that_flaps_is_left_to_the_core_after_some_restarts() -> None:
    driver = cut_off()
    for run in range(1, RESTARTS_AT_MOST + 1):
        knocked(driver, Knock.REFUSED)
        knocked(driver, Knock.OPEN)
        assert later(driver) == [Stop(key(), run)]
        replaced(driver)
        driver.tell(events.RetryDue(key(), run))
        news = (events.CoreStarted, events.LoggedIn)
        driver.tell(news[0](key(), run + 1, 11), news[1](key(), run + 1))
        driver.tell(events.Connecting(key(), run + 1, again=True))
    knocked(driver, Knock.REFUSED)
    for _ in range(3):
        assert knocked(driver, Knock.OPEN) == []


def test_with_the_service_on_this_machine_an_outage_of_the_rest_is_noticed() -> None:
    driver = cut_off()
    here = NetworkState(is_up=True, has_default_route=True, addresses=("127.0.0.1",))
    driver.tell(events.NetworkChanged(here))
    driver.now += 600
    driver.tell(events.NetworkChanged(HOME))
    began = driver.now
    knocked(driver, Knock.OPEN)
    assert later(driver) == [Stop(key(), 1)]
    assert driver.now - began < 2
