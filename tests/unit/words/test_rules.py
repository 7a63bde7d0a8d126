"""A guard's rules as they stand before and after a change."""

from chmlfrp.model.guard import LIMITS, Ban, Guard
from chmlfrp.model.schedule import parse_windows
from chmlfrp.words.field import FIELDS
from chmlfrp.words.language import Language, speaking
from chmlfrp.words.rules import word_guard

FULL = Guard(
    deny=("203.0.113.0/24",),
    allow=("198.51.100.7/32",),
    deny_countries=("RU",),
    allow_countries=("CN", "DE"),
    hours=parse_windows("mon-fri 09:00-18:00"),
    ban=Ban(after=5, spare=("192.0.2.1/32",)),
    **dict.fromkeys(LIMITS, 7),
)


def test_each_rule_that_says_something_is_said_with_a_name_for_people() -> None:
    with speaking(Language.EN):
        said = dict(word_guard(FULL))
    assert said.keys() <= FIELDS.keys()
    assert len(said) == 4 + 1 + len(LIMITS) + 2
    assert said["allow_countries"] == "CN, DE"
    assert "after 5 failures" in said["ban"]


def test_a_guard_without_rules_says_nothing() -> None:
    assert word_guard(Guard(is_on=True)) == []
