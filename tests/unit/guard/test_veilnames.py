import pytest

from chmlfrp.guard.veilnames import is_secret, is_secret_parameter


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "passwd",
        "pwd",
        "user_pass",
        "passphrase",
        "jwt",
        "idJwt",
        "pin",
        "PIN",
        "cardPin",
        "pin_code",
        "credential",
        "credentials",
        "tokens",
        "accessToken",
        "api_key",
        "apiKey",
        "x-api-key",
        "private_key",
        "access_key",
        "sig",
        "signature",
        "otp",
        "user[password]",
        "user%5Bpassword%5D",
        "p\\u0061ssword",
        "Authorization",
        "oauth",
        "csrf-token",
        "XSRF",
        "sessionId",
        "JSESSIONID",
        "cvv",
    ],
)
def test_what_lets_somebody_in_is_known(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "keyboard",
        "author",
        "authors",
        "authority",
        "pinned",
        "pinterest",
        "shipping",
        "ping",
        "spinner",
        "design",
        "signal",
        "keys",
        "monkey",
        "key",
        "code",
        "zipcode",
        "passenger",
        "compass",
        "passed",
        "bypass",
        "tokenizer",
        "secretary",
        "possession",
        "obsession",
        "credits",
        "name",
        "assign",
        "Public-Key-Pins",
    ],
)
def test_ordinary_words_are_none(name: str) -> None:
    assert not is_secret(name)


def test_key_and_code_are_secret_in_addresses_alone() -> None:
    assert is_secret_parameter("key")
    assert is_secret_parameter("code")
    assert not is_secret_parameter("keyword")
    assert not is_secret_parameter("keyboard")
