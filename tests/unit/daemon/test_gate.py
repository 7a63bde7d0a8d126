"""Rules that are tried before they are in force."""

from pathlib import Path

import pytest

from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.gate import GateKeeper
from chmlfrp.daemon.guard import GuardKeeper
from chmlfrp.daemon.knockdesk import KnockDesk
from chmlfrp.daemon.ledger import Ledger
from chmlfrp.errors import InvalidInput
from chmlfrp.model.guard import Address, Guard, Rule
from chmlfrp.model.schedule import parse_windows
from chmlfrp.model.tunnel import ALL_TUNNELS, TunnelId

ONE = TunnelId(1)
FRIEND, STRANGER = "198.51.100.7", "203.0.113.7"


@pytest.fixture
def gate(tmp_path: Path) -> GateKeeper:
    return beside(tmp_path)


def beside(tmp_path: Path) -> GateKeeper:
    """Return it as a daemon has it that begins now, before `load`."""
    own = Guard(is_on=True, deny=(STRANGER,))
    doors = Doors(tmp_path, lambda _: own, tell=lambda _: None)
    ledger = Ledger(doors, tmp_path / "traffic.sqlite", keep_days=1)
    return GateKeeper(doors, ledger, lambda _: own, rules_file=tmp_path / "guard.json")


def test_rules_are_tried_in_the_place_of_the_tunnels_own(gate: GateKeeper) -> None:
    tried = gate.test_rules(ONE, FRIEND, Guard(is_on=True, deny=(FRIEND,)))
    assert (tried.rule, tried.is_global) == (Rule.DENY, False)
    assert gate.test_rules(ONE, STRANGER, Guard(is_on=True)).rule is None
    assert gate.test(ONE, STRANGER).rule is Rule.DENY
    assert gate.test(ONE, FRIEND).rule is None


def test_rules_for_all_are_tried_before_the_tunnels_own(gate: GateKeeper) -> None:
    common = Guard(deny=(FRIEND,))
    tried = gate.test_rules(ONE, FRIEND, common, is_global=True)
    assert (tried.rule, tried.is_global) == (Rule.DENY, True)
    own = gate.test_rules(ONE, STRANGER, common, is_global=True)
    assert (own.rule, own.is_global) == (Rule.DENY, False)
    assert gate.rules() == Guard()


def test_rules_that_cannot_be_are_not_tried(gate: GateKeeper) -> None:
    with pytest.raises(InvalidInput, match="no address or network"):
        gate.test_rules(ONE, FRIEND, Guard(deny=("nowhere",)))


async def test_a_pass_that_is_taken_is_not_given_anew_at_the_next_start(
    tmp_path: Path,
) -> None:
    doors = Doors(tmp_path, lambda _: Guard(), tell=lambda _: None)
    ledger = Ledger(doors, tmp_path / "traffic.sqlite", keep_days=1)
    taken: list[object] = []

    class Desk(KnockDesk):
        def __init__(self) -> None: ...

        async def take(self, tunnel_id: TunnelId, address: Address) -> None:
            taken.append((tunnel_id, str(address)))

        async def tidy(self) -> None:
            taken.append("tidied")

    keeper = GuardKeeper(
        doors, ledger, lambda _: Guard(), rules_file=tmp_path / "g", knock=Desk()
    )
    await keeper.admit(ONE, FRIEND, 1)
    assert (await keeper.lift(ONE, FRIEND, is_pass=False)).was is False
    assert taken == []
    assert (await keeper.lift(ONE, FRIEND, is_pass=True)).was is True
    assert taken == [(ONE, FRIEND)]
    await keeper.forget(tunnel=None, address="")
    assert taken[1:] == ["tidied"]
    await ledger.close()


async def test_who_is_blocked_for_all_tunnels_is_so_at_each_and_after_a_restart(
    gate: GateKeeper, tmp_path: Path
) -> None:
    done = await gate.block(ALL_TUNNELS, FRIEND, 30)
    assert done.ended == 0
    for keeper in (gate, fresh := beside(tmp_path)):
        await keeper.load()
        for tunnel in (ONE, TunnelId(2), ALL_TUNNELS):
            verdict = keeper.test(tunnel, FRIEND)
            assert (verdict.rule, verdict.is_global) == (Rule.BLOCKED, True)
            assert verdict.is_on
        (standing,) = keeper.standings()
        assert (standing.tunnel, standing.address) == (0, FRIEND)

    await fresh.block(ONE, FRIEND, 30)
    assert (await fresh.lift(TunnelId(2), FRIEND, is_pass=False)).was is False
    assert (await fresh.lift(ALL_TUNNELS, FRIEND, is_pass=False)).was is True
    assert fresh.standings() == []
    assert fresh.test(ONE, FRIEND).rule is None


async def test_passes_are_taken_at_all_tunnels_and_given_at_one_alone(
    gate: GateKeeper,
) -> None:
    for tunnel in (1, 2):
        await gate.admit(TunnelId(tunnel), FRIEND, 1)
    with pytest.raises(InvalidInput, match="no tunnel 0"):
        await gate.admit(ALL_TUNNELS, FRIEND, 1)
    assert (await gate.lift(ALL_TUNNELS, FRIEND, is_pass=True)).was is True
    assert gate.standings() == []


async def test_the_rules_for_all_tunnels_are_tried_for_themselves(
    gate: GateKeeper,
) -> None:
    await gate.set_rules(Guard(deny=(FRIEND,)))
    found = gate.test(ALL_TUNNELS, FRIEND)
    assert (found.rule, found.why, found.is_global) == (
        Rule.DENY,
        "198.51.100.7/32",
        True,
    )
    assert gate.test(ALL_TUNNELS, STRANGER).rule is None
    assert gate.test_rules(ALL_TUNNELS, STRANGER, Guard(deny=(STRANGER,))).rule
    assert gate.test_rules(ALL_TUNNELS, FRIEND, Guard()).rule is None
    night = Guard(hours=parse_windows("22:00-23:00"))
    assert gate.test_rules(ALL_TUNNELS, FRIEND, night, at="21:00").rule is Rule.HOURS
    assert gate.test_rules(ALL_TUNNELS, FRIEND, night, at="22:30").rule is None
