import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.selfhost.network import home_of, networks, origin, read

PROXY = "10.0.0.1"
ADDRESSES = st.ip_addresses().map(str)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ([], PROXY),
        (["203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        (["6.6.6.6", "203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        (["6.6.6.6", "unknown", "10.0.0.2"], "10.0.0.2"),
        (["2001:DB8::1"], "2001:db8::1"),
        (["::ffff:203.0.113.9"], "203.0.113.9"),
        ([""], PROXY),
    ],
)
def test_a_word_counts_as_far_as_trusted_proxies_said_it(
    told: list[str], found: str
) -> None:
    assert origin(PROXY, told, ("10.0.0.0/8",)) == found


@given(told=st.lists(st.one_of(ADDRESSES, st.text())), peer=ADDRESSES)
def test_nobody_is_believed_where_nobody_is_trusted(told: list[str], peer: str) -> None:
    address = read(peer)
    assert address is not None
    assert origin(peer, told, ()) == str(address)


@given(told=st.lists(st.one_of(ADDRESSES, st.text(max_size=5))))
def test_an_origin_is_always_an_address(told: list[str]) -> None:
    assert read(origin(PROXY, told, ("0.0.0.0/0", "::/0"))) is not None


def test_an_ipv6_network_of_64_bits_is_counted_as_one() -> None:
    homes = [
        home_of(one)
        for text in ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:1::1")
        if (one := read(text))
    ]
    assert homes == ["2001:db8::/64", "2001:db8::/64", "2001:db8:1::/64"]
    four = read("192.0.2.1")
    assert four is not None
    assert home_of(four) == "192.0.2.1"


def test_a_network_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match="house"):
        networks(("house",))
