"""A secret cannot be seen by accident."""

import pickle

import msgspec
import pytest

from chmlfrp.model.secret import Secret, mask


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("canary")
    for shown in (repr(secret), str(secret), f"{secret}", f"{[secret]}"):
        assert "canary" not in shown


def test_a_secret_is_neither_pickled_nor_encoded() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("canary"))
    with pytest.raises(TypeError):
        msgspec.json.encode(Secret("canary"))


def test_secrets_are_compared_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert not Secret("")


def test_masking_takes_every_secret_out() -> None:
    assert mask("a.b a", Secret("a"), Secret("")) == "***.b ***"
