"""Rules that are tried before they are in force."""

from pathlib import Path

import pytest

from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.gate import GateKeeper
from chmlfrp.daemon.ledger import Ledger
from chmlfrp.errors import InvalidInput
from chmlfrp.model.guard import Guard, Rule
from chmlfrp.model.tunnel import TunnelId

ONE = TunnelId(1)
FRIEND, STRANGER = "198.51.100.7", "203.0.113.7"


@pytest.fixture
def gate(tmp_path: Path) -> GateKeeper:
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
