import pytest

from chmlfrp.model.guard import Rule
from chmlfrp.words.guard import RULES, word_bytes


def test_every_rule_has_words() -> None:
    assert set(RULES) == set(Rule)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536 << 10, "1.5 MiB"),
        (5 << 50, "5120.0 TiB"),
    ],
)
def test_bytes_have_a_unit_that_fits(count: int, text: str) -> None:
    assert word_bytes(count) == text
