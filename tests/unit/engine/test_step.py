"""The engine by example: what it wants done after each piece of news."""

from chmlfrp.engine import events
from chmlfrp.engine.effects import (
    ArmRetry,
    Launch,
    RefreshRecords,
    Reload,
    SaveWishes,
    Stop,
)
from chmlfrp.engine.state import TlsPolicy
from chmlfrp.model.ladder import Core, Link, Proxy, Reach, Record, Summary
from chmlfrp.model.reason import Code, Reason
from support.driver import Driver
from support.tmodel import ids, key, tunnel

HELD = Reason(Code.NAME_IN_USE, "proxy [x] already exists")


def test_a_start_launches_one_process_for_all_tunnels_of_a_node() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2))
    effects = driver.tell(events.StartRequested(ids(1, 2)))
    launches = [e for e in effects if isinstance(e, Launch)]
    assert [sorted(e.tunnels) for e in launches] == [[1, 2]]
    assert SaveWishes(7, ids(1, 2)) in effects


def test_tunnels_on_two_nodes_get_two_processes() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2, node="other"))
    effects = driver.tell(events.StartRequested(ids(1, 2)))
    assert {e.key.node for e in effects if isinstance(e, Launch)} == {
        tunnel(1).node,
        "other",
    }


def test_a_core_that_cannot_reload_gets_one_process_per_tunnel() -> None:
    driver = Driver().tell_all(
        events.CoreFound(can_reload=False, retries_proxies=False)
    )
    driver.with_records(tunnel(1), tunnel(2))
    effects = driver.tell(events.StartRequested(ids(1, 2)))
    assert [sorted(e.tunnels) for e in effects if isinstance(e, Launch)] == [[1], [2]]


def test_another_tunnel_is_added_by_reload_and_leaves_the_first_alone() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1)
    effects = driver.tell(events.StartRequested(ids(2)))
    (reload,) = [e for e in effects if not isinstance(e, SaveWishes)]
    assert isinstance(reload, Reload)
    assert sorted(reload.tunnels) == [1, 2]
    assert driver.summary(1) is Summary.UP
    assert driver.summary(2) is Summary.STARTING


def test_the_last_tunnel_to_stop_ends_the_process() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1, 2)
    first = driver.tell(events.StopRequested(ids(1)))
    assert any(isinstance(e, Reload) and sorted(e.tunnels) == [2] for e in first)
    driver.tell(events.Reloaded(key(), 1))
    second = driver.tell(events.StopRequested(ids(2)))
    assert Stop(key(), 1) in second
    driver.tell(events.CoreExited(key(), 1, Reason(Code.CORE_DIED)))
    assert driver.summary(1) is Summary.STOPPED
    assert driver.summary(2) is Summary.STOPPED


def test_a_wish_that_comes_while_a_reload_runs_is_served_by_the_next_one() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2), tunnel(3)).up(1)
    driver.tell(events.StartRequested(ids(2)))
    held_back = driver.tell(events.StartRequested(ids(3)))
    assert [e for e in held_back if isinstance(e, Reload)] == []
    (reload,) = driver.tell(events.Reloaded(key(), 1))
    assert isinstance(reload, Reload)
    assert sorted(reload.tunnels) == [1, 2, 3]


def test_a_wish_that_comes_while_the_process_ends_launches_the_next_one() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    driver.tell(events.StopRequested(ids(1)))
    held_back = driver.tell(events.StartRequested(ids(1)))
    assert [e for e in held_back if isinstance(e, Launch)] == []
    effects = driver.tell(events.CoreExited(key(), 1, Reason(Code.CORE_DIED)))
    assert [e.run for e in effects if isinstance(e, Launch)] == [2]


def test_an_edit_that_frpc_must_know_of_reloads() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1, 2)
    effects = driver.records(tunnel(1, local_port=9), tunnel(2))
    assert [sorted(e.tunnels) for e in effects if isinstance(e, Reload)] == [[1, 2]]
    assert driver.tunnel(1).proxy.state is Proxy.OPENING
    assert driver.tunnel(2).proxy.state is Proxy.OPEN


def test_new_counters_on_a_record_disturb_nothing() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    assert driver.records(tunnel(1, today_in_bytes=99)) == []


