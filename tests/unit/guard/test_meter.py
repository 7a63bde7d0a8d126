from chmlfrp.guard.meter import Meter, Pulse
from chmlfrp.model.guard import Rule, parse_address


def test_connections_are_counted_for_tunnel_and_visitor() -> None:
    meter = Meter()
    anna = meter.visitor(parse_address("203.0.113.1"), 10.0)
    meter.let_in(anna, 10.0, is_counted=True)
    meter.let_in(anna, 11.0, is_counted=True)
    meter.left(anna, 30.0)

    load = meter.load(anna, 30.0)

    assert (load.open, load.open_from_address, load.new_in_last_minute) == (1, 1, 2)
    assert (meter.sums.connections, anna.connections, anna.last) == (2, 2, 30.0)


def test_a_minute_later_knocks_count_no_more() -> None:
    meter = Meter()
    anna = meter.visitor(parse_address("203.0.113.1"), 10.0)
    meter.let_in(anna, 10.0, is_counted=True)

    assert meter.load(anna, 69.9).new_in_last_minute == 1
    assert meter.load(anna, 70.0).new_in_last_minute == 0


def test_each_refusal_is_counted_with_its_rule() -> None:
    meter = Meter()
    anna = meter.visitor(parse_address("203.0.113.1"), 10.0)
    meter.turned_away(Rule.DENY, anna)
    meter.turned_away(Rule.NOT_FRPC)

    assert meter.sums.refused == {Rule.DENY: 1, Rule.NOT_FRPC: 1}
    assert anna.refused == {Rule.DENY: 1}


def test_visitors_are_bounded_and_who_is_in_is_not_forgotten() -> None:
    meter = Meter(most_visitors=3)
    staying = meter.visitor(parse_address("10.0.0.1"), 1.0)
    meter.let_in(staying, 1.0, is_counted=False)
    for number in range(2, 20):
        meter.visitor(parse_address(f"10.0.0.{number}"), float(number))

    assert [str(a) for a in meter.visitors] == [f"10.0.0.{n}" for n in (1, 18, 19)]


def test_how_fast_bytes_go_is_that_of_the_last_look_and_soon_old() -> None:
    pulse = Pulse()
    assert pulse.rates_at(100.0) == (0.0, 0.0)
    pulse.feel(1000, 0, 100.0)
    pulse.feel(1500, 10, 100.2)  # too soon: it counts with the next
    pulse.feel(3000, 500, 102.0)

    assert pulse.rates_at(102.5) == (1000.0, 250.0)
    assert pulse.rates_at(110.0) == (0.0, 0.0)
    pulse.feel(3000, 500, 103.0)
    assert pulse.rates_at(103.0) == (0.0, 0.0)
    pulse.feel(4000, 500, 50.0)  # the clock was set back
    assert pulse.rates_at(50.0)[0] == 1000.0
