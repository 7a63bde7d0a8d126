"""Addresses of services."""

import pytest
from hypothesis import given, strategies

from chmlfrp.errors import InvalidInput
from chmlfrp.local.address import is_loopback, proxy_url, service_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://CF-v2.uapis.cn/", "https://cf-v2.uapis.cn"),
        (" https://a.cn:8443/api/\n", "https://a.cn:8443/api"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:1/", "http://localhost:1"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_an_address_is_taken_in_its_plain_form(text: str, expected: str) -> None:
    assert service_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cf-v2.uapis.cn",
        "ftp://a.cn",
        "https://",
        "http://cf-v2.uapis.cn",
        "http://127.0.0.1.evil.cn",
        "http://localhost@evil.cn",
        "https://me:pw@a.cn",
        "https://a.cn/?token=x",
        "https://a.cn/#x",
        "https://a.cn:99999",
        "https://a cn",
        "https://[::1",
    ],
)
def test_what_cannot_be_a_service_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        service_url(text)
    assert caught.value.field == "service.url"
    assert "https://" in caught.value.hint
    assert "pw" not in caught.value.message


def test_only_addresses_of_this_machine_are_loopback() -> None:
    assert is_loopback("127.8.8.8")
    assert not is_loopback("10.0.0.1")
    assert not is_loopback("localhost.evil.cn")


@given(strategies.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        url = service_url(text)
    except InvalidInput:
        return
    assert service_url(url) == url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" http://Proxy.cn:7890/ ", "http://proxy.cn:7890"),
        ("socks5://127.0.0.1:1080", "socks5://127.0.0.1:1080"),
    ],
)
def test_a_proxy_is_an_address_with_a_port(text: str, expected: str) -> None:
    assert proxy_url(text) == expected


@pytest.mark.parametrize(
    "text",
    ["7890", "http://proxy.cn", "https://a:1", "http://u:p@a:1", "http://a:1/b"],
)
def test_a_proxy_that_cannot_be_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        proxy_url(text)
    assert "socks5" in refused.value.hint
