"""The chain: each link passes, fails with a way out, or says on which it hangs."""

import socket
from collections.abc import Callable, Iterator

import msgspec
import pytest

from chmlfrp.care.chain import Check, Facts, Item, Result, diagnose
from chmlfrp.control.core import CoreInUse, CoresView
from chmlfrp.control.protocol import (
    DaemonView,
    Problem,
    SessionState,
    Snapshot,
    TunnelView,
)
from chmlfrp.errors import DaemonNotRunning
from chmlfrp.model.ladder import Ladder, Link, Reach, Rung
from chmlfrp.model.network import NetworkState
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import TunnelType
from support.scripted_daemon import IN, OUT, UP, ScriptedDaemon
from support.tmodel import NODE, tunnel

NET = NetworkState(is_up=True, has_default_route=True, addresses=("10.0.0.2",))
NO_NET = NetworkState(is_up=False, has_default_route=False)
CORES = CoresView(in_use=CoreInUse(path="/x/frpc", version="0.65.0", origin="managed"))
WEB = tunnel(2, type=TunnelType.HTTP, remote_port=None, domain="a.example")


def view(ladder: Ladder = UP, record=None) -> TunnelView:
    record = record or tunnel(1)
    return TunnelView(
        id=record.id,
        name=record.name,
        tunnel=record,
        wanted=True,
        ladder=ladder,
        address="node.example:20001",
    )


def facts(*views: TunnelView, **other: object) -> Facts:
    snapshot = Snapshot(
        epoch="e",
        seq=0,
        now=10.0,
        daemon=DaemonView(version="1", protocol=1, pid=4, home="/h"),
        session=IN,
        tunnels={v.id: v for v in views},
    )
    given = {"network": NET, "snapshot": snapshot, "cores": CORES, "is_api_open": True}
    return Facts(**(given | other))  # type: ignore[arg-type] # fields of a test


def found(facts: Facts) -> dict[Item, Check]:
    return {check.item: check for check in diagnose(facts)}


def results(facts: Facts) -> str:
    marks = {Result.PASS: "P", Result.FAIL: "F", Result.SKIP: "s"}
    return "".join(marks[check.result] for check in diagnose(facts))


def test_all_is_well() -> None:
    assert results(facts(view())) == "PPPPPsP"


def test_without_a_daemon_network_and_service_are_still_looked_at() -> None:
    error = DaemonNotRunning("no daemon is running", hint="chmlfrp daemon start")
    down = facts(snapshot=None, cores=None, daemon_error=error)
    assert results(down) == "FsPPsss"
    assert "chmlfrp daemon start" in found(down)[Item.SERVICE].action
    assert found(down)[Item.NODE].blocked_by is Item.SERVICE
    assert results(facts(snapshot=None, cores=None, is_api_open=False)) == "FsPFsss"


def test_without_a_network_nothing_beyond_it_is_blamed() -> None:
    lost = msgspec.structs.replace(UP, link=Rung(Link.RECONNECTING))
    alone = facts(view(lost), network=NO_NET)
    assert results(alone) == "PPFssss"
    assert found(alone)[Item.NODE].blocked_by is Item.NETWORK
    assert found(alone)[Item.ADDRESS].blocked_by is Item.NODE


@pytest.mark.parametrize(
    ("network", "word"),
    [
        (NO_NET, "Wi-Fi"),
        (NetworkState(is_up=True, has_default_route=False), "网关"),
        (msgspec.structs.replace(NET, resolves=False), "DNS"),
    ],
)
def test_what_the_network_lacks_is_named(network: NetworkState, word: str) -> None:
    assert word in found(facts(network=network))[Item.NETWORK].action


def test_a_core_that_cannot_run_fails_and_the_node_hangs_on_it() -> None:
    problem = Problem(code="frpc.vanished", message="/x was installed and is gone")
    down = msgspec.structs.replace(UP, link=Rung(Link.DOWN))
    broken = facts(view(down), cores=CoresView(problem=problem))
    assert results(broken) == "PFPPsss"
    assert found(broken)[Item.NODE].blocked_by is Item.CORE


def test_a_service_in_trouble_and_a_missing_sign_in_fail_with_their_reasons() -> None:
    trouble = Reason(Code.SERVICE_RATE_LIMITED, "429")
    session = msgspec.structs.replace(IN, trouble=trouble)
    given = facts()
    assert given.snapshot is not None
    limited = msgspec.structs.replace(given.snapshot, session=session)
    assert "429" in found(facts(snapshot=limited))[Item.API].detail
    out = msgspec.structs.replace(given.snapshot, session=OUT)
    assert "chmlfrp login" in found(facts(snapshot=out))[Item.API].action
    assert OUT.state is SessionState.SIGNED_OUT


def test_a_node_out_of_reach_is_blamed_alone() -> None:
    refused = Rung(Link.DOWN, Reason(Code.LINK_REFUSED, "dial tcp: refused"))
    away = facts(view(msgspec.structs.replace(UP, link=refused)))
    assert results(away) == "PPPPFss"
    check = found(away)[Item.NODE]
    assert check.subject == NODE
    assert "dial tcp: refused" in check.detail
    assert check.action


@pytest.mark.parametrize(
    ("addresses", "result"),
    [
        ({"a.example": {"1.1.1.1"}, "node.example": {"1.1.1.1"}}, Result.PASS),
        ({"a.example": {"9.9.9.9"}, "node.example": {"1.1.1.1"}}, Result.FAIL),
        ({"a.example": set(), "node.example": {"1.1.1.1"}}, Result.FAIL),
        ({}, Result.SKIP),
    ],
)
def test_a_domain_must_lead_to_the_node(
    addresses: dict[str, set[str]], result: Result
) -> None:
    frozen = {name: frozenset(found) for name, found in addresses.items()}
    check = found(facts(view(record=WEB), addresses=frozen))[Item.DOMAIN]
    assert check.result is result
    if result is Result.FAIL:
        assert "node.example" in check.action


def test_an_address_that_does_not_answer_fails_and_one_untried_is_skipped() -> None:
    silent = Rung(Reach.UNREACHABLE, Reason(Code.LOCAL_SERVICE_DOWN))
    ladder = msgspec.structs.replace(UP, reach=silent)
    assert found(facts(view(ladder)))[Item.ADDRESS].result is Result.FAIL
    untried = msgspec.structs.replace(UP, reach=Rung(Reach.UNKNOWN))
    assert found(facts(view(untried)))[Item.ADDRESS].result is Result.SKIP


@pytest.fixture
def service() -> Iterator[str]:
    """A door that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"


def test_the_command_shows_the_chain_and_ends_with_1_for_a_failure(
    cli, serve: Callable[[ScriptedDaemon], ScriptedDaemon], service: str
) -> None:
    session = msgspec.structs.replace(IN, service_url=service)
    daemon = ScriptedDaemon(view(), session=session)
    daemon.cores_view = CORES
    serve(daemon)
    done = cli("doctor")
    assert done.code == 0, done
    assert done.lines[1] == "PASS  frpc 程序：frpc 0.65.0  /x/frpc"
    assert daemon.asked_for("refresh") == [None]
    daemon.cores_view = CoresView(
        problem=Problem(code="frpc.missing", message="there is no frpc on this machine")
    )
    done = cli("doctor")
    assert done.code == 1
    assert "chmlfrp core install" in done.out


def test_the_command_works_without_a_daemon(
    cli, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHMLFRP_API", service)
    answer = cli("doctor", "--json").json
    assert not answer["is_well"]
    assert [c["result"] for c in answer["checks"]] == [
        *("fail", "skip", "pass", "pass", "skip", "skip", "skip")
    ]
