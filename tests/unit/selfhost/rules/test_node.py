import pytest

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.rules.node import check_host, check_name, check_port, read_range


def test_a_range_has_two_ends_from_1024_up() -> None:
    assert read_range("20000-29999") == (20000, 29999)
    assert read_range("2000-2000") == (2000, 2000)


@pytest.mark.parametrize(
    "text", ["", "20000", "3-2", "80-90", "20000-70000", "2000-1999", "a-b"]
)
def test_anything_else_is_no_range(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_range(text)
    assert caught.value.field == "ports"


def test_names_hosts_and_ports_are_checked() -> None:
    assert check_name("日本东京直连-2") == "日本东京直连-2"
    assert check_host("sq.frp.one") == "sq.frp.one"
    assert check_port(7000, "port") == 7000
    with pytest.raises(InvalidInput):
        check_name("a b")
    with pytest.raises(InvalidInput):
        check_host("a\nb")
    with pytest.raises(InvalidInput):
        check_port(0, "port")
