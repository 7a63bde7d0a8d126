import configparser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.extra import MAX_LENGTH, vet


def test_lines_are_written_in_one_spelling() -> None:
    text = "proxy_protocol_version=v2\r\n\r\n  header_X-From =  home \n"
    assert vet(text) == "proxy_protocol_version = v2\nheader_X-From = home"


def test_nothing_stays_nothing() -> None:
    assert vet("") == ""
    assert vet(" \r\n\t\n") == ""


@pytest.mark.parametrize(
    "text",
    [
        "remote_port = 1",
        "use_encryption = true",
        "plugin = unix_domain_socket",
        "type = stcp",
        "group = g",
        "custom_domains = x.example.com",
        "[other]",
        "locations = /\n[other]",
        "proxy_protocol_version = {{ .Envs.HOME }}",
        'locations = """',
        "locations = a\\",
        "locations = %(user)s",
        "locations = a ; b",
        "locations = a # b",
        "locations = `a",
        "locations = /a\x0bremote_port = 1",
        "locations = /a\rremote_port = 1",
        "locations = /a\u2028remote_port = 1",
        "locations",
        "locations =",
        "locations = /a\nlocations = /b",
        "x" * (MAX_LENGTH + 1),
    ],
)
def test_what_could_say_more_than_it_should_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        vet(text)


@given(st.text(max_size=200))
def test_any_text_is_vetted_or_refused(text: str) -> None:
    try:
        vetted = vet(text)
    except Refusal:
        return
    parser = configparser.RawConfigParser(strict=True)
    parser.read_string(f"[tunnel]\n{vetted}\n")
    assert parser.sections() == ["tunnel"]
    assert vet(vetted) == vetted
