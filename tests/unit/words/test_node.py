import pytest

from chmlfrp.model.latency import LatencyPoint, LatencyTrouble
from chmlfrp.model.recommend import Why
from chmlfrp.words.node import TROUBLES, WHY, word_latency, word_point


@pytest.mark.parametrize("code", Why)
def test_every_reason_has_words(code):
    assert WHY[code].zh
    assert WHY[code].en


@pytest.mark.parametrize("code", LatencyTrouble)
def test_every_trouble_has_words(code):
    assert TROUBLES[code].zh
    assert word_point(LatencyPoint(at=0.0, trouble=code))


def test_milliseconds_are_rounded_for_people():
    assert [word_latency(ms) for ms in (None, 3.14, 41.6)] == ["-", "3.1 ms", "42 ms"]
