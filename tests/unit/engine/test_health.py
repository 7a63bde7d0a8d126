"""The cause is shown, and once it has lasted; its consequences are not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chmlfrp.engine.health import LASTS_S, Around, Health, find, step
from chmlfrp.engine.state import GroupState, Register, State, TunnelState
from chmlfrp.model.health import HealthCode, HealthItem, Severity
from chmlfrp.model.ladder import Core, Link, Proxy, Reach, Record, Rung
from chmlfrp.model.reason import Code, Reason
from chmlfrp.words.health import HEALTH, word_health
from support import tmodel

WELL = Around(is_network_usable=True)
CUT = Around(is_network_usable=False)
FAR = Rung(Link.RECONNECTING, Reason(Code.LINK_TIMEOUT))
IN = Rung(Link.LOGGED_IN)


def world(
    link: Rung[Link] = IN,
    core: Rung[Core] = Rung(Core.RUNNING),
    proxy: Rung[Proxy] = Rung(Proxy.OPEN),
    reach: Rung[Reach] = Rung(Reach.UNKNOWN),
    *,
    wanted: bool = True,
) -> State:
    """Return two tunnels of one node, both as said."""
    tunnels = {
        i: TunnelState(
            id=i,
            account=tmodel.ACCOUNT,
            wanted=wanted,
            tunnel=tmodel.tunnel(i),
            record=Rung(Record.KNOWN),
            proxy=proxy,
            reach=reach,
        )
        for i in sorted(tmodel.ids(1, 2))
    }
    told = {i: t.tunnel for i, t in tunnels.items() if t.tunnel}
    group = GroupState(key=tmodel.key(), core=core, link=link, told=told)
    return State(
        account=tmodel.ACCOUNT,
        tunnels=Register().having(*tunnels.values()),
        groups={group.key: group},
    )


def shown(
    state: State, around: Around = WELL, *, after_s: float = 1000
) -> list[tuple[HealthCode, str]]:
    health, _ = step(Health(), list(find(state, around)), 0)
    _, items = step(health, list(find(state, around)), after_s)
    return [(item.key.code, item.key.subject) for item in items]


def test_all_well_is_nothing() -> None:
    assert shown(world()) == []
    assert shown(world(FAR, wanted=False, proxy=Rung(Proxy.CLOSED))) == [
        (HealthCode.NODE_UNREACHABLE, tmodel.NODE)
    ]


def test_a_node_out_of_reach_is_named_once_and_not_its_tunnels() -> None:
    state = world(FAR, proxy=Rung(Proxy.OPENING))
    assert shown(state) == [(HealthCode.NODE_UNREACHABLE, tmodel.NODE)]


def test_without_a_network_nobody_else_is_to_blame() -> None:
    state = world(FAR, proxy=Rung(Proxy.OPENING))
    around = replace(CUT, trouble=Reason(Code.SERVICE_UNREACHABLE))
    assert shown(state, around) == [(HealthCode.NETWORK_DOWN, "")]


def test_a_consequence_counts_its_time_from_when_the_cause_is_over() -> None:
    state = world(FAR, proxy=Rung(Proxy.OPENING))
    health, _ = step(Health(), list(find(state, CUT)), 0)
    health, items = step(health, list(find(state, WELL)), 600)
    assert items == ()
    _, items = step(health, list(find(state, WELL)), 600 + 15)
    assert [item.key.code for item in items] == [HealthCode.NODE_UNREACHABLE]
    assert items[0].since == 600


@pytest.mark.parametrize("code", [Code.CORE_MISSING, Code.CORE_UNTRUSTED])
def test_a_core_that_cannot_run_is_said_once(code: Code) -> None:
    state = world(core=Rung(Core.BROKEN, Reason(code)), link=Rung(Link.DOWN))
    assert shown(state, after_s=0) == [(HealthCode.CORE_UNUSABLE, "")]


def test_each_tunnel_that_failed_by_itself_is_named() -> None:
    refused = Rung(Proxy.REFUSED, Reason(Code.PORT_NOT_ALLOWED))
    assert shown(world(proxy=refused), after_s=0) == [
        (HealthCode.TUNNEL_FAILED, "1"),
        (HealthCode.TUNNEL_FAILED, "2"),
    ]


@pytest.mark.parametrize(
    ("code", "shows"),
    [
        (Code.LOCAL_SERVICE_DOWN, HealthCode.LOCAL_SERVICE_DOWN),
        (Code.REACH_TIMEOUT, HealthCode.TUNNEL_UNREACHABLE),
    ],
)
def test_an_open_tunnel_without_answer_says_whose_fault_it_is(
    code: Code, shows: HealthCode
) -> None:
    state = world(reach=Rung(Reach.UNREACHABLE, Reason(code)))
    assert [found for found, _ in shown(state)] == [shows, shows]


def test_a_session_that_is_refused_is_said_at_once() -> None:
    around = replace(WELL, is_refused=True, trouble=Reason(Code.SIGNED_OUT))
    assert shown(world(), around, after_s=0) == [(HealthCode.SESSION_REFUSED, "")]


WORLDS: dict[HealthCode, Callable[[], tuple[State, Around]]] = {
    HealthCode.NETWORK_DOWN: lambda: (world(), CUT),
    HealthCode.SERVICE_UNREACHABLE: lambda: (
        world(),
        replace(WELL, trouble=Reason(Code.SERVICE_UNREACHABLE)),
    ),
    HealthCode.NODE_UNREACHABLE: lambda: (world(FAR), WELL),
    HealthCode.TUNNEL_WAITING: lambda: (
        world(proxy=Rung(Proxy.WAITING, Reason(Code.NAME_IN_USE))),
        WELL,
    ),
}


@pytest.mark.parametrize("code", WORLDS)
def test_what_is_over_within_a_moment_is_never_shown(code: HealthCode) -> None:
    state, around = WORLDS[code]()
    limit = LASTS_S[code]
    assert shown(state, around, after_s=limit - 0.1) == []
    assert code in {found for found, _ in shown(state, around, after_s=limit)}


def test_everything_has_a_time_and_words() -> None:
    assert LASTS_S.keys() == HEALTH.keys() == set(HealthCode)


def test_words_name_the_subject_and_the_way_out() -> None:
    (finding, *_) = find(world(FAR), WELL)
    item = HealthItem(
        key=finding.key, severity=Severity.ERROR, since=0, reason=finding.reason
    )
    words = word_health(item)
    assert tmodel.NODE in words
    assert "；" in words
