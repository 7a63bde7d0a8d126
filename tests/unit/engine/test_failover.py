"""When a tunnel moves to another node, when it waits, and when it goes home."""

from dataclasses import replace

import msgspec
from hypothesis import given
from hypothesis import strategies as some

from chmlfrp.engine.failover import Memory, Seen, Verdict, decide, moved, refused
from chmlfrp.model.failover import HOUR_S, Candidate, Failover, FailoverRecord
from chmlfrp.model.tunnel import TunnelType

PLAN = Failover(is_on=True, after_min=5, back_after_min=10, moves_per_hour=2)
HOME, OTHER, THIRD = (
    Candidate(name="home", is_online=True, area="Shanghai", load_percent=50),
    Candidate(name="other", is_online=True, area="Tokyo", load_percent=10),
    Candidate(name="third", is_online=True, area="Shanghai", load_percent=20),
)
SEEN = Seen(
    now=0,
    wall=1_000_000,
    node="home",
    kind=TunnelType.TCP,
    is_wanted=True,
    is_network_up=True,
    is_node_well=True,
    candidates=(HOME, OTHER, THIRD),
    may_use_vip=False,
)
BAD = replace(SEEN, is_node_well=False)


def later(seen: Seen, minutes: float) -> Seen:
    return replace(seen, now=seen.now + minutes * 60, wall=seen.wall + minutes * 60)


def outcome(plan: Failover, *looks: Seen) -> tuple[Verdict, str | None]:
    memory = Memory()
    for seen in looks:
        memory, decision = decide(plan, memory, seen)
    return decision.verdict, decision.node


def test_it_is_off_unless_turned_on() -> None:
    assert outcome(Failover(), BAD, later(BAD, 60)) == (Verdict.OFF, None)


def test_a_node_that_fails_is_given_its_time() -> None:
    memory, _ = decide(PLAN, Memory(), BAD)
    memory, decision = decide(PLAN, memory, later(BAD, 4.9))
    assert (decision.verdict, decision.until) == (Verdict.PATIENT, 300)
    _, decision = decide(PLAN, memory, later(BAD, 5))
    assert (decision.verdict, decision.node) == (Verdict.MOVE, "other")


def test_a_moment_of_health_starts_the_time_anew() -> None:
    looks = (BAD, later(SEEN, 4), later(BAD, 5))
    assert outcome(PLAN, *looks)[0] is Verdict.PATIENT


def test_our_own_network_is_never_held_against_the_node() -> None:
    cut = replace(BAD, is_network_up=False)
    assert outcome(PLAN, cut, later(cut, 60))[0] is Verdict.NO_NETWORK
    assert outcome(PLAN, cut, later(BAD, 60))[0] is Verdict.PATIENT


def test_a_tunnel_that_nobody_wants_stays() -> None:
    idle = replace(BAD, is_wanted=False)
    assert outcome(PLAN, idle, later(idle, 60))[0] is Verdict.NOT_WANTED


def test_named_nodes_are_tried_in_their_order() -> None:
    plan = Failover(is_on=True, nodes=("gone", "third", "other"))
    assert outcome(plan, BAD, later(BAD, 5)) == (Verdict.MOVE, "third")


def test_an_area_limits_the_choice() -> None:
    plan = Failover(is_on=True, area="Shanghai")
    assert outcome(plan, BAD, later(BAD, 5)) == (Verdict.MOVE, "third")
    nowhere = Failover(is_on=True, area="Mars")
    assert outcome(nowhere, BAD, later(BAD, 5)) == (Verdict.NO_CANDIDATE, None)


def test_nodes_that_cannot_carry_it_are_left_out() -> None:
    web = replace(
        BAD,
        kind=TunnelType.HTTP,
        candidates=(
            Candidate(name="no-web", is_online=True, allows_web=False),
            Candidate(name="vip", is_online=True, is_vip=True),
            Candidate(name="down", is_online=False),
        ),
    )
    assert outcome(PLAN, web, later(web, 5))[0] is Verdict.NO_CANDIDATE
    member = replace(web, may_use_vip=True)
    assert outcome(PLAN, member, later(member, 5)) == (Verdict.MOVE, "vip")


