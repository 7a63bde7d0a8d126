import pytest

from chmlfrp.selfhost.oauth import page
from chmlfrp.selfhost.oauth.approval import as_written
from chmlfrp.selfhost.oauth.page import Look, language_of


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,zh", "en"),
        ("fr,zh;q=0.5", "zh"),
        ("fr", "en"),
        ("", "zh"),
    ],
)
def test_the_first_language_that_is_spoken_is_taken(
    accepted: str, language: str
) -> None:
    assert language_of(accepted) == language


def test_what_others_wrote_is_never_markup() -> None:
    look = Look(language="en", service="<i>", csrf='"', wrong=page.WRONG)
    for text in (
        page.code_page(look),
        page.sign_in_page(look, '"><script>'),
        page.consent_page(
            look, "<s>", program="<b>", account="<u>", scope="chmlfrp_api <em>"
        ),
    ):
        for mark in ("<i>", "<script>", "<s>", "<b>", "<u>", "<em>"):
            assert mark not in text


def test_every_scope_that_can_be_asked_for_has_words() -> None:
    from chmlfrp.selfhost.oauth.server import SCOPES

    assert set(SCOPES) == set(page.SCOPES)


@pytest.mark.parametrize("typed", ["bcdf-ghjk", "BCDFGHJK", " bcdf ghjk "])
def test_a_code_is_found_however_it_is_typed(typed: str) -> None:
    assert as_written(typed) == "BCDF-GHJK"
