import ipaddress
from dataclasses import replace
from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.guard.rules import Load, Rules
from chmlfrp.model.guard import Guard, Rule, parse_address
from chmlfrp.model.schedule import parse_windows

NOW = datetime(2026, 11, 23, 12, 0)
VISITOR = parse_address("203.0.113.7")


def ask(guard: Guard, address: str = "203.0.113.7", **load: int) -> Rule | None:
    return Rules(guard).refusal(ipaddress.ip_address(address), Load(**load), NOW)


def test_without_rules_everybody_comes_in() -> None:
    assert ask(Guard(), open=10_000, open_from_address=10_000) is None


@pytest.mark.parametrize("network", ["203.0.113.7", "203.0.113.0/24", "0.0.0.0/0"])
def test_deny_holds_for_ipv4_and_the_ipv6_that_means_it(network: str) -> None:
    guard = Guard(deny=(network,))

    assert ask(guard) is Rule.DENY
    assert ask(guard, "::ffff:203.0.113.7") is Rule.DENY
    assert ask(guard, "2001:db8::7") is None


def test_deny_holds_for_ipv6() -> None:
    guard = Guard(deny=("2001:db8::/32",))

    assert ask(guard, "2001:db8:1::7") is Rule.DENY
    assert ask(guard, "2001:db9::7") is None
    assert ask(guard) is None


def test_a_rule_written_as_mapped_ipv6_holds_for_ipv4() -> None:
    assert ask(Guard(deny=("::ffff:203.0.113.0/120",))) is Rule.DENY


def test_with_an_allow_list_nobody_else_comes_in() -> None:
    guard = Guard(allow=("198.51.100.0/24", "2001:db8::/32"))

    assert ask(guard) is Rule.ALLOW
    assert ask(guard, "198.51.100.9") is None
    assert ask(guard, "::ffff:198.51.100.9") is None
    assert ask(guard, "2001:db8::1") is None


def test_deny_goes_before_allow() -> None:
    guard = Guard(allow=("203.0.113.0/24",), deny=("203.0.113.7",))

    assert ask(guard) is Rule.DENY


@pytest.mark.parametrize(
    ("hours", "refused"), [("09:00-18:00", None), ("13:00-14:00", Rule.HOURS)]
)
def test_outside_of_its_hours_nobody_comes_in(hours: str, refused: Rule | None) -> None:
    assert ask(Guard(hours=parse_windows(hours))) is refused


@given(st.integers(1, 100), st.integers(0, 200))
def test_limits_count_what_is_there_already(limit: int, count: int) -> None:
    is_full = count >= limit
    for guard, load, rule in (
        (Guard(max_connections=limit), Load(open=count), Rule.MAX_CONNECTIONS),
        (
            Guard(max_per_address=limit),
            Load(open_from_address=count),
            Rule.MAX_PER_ADDRESS,
        ),
        (
            Guard(new_per_minute=limit),
            Load(new_in_last_minute=count),
            Rule.NEW_PER_MINUTE,
        ),
    ):
        found = Rules(guard).refusal(VISITOR, load, NOW)
        assert found == (rule if is_full else None)


def test_a_block_goes_before_everything() -> None:
    load = Load(turned=Rule.BLOCKED)

    found = Rules(Guard(allow=("203.0.113.7",))).refusal(VISITOR, load, NOW)

    assert found is Rule.BLOCKED


def in_china(_: object) -> str:
    return "CN"


@pytest.mark.parametrize(
    ("guard", "rule"),
    [
        (Guard(deny_countries=("CN",)), Rule.DENY_COUNTRY),
        (Guard(deny_countries=("DE",)), None),
        (Guard(allow_countries=("CN", "DE")), None),
        (Guard(allow_countries=("DE",)), Rule.ALLOW_COUNTRY),
        (Guard(allow_countries=("DE",), allow=("203.0.113.7",)), None),
        (Guard(deny_countries=("CN",), allow=("203.0.113.7",)), None),
        (Guard(allow_countries=("CN",), allow=("192.0.2.1",)), None),
        (Guard(allow_countries=("CN",), deny=("203.0.113.0/24",)), Rule.DENY),
    ],
)
def test_countries_count_after_networks(guard: Guard, rule: Rule | None) -> None:
    assert Rules(guard, country=in_china).refusal(VISITOR, Load(), NOW) is rule


def test_without_a_country_nobody_is_on_a_list_of_countries() -> None:
    nowhere = Rules(Guard(allow_countries=("CN",)), country=lambda _: "")

    assert nowhere.refusal(VISITOR, Load(), NOW) is Rule.ALLOW_COUNTRY


def test_where_a_knock_is_needed_a_pass_is_asked_for() -> None:
    rules = Rules(Guard(knock_hours=1))

    assert rules.refusal(VISITOR, Load(), NOW) is Rule.KNOCK
    assert rules.refusal(VISITOR, Load(has_pass=True), NOW) is None


def test_a_refusal_says_what_of_its_rule_it_was() -> None:
    found = Rules(Guard(deny=("203.0.113.0/24",))).judge(VISITOR, Load(), NOW)

    assert found is not None
    assert found.why == "203.0.113.0/24"


def test_rules_are_asked_in_the_order_that_the_guide_tells() -> None:
    """Each in turn is the first that says no, and is then taken away."""
    guard = Guard(
        deny=("203.0.113.7",),
        allow=("192.0.2.1",),
        deny_countries=("CN",),
        allow_countries=("DE",),
        knock_hours=1,
        hours=parse_windows("13:00-14:00"),
        max_connections=1,
        max_per_address=1,
        new_per_minute=1,
    )
    load = Load(turned=Rule.BANNED, open=1, open_from_address=1, new_in_last_minute=1)
    steps: list[tuple[Rule, dict[str, object]]] = [
        (Rule.DENY, {"deny": ()}),
        (Rule.DENY_COUNTRY, {"deny_countries": ()}),
        (Rule.ALLOW_COUNTRY, {"allow_countries": ()}),
        (Rule.ALLOW, {"allow": ()}),
        (Rule.KNOCK, {"knock_hours": None}),
        (Rule.HOURS, {"hours": ()}),
        (Rule.MAX_CONNECTIONS, {"max_connections": None}),
        (Rule.MAX_PER_ADDRESS, {"max_per_address": None}),
        (Rule.NEW_PER_MINUTE, {"new_per_minute": None}),
    ]
    found = Rules(guard, country=in_china).refusal(VISITOR, load, NOW)
    assert found is Rule.BANNED
    load = replace(load, turned=None)
    for rule, without in steps:
        found = Rules(guard, country=in_china).refusal(VISITOR, load, NOW)
        assert found is rule
        guard = msgspec.structs.replace(guard, **without)
    assert Rules(guard, country=in_china).refusal(VISITOR, load, NOW) is None


@pytest.mark.parametrize(
    ("address", "country", "rule"),
    [
        ("203.0.113.7", "CN", None),
        ("192.0.2.1", "DE", None),
        ("192.0.2.1", "RU", None),
        ("203.0.113.7", "DE", Rule.ALLOW_COUNTRY),
        ("203.0.113.7", "RU", Rule.DENY_COUNTRY),
    ],
)
def test_whoever_is_on_either_list_of_allowed_ones_comes_in(
    address: str, country: str, rule: Rule | None
) -> None:
    guard = Guard(allow=("192.0.2.1",), allow_countries=("CN",), deny_countries=("RU",))
    rules = Rules(guard, country=lambda _: country)
    assert rules.refusal(parse_address(address), Load(), NOW) is rule