def test_a_node_that_refused_is_passed_over() -> None:
    memory, _ = decide(PLAN, Memory(), BAD)
    due = later(BAD, 5)
    _, decision = decide(PLAN, refused(memory, due, "other"), due)
    assert decision.node == "third"


def test_it_goes_home_once_home_is_well_for_long_enough() -> None:
    memory, _ = decide(PLAN, Memory(), BAD)
    memory = moved(memory, later(BAD, 5), "other")
    away = replace(later(SEEN, 6), node="other")
    memory, decision = decide(PLAN, memory, away)
    assert (decision.verdict, decision.until) == (Verdict.WELL, away.now + 600)
    _, decision = decide(PLAN, memory, later(away, 10))
    assert (decision.verdict, decision.node) == (Verdict.MOVE_BACK, "home")
    stay = Failover(is_on=True, is_back_wanted=False)
    assert decide(stay, memory, later(away, 10))[1].verdict is Verdict.WELL


def test_home_that_flaps_is_not_gone_back_to() -> None:
    record = FailoverRecord(home="home", away="other", moved_at=(SEEN.wall,))
    memory = Memory(record=record)
    away = replace(SEEN, node="other")
    off = msgspec.structs.replace(HOME, is_online=False)
    flap = replace(later(away, 9), candidates=(off, OTHER))
    for seen in (away, flap, later(away, 10), later(away, 19)):
        memory, decision = decide(PLAN, memory, seen)
        assert decision.verdict is Verdict.WELL


def test_a_person_who_chooses_another_node_makes_it_home() -> None:
    record = FailoverRecord(home="home", away="other", moved_at=(SEEN.wall,))
    chosen = replace(SEEN, node="third")
    memory, _ = decide(PLAN, Memory(record=record), chosen)
    assert memory.record is None


def test_the_budget_ends_it_and_says_until_when() -> None:
    record = FailoverRecord(
        home="home", away="other", moved_at=(SEEN.wall - 1200, SEEN.wall - 600)
    )
    lost = replace(BAD, node="other")
    memory, _ = decide(PLAN, Memory(record=record), lost)
    due = later(lost, 5)
    _, decision = decide(PLAN, memory, due)
    assert decision.verdict is Verdict.BUDGET_SPENT
    assert decision.until == due.now + HOUR_S - 1200 - 300


CANDIDATES = some.lists(
    some.builds(
        Candidate,
        name=some.sampled_from(["home", "a", "b", "c"]),
        is_online=some.booleans(),
        is_vip=some.booleans(),
    ),
    unique_by=lambda c: c.name,
).map(tuple)
LOOKS = some.lists(
    some.tuples(
        some.floats(0.1, 30),
        some.booleans(),
        some.booleans(),
        CANDIDATES,
        some.booleans(),
    ),
    max_size=60,
)


@given(LOOKS, some.booleans())
def test_whatever_happens_moves_are_few_and_lead_somewhere(
    looks: list[tuple[float, bool, bool, tuple[Candidate, ...], bool]], back: bool
) -> None:
    plan = Failover(is_on=True, moves_per_hour=2, is_back_wanted=back)
    memory, seen, moves = Memory(), SEEN, list[float]()
    for minutes, is_up, is_well, candidates, is_taken in looks:
        seen = replace(
            later(seen, minutes),
            is_network_up=is_up,
            is_node_well=is_well,
            candidates=candidates,
        )
        memory, decision = decide(plan, memory, seen)
        if decision.verdict not in (Verdict.MOVE, Verdict.MOVE_BACK):
            continue
        assert is_up
        assert decision.node not in (None, seen.node)
        assert decision.node is not None
        online = {c.name for c in candidates if c.is_online}
        assert decision.node in online
        if is_taken:
            memory = moved(memory, seen, decision.node)
            moves.append(seen.wall)
            seen = replace(seen, node=decision.node)
        else:
            memory = refused(memory, seen, decision.node)
    for first, beyond in zip(moves, moves[PLAN.moves_per_hour :], strict=False):
        assert beyond - first >= HOUR_S
