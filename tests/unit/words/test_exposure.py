import pytest

from chmlfrp.model.exposure import Danger, Exposure, exposed
from chmlfrp.words.exposure import DANGERS, EXPOSURES, word_exposed
from chmlfrp.words.language import Language, speaking


@pytest.mark.parametrize("code", Exposure)
def test_every_exposure_has_words(code):
    assert EXPOSURES[code].zh
    assert EXPOSURES[code].en


@pytest.mark.parametrize("code", Danger)
def test_every_danger_has_words(code):
    assert DANGERS[code].zh
    assert DANGERS[code].en


def test_what_it_is_and_what_that_means_are_one_sentence():
    found = exposed(4444, process="sshd")
    assert found is not None
    with speaking(Language.EN):
        assert word_exposed(found).startswith("SSH (sshd): robots guess")
