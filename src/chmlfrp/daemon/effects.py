"""Hands every effect to whoever does it."""

import asyncio
from collections.abc import Callable
from typing import assert_never

from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.cores import Cores
from chmlfrp.daemon.supervisor import News
from chmlfrp.daemon.wishes import WishWriter
from chmlfrp.engine.effects import (
    ArmCheck,
    ArmRetry,
    Effect,
    KnockAtNode,
    Launch,
    LookAtLink,
    RefreshRecords,
    Reload,
    SaveWishes,
    Stop,
    TakeOffline,
)
from chmlfrp.engine.events import CheckDue, RetryDue
from chmlfrp.engine.state import GroupKey

_Place = tuple[type[ArmRetry | ArmCheck], GroupKey]


class EffectRunner:
    """Runs on the daemon's loop; nothing here waits."""

    def __init__(
        self,
        *,
        cores: Cores,
        account: AccountKeeper,
        wishes: WishWriter,
        tell: Callable[[News], None],
    ) -> None:
        self._cores = cores
        self._account = account
        self._wishes = wishes
        self._tell = tell
        self._timers: dict[_Place, asyncio.TimerHandle] = {}

    def run(self, effect: Effect) -> None:
        """Do it, or have it done."""
        match effect:
            case Launch():
                self._cores.launch(effect)
            case Reload():
                self._cores.reload(effect)
            case Stop():
                self._cores.stop(effect)
            case ArmRetry() | ArmCheck():
                self._arm(effect)
            case LookAtLink():
                self._cores.look_at_link(effect)
            case KnockAtNode():
                self._cores.knock(effect)
            case TakeOffline():
                self._cores.take_offline(effect)
            case SaveWishes():
                self._wishes.put(effect.account, effect.wanted)
            case RefreshRecords():
                self._account.look_soon()
            case _:
                assert_never(effect)

    def close(self) -> None:
        """Forget all timers."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _arm(self, effect: ArmRetry | ArmCheck) -> None:
        """Set the timer of that kind; the one set before is forgotten."""
        is_retry = isinstance(effect, ArmRetry)
        place = (type(effect), effect.key)
        if old := self._timers.pop(place, None):
            old.cancel()
        event = RetryDue if is_retry else CheckDue
        due = event(effect.key, effect.run)
        loop = asyncio.get_running_loop()
        self._timers[place] = loop.call_later(effect.delay_s, self._ring, place, due)

    def _ring(self, place: _Place, due: RetryDue | CheckDue) -> None:
        self._timers.pop(place, None)
        self._tell(due)
