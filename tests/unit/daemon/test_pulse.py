"""A core is asked for life: often until it answers, then now and then."""

from chmlfrp.daemon.pulse import AGAIN_S, BEAT_S, FIRST_WITHIN_S, Pulse
from chmlfrp.daemon.supervisor import News
from chmlfrp.engine import events
from support.clock import FakeClock
from support.tmodel import key

MISSED, FELT = events.PulseMissed(key(), 1), events.PulseFelt(key(), 1)


class Scene:
    def __init__(self) -> None:
        self.told: list[News] = []
        self.clock = FakeClock()
        self.pulse = Pulse(key(), 1, self.told.append, now=self.clock)


def test_misses_are_told_and_the_first_beat_after_them() -> None:
    scene = Scene()
    scene.pulse.felt()
    assert scene.pulse.wait_s == BEAT_S
    scene.pulse.missed()
    assert scene.pulse.wait_s == AGAIN_S
    scene.pulse.felt()
    scene.pulse.felt()
    assert scene.told == [MISSED, FELT]


def test_a_core_that_has_not_answered_yet_is_given_time_but_not_for_ever() -> None:
    scene = Scene()
    scene.pulse.missed()
    assert scene.told == []
    assert scene.pulse.wait_s == AGAIN_S
    scene.clock.now += FIRST_WITHIN_S + 1
    scene.pulse.missed()
    assert scene.told == [MISSED]