def test_a_move_to_another_node_ends_here_and_begins_there() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    effects = driver.records(tunnel(1, node="other"))
    assert Stop(key(), 1) in effects
    assert any(isinstance(e, Launch) and e.key.node == "other" for e in effects)


def test_a_process_that_dies_is_launched_again_after_growing_delays() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    delays = []
    for run in range(1, 9):
        effects = driver.tell(events.CoreExited(key(), run, Reason(Code.CORE_DIED)))
        (armed,) = [e for e in effects if isinstance(e, ArmRetry)]
        delays.append(armed.delay_s)
        assert driver.group().core.state is Core.WAITING
        launched = driver.tell(events.RetryDue(key(), run))
        assert [e.run for e in launched if isinstance(e, Launch)] == [run + 1]
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_process_that_was_stable_starts_its_delays_anew() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    driver.tell(events.CoreExited(key(), 1, Reason(Code.CORE_DIED)))
    driver.tell(events.RetryDue(key(), 1))
    driver.tell(events.CoreStarted(key(), 2, 11), events.LoggedIn(key(), 2))
    driver.now += 61
    effects = driver.tell(events.CoreExited(key(), 2, Reason(Code.CORE_DIED)))
    assert ArmRetry(key(), 2, 1.0) in effects


def test_a_fatal_end_is_told_and_not_tried_again() -> None:
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)))
    reason = Reason(Code.CONFIG_REFUSED, "invalid type")
    assert driver.tell(events.CoreExited(key(), 1, reason)) == []
    assert driver.group().core.reason == reason
    assert driver.summary(1) is Summary.FAILED


def test_a_person_who_starts_again_wakes_a_broken_core() -> None:
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)))
    driver.tell(events.LaunchFailed(key(), 1, Reason(Code.CORE_MISSING)))
    effects = driver.tell(events.StartRequested(ids(1)))
    assert [e.run for e in effects if isinstance(e, Launch)] == [2]


def test_a_core_that_turns_up_wakes_those_who_lacked_it() -> None:
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)))
    driver.tell(events.LaunchFailed(key(), 1, Reason(Code.CORE_MISSING)))
    effects = driver.tell(events.CoreFound(can_reload=True, retries_proxies=True))
    assert [e.run for e in effects if isinstance(e, Launch)] == [2]


def test_an_edit_wakes_a_core_that_refused_its_config() -> None:
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)))
    driver.tell(events.CoreExited(key(), 1, Reason(Code.CONFIG_REFUSED)))
    effects = driver.records(tunnel(1, local_port=9))
    assert [e.run for e in effects if isinstance(e, Launch)] == [2]


def test_what_the_service_asked_to_wait_is_waited() -> None:
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)))
    limited = Reason(Code.SERVICE_RATE_LIMITED)
    (armed,) = driver.tell(events.LaunchFailed(key(), 1, limited, retry_after_s=600))
    assert armed == ArmRetry(key(), 1, 600)


def test_a_launch_without_an_account_waits_for_one() -> None:
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)))
    signed_out = Reason(Code.SIGNED_OUT)
    assert driver.tell(events.LaunchFailed(key(), 1, signed_out)) == []
    effects = driver.tell(events.SignedIn(7))
    assert [e.run for e in effects if isinstance(e, Launch)] == [2]


def test_leaving_an_account_forgets_only_what_nobody_wants() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1)
    assert driver.tell(events.AccountLeft(7)) == []
    assert list(driver.state.tunnels) == [1]
    assert driver.summary(1) is Summary.UP
    driver.tell(events.StopRequested(ids(1)))
    driver.tell(events.CoreExited(key(), 1, Reason(Code.CORE_DIED)))
    assert list(driver.state.tunnels) == []


def test_a_service_that_cannot_be_asked_changes_no_record() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    driver.tell(events.RecordsFailed(Reason(Code.SERVICE_UNREACHABLE)))
    assert driver.summary(1) is Summary.UP


def test_a_wish_from_disk_waits_for_its_record_and_says_why() -> None:
    driver = Driver()
    driver.tell(events.SignedIn(7), events.WishesRead(7, ids(1)))
    driver.tell(events.RecordsFailed(Reason(Code.SERVICE_UNREACHABLE)))
    record = driver.tunnel(1).record
    assert record.state is Record.UNKNOWN
    assert record.reason == Reason(Code.SERVICE_UNREACHABLE)
    effects = driver.records(tunnel(1))
    assert [e.run for e in effects if isinstance(e, Launch)] == [1]


