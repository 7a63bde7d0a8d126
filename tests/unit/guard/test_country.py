import pytest

from chmlfrp.guard.country import country_of, edition, is_known
from chmlfrp.model.guard import parse_address


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("8.8.8.8", "US"),
        ("114.114.114.114", "CN"),
        ("::ffff:114.114.114.114", "CN"),
        ("2a00:1450::1", "IE"),
        ("192.168.1.1", ""),
        ("2001:db8::1", ""),
    ],
)
def test_an_address_has_the_country_it_was_given_to(address: str, country: str) -> None:
    assert country_of(parse_address(address)) == country


def test_the_table_says_of_when_it_is() -> None:
    assert is_known()
    assert edition().startswith("iptocc ")
