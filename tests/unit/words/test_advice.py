import pytest

from chmlfrp.model.advice import AdviceCode
from chmlfrp.words.advice import ADVICE


@pytest.mark.parametrize("code", AdviceCode)
def test_every_advice_has_words_in_both_languages(code):
    assert ADVICE[code].zh
    assert ADVICE[code].en