def test_a_tunnel_gone_from_the_account_is_closed_and_told() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1, 2)
    effects = driver.records(tunnel(2))
    assert [sorted(e.tunnels) for e in effects if isinstance(e, Reload)] == [[2]]
    assert driver.summary(1) is Summary.FAILED
    driver.tell(events.Reloaded(key(), 1), events.StopRequested(ids(1)))
    driver.records(tunnel(2))
    assert 1 not in driver.state.tunnels


def test_a_link_that_is_lost_takes_its_proxies_along_and_restarts_nothing() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    assert driver.tell(events.Connecting(key(), 1, again=True)) == []
    assert driver.group().link.state is Link.RECONNECTING
    assert driver.summary(1) is Summary.WAITING
    driver.tell(events.LoggedIn(key(), 1), events.ProxyOpened(key(), 1, "t1"))
    assert driver.summary(1) is Summary.UP


def test_a_name_held_by_somebody_else_is_tried_again_after_growing_delays() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1, 2)
    held = events.ProxyRefused(key(), 1, "t1", HELD)
    for delay in (1, 2, 4):
        assert driver.tell(held) == [ArmRetry(key(), 1, delay)]
        assert driver.tunnel(1).proxy.state is Proxy.WAITING
        assert driver.tunnel(1).proxy.until == driver.now + delay
        assert driver.summary(1) is Summary.WAITING
        driver.now += delay
        (again,) = driver.tell(events.RetryDue(key(), 1))
        assert isinstance(again, Reload)
        assert again.reopen == ids(1)
        driver.tell(events.Reloaded(key(), 1))
    assert driver.summary(2) is Summary.UP


def test_names_held_at_the_same_time_are_tried_again_together() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1, 2)
    first = driver.tell(events.ProxyRefused(key(), 1, "t1", HELD))
    second = driver.tell(events.ProxyRefused(key(), 1, "t2", HELD))
    assert (first, second) == ([ArmRetry(key(), 1, 1)], [])
    driver.now += 1
    (again,) = driver.tell(events.RetryDue(key(), 1))
    assert isinstance(again, Reload)
    assert again.reopen == ids(1, 2)


def test_a_name_that_was_free_again_is_tried_soon_the_next_time() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    for _ in range(2):
        held = driver.tell(events.ProxyRefused(key(), 1, "t1", HELD))
        assert held == [ArmRetry(key(), 1, 1)]
        driver.now += 1
        driver.tell(events.RetryDue(key(), 1), events.Reloaded(key(), 1))
        driver.tell(events.ProxyOpened(key(), 1, "t1"))
        assert driver.summary(1) is Summary.UP


def test_a_tunnel_that_frpc_was_never_told_of_is_not_said_to_be_tried_again() -> None:
    for code in (Code.CONFIG_REFUSED, Code.ADDRESS_MISMATCH):
        driver = Driver().with_records(tunnel(1), tunnel(2)).up(1, 2)
        driver.tell(events.ProxyRefused(key(), 1, "t1", Reason(code)))
        assert driver.summary(1) is Summary.FAILED


def test_a_proxy_refused_for_good_asks_for_the_records() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    mismatch = Reason(Code.CONFIG_MISMATCH)
    effects = driver.tell(events.ProxyRefused(key(), 1, "t1", mismatch))
    assert effects == [RefreshRecords()]
    assert driver.summary(1) is Summary.FAILED


def test_a_restart_opens_one_member_anew_and_leaves_the_others() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1, 2)
    (reload,) = driver.tell(events.RestartRequested(ids(1)))
    assert isinstance(reload, Reload)
    assert reload.reopen == ids(1)
    assert driver.tunnel(2).proxy.state is Proxy.OPEN


def test_a_reload_that_fails_is_tried_again() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1)
    driver.tell(events.StartRequested(ids(2)))
    down = Reason(Code.SERVICE_UNREACHABLE)
    (armed,) = driver.tell(events.ReloadRefused(key(), 1, down))
    assert isinstance(armed, ArmRetry)
    assert driver.summary(2) is Summary.WAITING
    (again,) = driver.tell(events.RetryDue(key(), 1))
    assert isinstance(again, Reload)
    assert sorted(again.tunnels) == [1, 2]


