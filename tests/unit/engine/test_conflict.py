"""A name that somebody else holds: waited for, asked for, explained."""

from chmlfrp.engine import events
from chmlfrp.engine.conflict import window_end
from chmlfrp.engine.effects import ArmRetry, Effect, Launch, RefreshRecords, TakeOffline
from chmlfrp.engine.policy import SESSION_WINDOW_S, TAKEN_OFFLINE_EVERY_S
from chmlfrp.model.ladder import Proxy, Summary
from chmlfrp.model.reason import Code, Reason
from support.driver import Driver
from support.tmodel import ids, key, tunnel

HELD = Reason(Code.NAME_IN_USE, "proxy [t1] already exists")


def refused(driver: Driver) -> list[Effect]:
    """Let the node refuse the tunnel."""
    return driver.tell(events.ProxyRefused(key(), driver.group().run, "t1", HELD))


def try_again(driver: Driver) -> list[Effect]:
    """Let the time of the next try come, and the node refuse once more."""
    until = driver.tunnel(1).proxy.until
    assert until is not None
    driver.now = until
    run = driver.group().run
    driver.tell(events.RetryDue(key(), run), events.Reloaded(key(), run))
    return refused(driver)


def until_past_the_window(driver: Driver) -> list[Effect]:
    """Try until a session of ours must be over; return the effects of that try."""
    refused(driver)
    end = window_end(driver.group())
    assert end is not None
    effects: list[Effect] = []
    while driver.now < end:
        effects = try_again(driver)
    return effects


def test_through_the_window_it_is_tried_often_and_shown_until_when() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    began = driver.now
    delays = [e.delay_s for e in refused(driver) if isinstance(e, ArmRetry)]
    while driver.now < began + 30:
        delays += [e.delay_s for e in try_again(driver) if isinstance(e, ArmRetry)]
    assert delays[:5] == [1, 2, 4, 5, 5]
    assert window_end(driver.group()) == began + SESSION_WINDOW_S
    assert driver.summary(1) is Summary.WAITING


def test_after_the_window_the_service_is_asked_once_to_end_the_session() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1, 2)
    effects = until_past_the_window(driver)
    (asked,) = [e for e in effects if isinstance(e, TakeOffline)]
    assert asked.tunnels.keys() == ids(1)
    assert RefreshRecords() in effects
    (armed,) = driver.tell(events.TookOffline(key(), 1))
    assert isinstance(armed, ArmRetry)
    assert armed.delay_s == 1
    assert driver.tunnel(2).proxy.state is Proxy.OPEN


def test_what_is_held_even_then_is_another_clients_and_is_still_tried() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    until_past_the_window(driver)
    driver.tell(events.TookOffline(key(), 1))
    effects = try_again(driver)
    assert [e.delay_s for e in effects if isinstance(e, ArmRetry)] == [60]
    assert not any(isinstance(e, TakeOffline) for e in effects)
    reason = driver.tunnel(1).proxy.reason
    assert reason == Reason(Code.HELD_ELSEWHERE, HELD.detail)
    assert driver.tunnel(1).proxy.state is Proxy.WAITING


def test_two_machines_do_not_end_each_others_sessions_for_ever() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    until_past_the_window(driver)
    driver.tell(events.ProxyOpened(key(), 1, "t1"))
    driver.now += 10
    again = until_past_the_window(driver)
    assert not any(isinstance(e, TakeOffline) for e in again)
    driver.tell(events.ProxyOpened(key(), 1, "t1"))
    driver.now += TAKEN_OFFLINE_EVERY_S
    assert any(isinstance(e, TakeOffline) for e in until_past_the_window(driver))


def test_a_tunnel_that_opens_ends_the_conflict() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    refused(driver)
    driver.tell(events.ProxyOpened(key(), 1, "t1"))
    assert window_end(driver.group()) is None
    assert driver.summary(1) is Summary.UP


def test_a_core_that_cannot_reload_is_not_launched_in_a_storm() -> None:
    driver = Driver().tell_all(
        events.CoreFound(can_reload=False, retries_proxies=False)
    )
    driver.with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)))
    at = key(solo=1)
    launched = []
    while driver.now < 3000:
        run = driver.state.groups[at].run
        driver.tell(events.CoreStarted(at, run, 10), events.LoggedIn(at, run))
        driver.tell(events.ProxyRefused(at, run, "t1", HELD))
        until = driver.tunnel(1).proxy.until
        assert until is not None
        driver.now = until
        driver.tell(events.RetryDue(at, run))
        ended = events.CoreExited(at, run, Reason(Code.CORE_DIED))
        launched += [driver.now for e in driver.tell(ended) if isinstance(e, Launch)]
    for first, eleventh in zip(launched, launched[10:], strict=False):
        assert eleventh - first >= 600
