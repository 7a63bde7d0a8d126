"""What nobody else should read is taken out, and counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.local.masking import Mask, Masked
from chmlfrp.model.secret import Secret

CANARY = "canary7Canary7"


@pytest.mark.parametrize(
    "text",
    [
        f"token={CANARY}",
        f'"token": "{CANARY}"',
        f"Authorization: Bearer {CANARY}",
        f"meta.user_password : '{CANARY}', x",
        f"http_pwd = {CANARY}",
        f"smtps://me:{CANARY}@mail.example:465",
        f"json://{CANARY}@host/path",
        f"got bearer {CANARY} from",
        f"set-cookie: {CANARY}; path=/",
        f"secret='{CANARY}'",
    ],
)
def test_what_is_given_as_a_secret_is_taken_out(text):
    mask = Mask()
    assert CANARY not in mask(text)
    assert mask.counts[Masked.LOOKS_SECRET] >= 1


@pytest.mark.parametrize(
    "text",
    [
        "token: null",
        '"secrets_in": "file"',
        "chmlfrp.daemon.supervisor: tunnel web is up",
        "Linux-6.1.0-38-cloud-amd64-x86_64-with-glibc2.36",
        "2026-11-23 05:52:59,000 INFO frpc 0.65.0",
        "connected to 127.0.0.1:7000 and 192.168.1.5, ::1",
        "the password is wrong",
    ],
)
def test_what_helps_stays(text):
    mask = Mask(persons=["ab"])
    assert mask(text) == text
    assert not mask.counts


def test_long_random_words_are_taken_out_whatever_they_are():
    mask = Mask()
    words = ("0123456789abcdef0123", "aB3dE5gH7jK9mN1pQ3sT")
    assert mask(" ".join(words)) == "<secret> <secret>"


def test_known_secrets_and_people_are_found_anywhere():
    mask = Mask(secrets=[Secret("short9")], persons=["anna", "10001"])
    text = mask("/home/anna/x user=short9 Anna 10001 Susanna 210001")
    assert (
        text == "/home/<person 1>/x user=<secret> <person 1> <person 2> Susanna 210001"
    )
    assert mask.counts == {Masked.SECRET: 1, Masked.PERSON: 3}


def test_equal_addresses_stay_equal():
    mask = Mask()
    assert mask("8.8.8.8 to 1.1.1.1, 8.8.8.8:53 2606:4700::1111") == (
        "<address 1> to <address 2>, <address 1>:53 <address 3>"
    )
    assert mask("mail a.b@c.example A.B@c.example") == "mail <email 1> <email 1>"


@given(st.text(), st.text(min_size=3))
def test_a_known_secret_never_comes_through(text, secret):
    shown = Mask(secrets=[Secret(secret)])(f"{text}{secret}{text}")
    assert secret not in shown or secret in "<secret>"


@given(st.text())
def test_no_text_is_a_fault(text):
    assert isinstance(Mask(persons=["anna"])(text), str)
