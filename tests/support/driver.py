"""Drives the engine as the daemon would, with a clock that a test turns."""

from typing import Self

from chmlfrp.engine import events
from chmlfrp.engine.effects import ArmCheck, Effect
from chmlfrp.engine.state import (
    GroupKey,
    GroupState,
    State,
    TunnelState,
    ladder_of,
)
from chmlfrp.engine.step import step
from chmlfrp.model.ladder import Summary, summarise
from chmlfrp.model.tunnel import Tunnel, TunnelId
from support.tmodel import ACCOUNT, NODE, ids, key


class Driver:
    """An engine, its clock and short ways to bring it somewhere."""

    def __init__(self) -> None:
        self.state = State()
        self.now = 1000.0
        self.checks: list[ArmCheck] = []
        """Every look that was armed."""

    def tell(self, *news: events.Event) -> list[Effect]:
        """Tell it the news; return the effects of the last one, less armed checks."""
        effects: list[Effect] = []
        for event in news:
            self.state, found = step(self.state, event, self.now)
            effects = [e for e in found if not isinstance(e, ArmCheck)]
            self.checks += [e for e in found if isinstance(e, ArmCheck)]
        return effects

    def tell_all(self, *news: events.Event) -> Self:
        """Tell it the news and go on."""
        self.tell(*news)
        return self

    def records(self, *tunnels: Tunnel) -> list[Effect]:
        """Let the account's list arrive."""
        return self.tell(events.RecordsArrived(ACCOUNT, tunnels))

    def with_records(self, *tunnels: Tunnel) -> Self:
        """Sign in and let the account's list arrive."""
        self.tell(events.SignedIn(ACCOUNT))
        self.records(*tunnels)
        return self

    def up(self, *numbers: int) -> Self:
        """Bring tunnels of one node up by their first launch."""
        self.tell(events.StartRequested(ids(*numbers)))
        first = self.state.tunnels[TunnelId(numbers[0])]
        assert first.tunnel is not None
        at = key(first.tunnel.node)
        self.tell(events.CoreStarted(at, 1, 10), events.LoggedIn(at, 1))
        for number in numbers:
            self.tell(events.ProxyOpened(at, 1, f"t{number}"))
            assert self.summary(number) is Summary.UP
        return self

    def tunnel(self, number: int) -> TunnelState:
        """Return what the engine knows of a tunnel."""
        return self.state.tunnels[TunnelId(number)]

    def group(self, at: GroupKey | None = None) -> GroupState:
        """Return what the engine knows of a group."""
        return self.state.groups[at or key(NODE)]

    def summary(self, number: int) -> Summary:
        """Return the one word for a tunnel."""
        tunnel = self.tunnel(number)
        return summarise(tunnel.wanted, ladder_of(self.state, tunnel))
