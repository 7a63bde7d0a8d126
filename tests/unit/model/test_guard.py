import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.errors import InvalidInput
from chmlfrp.model.guard import Ban, Guard, PassOn, parse_address, parse_network
from chmlfrp.model.tunnel import TunnelType


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_a_mapped_network_is_the_ipv4_that_it_means(
    address: ipaddress.IPv4Address, bits: int
) -> None:
    mapped = parse_network(f"::ffff:{address}/{96 + bits}")

    assert mapped == parse_network(f"{address}/{bits}")


def test_a_mapped_address_is_the_ipv4_that_it_means() -> None:
    assert parse_address("::ffff:203.0.113.7") == parse_address("203.0.113.7")


@pytest.mark.parametrize("text", ["", "here", "1.2.3", "1.2.3.4/33", "::/129"])
def test_what_is_no_network_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Guard(deny=(text,)).check()

    assert caught.value.field == "deny"


@pytest.mark.parametrize("value", [0, -1, 1 << 41])
def test_a_limit_that_cannot_be_is_refused_by_its_field(value: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        Guard(max_per_address=value).check()

    assert caught.value.field == "max_per_address"


def test_the_guard_is_off_unless_somebody_turns_it_on() -> None:
    assert not Guard().is_on


def test_bans_are_refused_where_no_connection_fails_fast() -> None:
    guard = Guard(ban=Ban(after=5))
    for kind in (TunnelType.TCP, TunnelType.HTTPS):
        guard.check_for(kind)
    for kind in (TunnelType.UDP, TunnelType.HTTP):
        Guard(ban=Ban(minutes=5)).check_for(kind)
        with pytest.raises(InvalidInput, match=kind) as caught:
            guard.check_for(kind)
        assert caught.value.field == "ban"


@pytest.mark.parametrize(
    ("guard", "field"),
    [(Guard(pass_on=PassOn.HEADERS), "pass_on"), (Guard(inspects=True), "inspects")],
)
@pytest.mark.parametrize("kind", sorted(set(TunnelType) - {TunnelType.HTTP}))
def test_what_needs_requests_is_refused_for_other_types(
    guard: Guard, field: str, kind: TunnelType
) -> None:
    guard.check_for(TunnelType.HTTP)
    with pytest.raises(InvalidInput) as caught:
        guard.check_for(kind)

    assert caught.value.field == field
