import re

import pytest

from chmlfrp.model.reason import Code
from chmlfrp.words.reason import REASONS

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("code", Code)
def test_every_reason_says_what_and_what_to_do_in_both_languages(code):
    wording = REASONS[code]
    for both in wording:
        assert CHINESE.search(both.zh)
        assert both.en
        assert not CHINESE.search(both.en)


def test_no_two_reasons_look_alike():
    assert len({wording.what for wording in REASONS.values()}) == len(REASONS)
