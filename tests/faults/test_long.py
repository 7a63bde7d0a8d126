"""Outages of minutes and hours, on a clock that the test turns."""

import pytest

from chmlfrp.engine import events
from chmlfrp.engine.effects import ArmRetry, Effect, KnockAtNode, Launch, Stop
from chmlfrp.model.network import Knock, NetworkState
from chmlfrp.model.reason import Code, Reason
from support.driver import Driver
from support.tmodel import key, tunnel

HOME = NetworkState(is_up=True, has_default_route=True, addresses=("10.0.0.2",))
GONE = NetworkState(is_up=False, has_default_route=False)
REFUSED = Reason(Code.LINK_REFUSED)
GIVES_UP_S = 35.0
"""The fork ends so long after its link was lost."""
MOST_S = 10.0
LENGTHS = pytest.mark.parametrize("seconds", [600.0, 21600.0])
FORK = pytest.mark.parametrize("gives_up", [False, True], ids=["upstream", "fork"])


class World:
    """The engine, a node, a network, and a core that never comes back by itself."""

    def __init__(self, *, gives_up: bool) -> None:
        self.driver = Driver().with_records(tunnel(1))
        self.driver.tell(events.NetworkChanged(HOME))
        self.driver.up(1)
        self.is_node_up = True
        self.launches = 0
        self.dies_at = self.driver.now + GIVES_UP_S if gives_up else None
        self.timers: dict[type[events.Event], float] = {}

    def tell(self, event: events.Event) -> None:
        run = self.driver.group().run
        for effect in self.driver.tell(event):
            self.do(effect, run)

    def do(self, effect: Effect, run: int) -> None:
        match effect:
            case ArmRetry():
                self.timers[events.RetryDue] = self.driver.now + effect.delay_s
            case KnockAtNode():
                answer = Knock.OPEN if self.is_node_up else Knock.REFUSED
                self.tell(events.Knocked(key(), run, answer))
            case Stop():
                self.tell(events.CoreExited(key(), run, REFUSED))
            case Launch():
                self.launches += 1
                self.launched(effect.run)

    def launched(self, run: int) -> None:
        if self.is_node_up:
            self.tell(events.CoreStarted(key(), run, 11))
            self.tell(events.LoggedIn(key(), run))
        else:
            self.tell(events.LaunchFailed(key(), run, REFUSED))

    def is_up(self) -> bool:
        return self.driver.group().logged_in_at is not None and self.launches > 0

    def pass_time(self, seconds: float) -> None:
        """Let everything happen that is due until then."""
        end = self.driver.now + seconds
        while (due := self.next_due()) is not None and due <= end:
            self.driver.now = max(self.driver.now, due)
            if self.dies_at is not None and self.dies_at <= self.driver.now:
                self.dies_at = None
                self.tell(events.CoreExited(key(), 1, REFUSED))
            elif (retry := self.timers.get(events.RetryDue)) and retry <= due:
                del self.timers[events.RetryDue]
                self.tell(events.RetryDue(key(), self.driver.group().run))
            else:
                self.speak()
                self.tell(events.CheckDue(key(), self.driver.group().run))
        self.driver.now = end

    def next_due(self) -> float | None:
        dues = (
            self.dies_at,
            self.timers.get(events.RetryDue),
            self.driver.group().check_at,
        )
        return min((due for due in dues if due is not None), default=None)

    def speak(self) -> None:
        """A core without a link says so again and again."""
        group = self.driver.group()
        if group.pid is not None and not self.is_up():
            self.tell(events.LoginFailed(key(), group.run, REFUSED))


@LENGTHS
@FORK
def test_after_a_network_of_any_absence_the_core_is_new_within_seconds(
    seconds: float, gives_up: bool
) -> None:
    world = World(gives_up=gives_up)
    world.tell(events.Connecting(key(), 1, again=True))
    world.tell(events.NetworkChanged(GONE))
    world.pass_time(seconds)
    assert world.launches == 0
    world.tell(events.NetworkChanged(HOME))
    world.pass_time(MOST_S)
    assert world.is_up()
    assert world.launches == 1


@LENGTHS
@FORK
def test_after_a_node_of_any_absence_the_core_is_new_within_seconds(
    seconds: float, gives_up: bool
) -> None:
    world = World(gives_up=gives_up)
    world.is_node_up = False
    world.tell(events.Connecting(key(), 1, again=True, reason=REFUSED))
    world.pass_time(seconds)
    assert world.launches <= 10 + 5 * seconds / 600
    world.is_node_up = True
    world.launches = 0
    world.pass_time(MOST_S)
    assert world.is_up()
    assert world.launches == 1
