"""A core that runs and does nothing, and a link that died unnoticed."""

from chmlfrp.engine import events, knock, watch
from chmlfrp.engine.effects import (
    ArmRetry,
    Effect,
    KnockAtNode,
    Launch,
    LookAtLink,
    Reload,
    Stop,
)
from chmlfrp.model.ladder import Core
from chmlfrp.model.network import Knock
from chmlfrp.model.reason import Code, Reason
from support.driver import Driver
from support.tmodel import ids, key, tunnel

DIED = Reason(Code.CORE_DIED)


def later(driver: Driver, seconds: float) -> list[Effect]:
    """Let the time pass and the check be due."""
    driver.now += seconds
    return driver.tell(events.CheckDue(key(), driver.group().run))


def ended(driver: Driver) -> float:
    """Let the process end that is being stopped; return the delay to the next."""
    run = driver.group().run
    (armed,) = driver.tell(events.CoreExited(key(), run, DIED))
    assert isinstance(armed, ArmRetry)
    driver.now += armed.delay_s
    (launch,) = driver.tell(events.RetryDue(key(), run))
    assert isinstance(launch, Launch)
    return armed.delay_s


def test_a_core_that_says_nothing_and_has_no_link_is_replaced() -> None:
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)), events.CoreStarted(key(), 1, 10))
    assert driver.checks[-1].delay_s == watch.SILENT_S
    assert later(driver, watch.SILENT_S) == [Stop(key(), 1)]
    assert ended(driver) == 1
    reason = driver.group().core.reason
    assert reason is None


def test_a_core_that_still_dials_is_left_alone() -> None:
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)), events.CoreStarted(key(), 1, 10))
    driver.now += watch.SILENT_S - 1
    driver.tell(events.LoginFailed(key(), 1, Reason(Code.LINK_REFUSED)))
    assert later(driver, 1) == []
    assert driver.checks[-1].delay_s == watch.SILENT_S - 1


def test_a_core_that_is_wedged_again_is_replaced_later_and_later() -> None:
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)))
    delays = []
    for run in range(1, 5):
        driver.tell(events.CoreStarted(key(), run, 10))
        assert later(driver, watch.SILENT_S) == [Stop(key(), run)]
        delays.append(ended(driver))
    assert delays == [1, 60, 120, 240]


def test_three_misses_in_a_row_replace_a_core_and_fewer_do_not() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    missed, felt = events.PulseMissed(key(), 1), events.PulseFelt(key(), 1)
    assert driver.tell(missed, missed, felt) == []
    assert driver.tell(missed, missed) == []
    assert driver.tell(missed) == [Stop(key(), 1)]
    ended(driver)


def test_a_proxy_without_an_answer_is_asked_for_again_and_spares_the_others() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1)
    driver.tell(events.StartRequested(ids(2)), events.Reloaded(key(), 1))
    (reload,) = later(driver, watch.OPENS_WITHIN_S)
    assert isinstance(reload, Reload)
    assert reload.reopen == ids(2)
    driver.tell(events.Reloaded(key(), 1))
    assert driver.checks[-1].delay_s == 2 * watch.OPENS_WITHIN_S


def test_where_nothing_opens_twice_the_core_is_replaced() -> None:
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)), events.CoreStarted(key(), 1, 10))
    driver.tell(events.LoggedIn(key(), 1))
    assert isinstance(later(driver, watch.OPENS_WITHIN_S)[0], Reload)
    driver.tell(events.Reloaded(key(), 1))
    assert later(driver, 2 * watch.OPENS_WITHIN_S) == [Stop(key(), 1)]
    ended(driver)


def test_after_a_wake_a_link_that_has_not_mended_itself_is_replaced() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    driver.tell(events.Woke(20))
    driver.tell(events.Connecting(key(), 1, again=True))
    knocks = [later(driver, wait_s) for wait_s in (1, watch.DOUBT_S, 0.01)]
    assert [KnockAtNode(key(), 1)] in knocks
    driver.tell(events.Knocked(key(), 1, Knock.OPEN))
    assert later(driver, knock.SESSION_KEPT_S) == [Stop(key(), 1)]


def test_after_a_wake_a_link_that_mended_itself_is_kept() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    driver.tell(events.Woke(3600))
    driver.now += 1
    driver.tell(events.Connecting(key(), 1, again=True), events.LoggedIn(key(), 1))
    assert later(driver, watch.DOUBT_S - 1) == []
    assert driver.group().core.state is Core.RUNNING


def test_after_a_long_sleep_a_link_that_seems_well_is_known_to_be_dead() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    driver.now += 10
    driver.tell(events.Woke(watch.SESSION_GONE_AFTER_S))
    assert later(driver, watch.DOUBT_S) == [Stop(key(), 1)]


def test_after_a_short_sleep_a_link_that_seems_well_is_looked_at() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    driver.now += 10
    driver.tell(events.Woke(5))
    assert later(driver, watch.DOUBT_S) == [LookAtLink(key(), 1, 10)]
    assert driver.tell(events.LinkSeen(key(), 1, is_stale=False)) == []
    assert driver.tell(events.LinkSeen(key(), 1, is_stale=True)) == [Stop(key(), 1)]
