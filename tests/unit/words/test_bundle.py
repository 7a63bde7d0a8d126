import pytest

from chmlfrp.local.masking import Masked
from chmlfrp.words.bundle import MASKED, word_masked


@pytest.mark.parametrize("kind", Masked)
def test_every_kind_has_words(kind):
    assert MASKED[kind].zh
    assert MASKED[kind].en


def test_counts_are_listed():
    assert word_masked({"email": 2, "person": 1}) == "邮箱 2，用户名等 1"
    assert word_masked({}) == ""
