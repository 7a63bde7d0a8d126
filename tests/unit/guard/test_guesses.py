"""Wrong passwords cost a wait, by who gave them."""

from chmlfrp.guard.guesses import (
    FIRST_WAIT_S,
    FREE,
    LONGEST_WAIT_S,
    MOST,
    Guesses,
)
from chmlfrp.model.guard import parse_address
from support.clock import FakeClock

GUESSER, OTHER = parse_address("203.0.113.7"), parse_address("203.0.113.8")


def test_after_a_few_each_further_one_waits_twice_as_long() -> None:
    clock = FakeClock()
    guesses = Guesses(clock)
    for _ in range(FREE):
        assert guesses.wait_s(GUESSER) == 0
        guesses.count(GUESSER)

    assert guesses.wait_s(GUESSER) == FIRST_WAIT_S
    assert guesses.wait_s(OTHER) == 0
    clock.now += FIRST_WAIT_S
    assert guesses.wait_s(GUESSER) == 0
    guesses.count(GUESSER)
    assert guesses.wait_s(GUESSER) == 2 * FIRST_WAIT_S
    for _ in range(40):
        guesses.count(GUESSER)
    assert guesses.wait_s(GUESSER) == LONGEST_WAIT_S
    clock.now -= 1e6
    assert guesses.wait_s(GUESSER) == LONGEST_WAIT_S


def test_who_knew_it_after_all_begins_anew() -> None:
    guesses = Guesses(FakeClock())
    for _ in range(FREE):
        guesses.count(GUESSER)
    guesses.clear(GUESSER)
    assert guesses.wait_s(GUESSER) == 0


def test_a_whole_network_of_ipv6_is_one_guesser_and_not_all_are_kept() -> None:
    guesses = Guesses(FakeClock())
    for number in range(FREE):
        guesses.count(parse_address(f"2001:db8::{number:x}"))
    assert guesses.wait_s(parse_address("2001:db8::ffff")) > 0
    assert guesses.wait_s(parse_address("2001:db8:0:1::1")) == 0

    for number in range(MOST):
        guesses.count(
            parse_address(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
        )
    assert guesses.wait_s(parse_address("2001:db8::1")) == 0