def test_a_failed_removal_is_tried_again_too() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1, 2)
    driver.tell(events.StopRequested(ids(2)))
    driver.tell(events.ReloadRefused(key(), 1, Reason(Code.CONFIG_REFUSED)))
    (again,) = driver.tell(events.RetryDue(key(), 1))
    assert isinstance(again, Reload)
    assert sorted(again.tunnels) == [1]


def test_a_deaf_core_is_replaced() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2)).up(1)
    driver.tell(events.StartRequested(ids(2)))
    deaf = events.ReloadRefused(key(), 1, Reason(Code.UNKNOWN), is_core_deaf=True)
    assert driver.tell(deaf) == [Stop(key(), 1)]
    driver.tell(events.CoreExited(key(), 1, Reason(Code.CORE_DIED)))
    assert driver.group().core.reason == Reason(Code.CORE_WEDGED)
    effects = driver.tell(events.RetryDue(key(), 1))
    assert [sorted(e.tunnels) for e in effects if isinstance(e, Launch)] == [[1, 2]]


def test_tls_is_given_up_only_after_two_hang_ups_and_tried_again_after_plain_fails() -> (
    None
):
    driver = Driver().with_records(tunnel(1))
    driver.tell(events.StartRequested(ids(1)))
    tried = [True]
    for run in range(1, 5):
        driver.tell(events.CoreExited(key(), run, Reason(Code.LINK_CLOSED)))
        (launch,) = driver.tell(events.RetryDue(key(), run))
        assert isinstance(launch, Launch)
        tried.append(launch.tls)
    assert tried == [True, True, False, True, True]


def test_required_tls_is_never_given_up() -> None:
    driver = (
        Driver().tell_all(events.PolicySet(TlsPolicy.REQUIRE)).with_records(tunnel(1))
    )
    driver.tell(events.StartRequested(ids(1)))
    for run in range(1, 5):
        driver.tell(events.CoreExited(key(), run, Reason(Code.LINK_CLOSED)))
        (launch,) = driver.tell(events.RetryDue(key(), run))
        assert isinstance(launch, Launch)
        assert launch.tls


def test_a_local_service_that_is_down_is_shown_until_it_answers() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    down = Reason(Code.LOCAL_SERVICE_DOWN, "connection refused")
    driver.tell(events.LocalServiceFailed(key(), 1, "t1", down))
    assert driver.tunnel(1).reach.state is Reach.UNREACHABLE
    assert driver.summary(1) is Summary.WAITING
    driver.tell(events.LocalServiceAnswered(tunnel(1).id))
    assert driver.summary(1) is Summary.UP


def test_a_refusal_that_turns_out_to_be_none_is_taken_back() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    driver.tell(events.ProxyRefused(key(), 1, "t1", Reason(Code.PROXY_REFUSED)))
    assert driver.tell(events.RefusalDisproved(key(), 1, "t1")) == []
    assert driver.summary(1) is Summary.UP


def test_a_tunnel_that_opens_anew_is_not_taken_for_open_before_it_is() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    driver.tell(events.RestartRequested(ids(1)))
    driver.tell(events.RefusalDisproved(key(), 1, "t1"))
    assert driver.tunnel(1).proxy.state is Proxy.OPENING


def test_the_end_stops_everything_and_keeps_all_wishes() -> None:
    driver = Driver().with_records(tunnel(1), tunnel(2, node="other")).up(1).up(2)
    effects = driver.tell(events.EndRequested())
    assert {type(e) for e in effects} == {Stop}
    assert len(effects) == 2
    assert driver.state.tunnels[tunnel(1).id].wanted
    assert driver.tell(events.CoreExited(key(), 1, Reason(Code.CORE_DIED))) == []


def test_the_process_of_the_old_node_has_no_say_over_a_tunnel_that_moved() -> None:
    driver = Driver().with_records(tunnel(1)).up(1)
    driver.records(tunnel(1, node="other"))
    assert driver.tunnel(1).proxy.state is Proxy.OPENING
    there = key("other")
    driver.tell(
        events.CoreStarted(there, 1, 11),
        events.LoggedIn(there, 1),
        events.ProxyOpened(there, 1, "t1"),
        events.CoreExited(key(), 1, Reason(Code.CORE_DIED)),
    )
    assert driver.summary(1) is Summary.UP
