"""Hands every effect to whoever does it."""

import asyncio
import random
from collections.abc import Callable
from typing import assert_never

from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.cores import Cores
from chmlfrp.daemon.supervisor import News
from chmlfrp.daemon.wishes import WishWriter
from chmlfrp.engine.effects import (
    ArmRetry,
    Effect,
    Launch,
    RefreshRecords,
    Reload,
    SaveWishes,
    Stop,
)
from chmlfrp.engine.events import RetryDue
from chmlfrp.engine.state import GroupKey

SPREAD = (0.9, 1.1)
"""So that a node that comes back is not met by every client in the same second."""


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
        self._timers: dict[GroupKey, asyncio.TimerHandle] = {}

    def run(self, effect: Effect) -> None:
        """Do it, or have it done."""
        match effect:
            case Launch():
                self._cores.launch(effect)
            case Reload():
                self._cores.reload(effect)
            case Stop():
                self._cores.stop(effect)
            case ArmRetry():
                self._arm(effect)
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

    def _arm(self, effect: ArmRetry) -> None:
        if old := self._timers.pop(effect.key, None):
            old.cancel()
        # Chance spreads load here; nobody gains by guessing it.
        delay = effect.delay_s * random.uniform(*SPREAD)  # noqa: S311
        due = RetryDue(effect.key, effect.run)
        loop = asyncio.get_running_loop()
        self._timers[effect.key] = loop.call_later(delay, self._tell, due)
