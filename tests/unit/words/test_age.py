"""How long ago, in both languages."""

import pytest

from chmlfrp.words.age import word_ago
from chmlfrp.words.language import Language, speaking


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (-5, "刚才", "just now"),
        (59, "刚才", "just now"),
        (60, "1 分钟前", "1 minute ago"),
        (7199, "1 小时前", "1 hour ago"),
        (7200, "2 小时前", "2 hours ago"),
        (49 * 3600, "2 天前", "2 days ago"),
    ],
)
def test_the_largest_unit_says_how_long_ago(
    seconds: float, chinese: str, english: str
) -> None:
    with speaking(Language.ZH):
        assert word_ago(seconds) == chinese
    with speaking(Language.EN):
        assert word_ago(seconds) == english
