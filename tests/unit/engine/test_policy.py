"""The table of failures, and the limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.engine import events, policy
from chmlfrp.engine.effects import ArmRetry, Launch
from chmlfrp.engine.policy import Answer, FailureClass, answer_to, class_of
from chmlfrp.engine.state import TlsPolicy
from chmlfrp.model.reason import Code, Reason
from support.driver import Driver
from support.tmodel import ids, key, tunnel

DIED = Reason(Code.CORE_DIED)


def test_every_class_has_a_policy() -> None:
    assert policy.POLICIES.keys() == set(FailureClass)


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (Code.CORE_MISSING, Answer.NEVER),
        (Code.CORE_UNTRUSTED, Answer.NEVER),
        (Code.CONFIG_REFUSED, Answer.NEVER),
        (Code.SIGNED_OUT, Answer.ON_SIGN_IN),
        (Code.SERVICE_RATE_LIMITED, Answer.UNTIL),
        (Code.NETWORK_DOWN, Answer.ON_NETWORK),
        (Code.LOGIN_REFUSED, Answer.BACK_OFF),
        (Code.LINK_DNS, Answer.BACK_OFF),
        (Code.UNKNOWN, Answer.BACK_OFF),
    ],
)
def test_only_what_a_person_must_mend_stops_the_guard(
    code: Code, answer: Answer
) -> None:
    assert answer_to(code) is answer


@given(st.sampled_from(Code), st.integers(1, 10_000), st.none() | st.floats(0, 1e6))
def test_delays_grow_to_a_bound_and_never_undercut_what_was_asked(
    code: Code, failures: int, asked: float | None
) -> None:
    delay = policy.delay_s(code, failures, asked)
    longest = policy.POLICIES[class_of(code)].longest_s
    assert delay >= (asked or 0)
    assert 1 <= policy.delay_s(code, failures) <= longest
    assert policy.delay_s(code, failures) <= policy.delay_s(code, failures + 1)


@given(st.floats(0, 1e4), st.integers(0, 2**32), st.text())
def test_the_spread_is_the_same_for_the_same_seed_and_at_most_a_tenth(
    delay: float, seed: int, what: str
) -> None:
    found = policy.spread(delay, seed, what)
    assert delay <= found <= delay * 1.1
    assert found == policy.spread(delay, seed, what)
    assert policy.spread(delay, None, what) == delay


def test_seeds_spread_machines() -> None:
    assert len({policy.spread(10, seed, "x") for seed in range(100)}) > 90


def crashed(driver: Driver, times: int) -> list[float]:
    """Let the core die again and again; return when it was launched anew."""
    launched = []
    for _ in range(times):
        run = driver.group().run
        (armed,) = driver.tell(events.CoreExited(key(), run, DIED))
        assert isinstance(armed, ArmRetry)
        driver.now += armed.delay_s
        assert isinstance(driver.tell(events.RetryDue(key(), run))[0], Launch)
        launched.append(driver.now)
    return launched


def test_ten_restarts_in_ten_minutes_and_then_slowly_with_the_reason_kept() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    launched = crashed(driver, policy.RESTARTS_AT_MOST)
    driver.tell(events.CoreExited(key(), driver.group().run, DIED))
    assert driver.group().is_slow
    assert driver.group().core.reason == DIED
    assert driver.group().core.until == launched[0] + policy.RESTARTS_WINDOW_S


def test_never_are_there_more_than_ten_restarts_in_ten_minutes() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    launched = crashed(driver, 40)
    for first, eleventh in zip(launched, launched[10:], strict=False):
        assert eleventh - first >= policy.RESTARTS_WINDOW_S


def test_a_person_who_starts_it_gets_a_fresh_count() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    crashed(driver, 12)
    driver.tell(events.CoreExited(key(), driver.group().run, DIED))
    effects = driver.tell(events.StartRequested(ids(1)))
    assert any(isinstance(e, Launch) for e in effects)
    assert crashed(driver, 1)[0] - driver.now < 2
    assert not driver.group().is_slow


def test_a_core_that_held_for_minutes_gets_a_fresh_count() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    crashed(driver, 12)
    run = driver.group().run
    driver.tell(events.CoreStarted(key(), run, 9), events.LoggedIn(key(), run))
    driver.now += policy.FORGIVEN_AFTER_S
    began = driver.now
    assert crashed(driver, 1)[0] - began == 1


def test_two_machines_wait_differently_and_each_the_same_again() -> None:
    def first_delay(seed: int) -> float:
        driver = Driver().with_records(tunnel(1))
        driver.tell(events.PolicySet(TlsPolicy.PREFER, seed))
        driver.up(1)
        began = driver.now
        return crashed(driver, 1)[0] - began

    assert first_delay(1) == first_delay(1)
    assert first_delay(1) != first_delay(2)
