"""Hears of the network and of sleep, and tells whoever must know."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from chmlfrp.local import logind, netlook
from chmlfrp.local.network import NetworkWatch
from chmlfrp.local.resolve import Resolver
from chmlfrp.local.sleep import sleep_clock, wakes
from chmlfrp.model.network import NetworkState, Wake

log = logging.getLogger(__name__)

OnNetwork = Callable[[NetworkState], None]
OnWake = Callable[[Wake], None]


def watch_for(url: str) -> NetworkWatch:
    """Return a watch of the way to the service at this address."""
    host = urlsplit(url).hostname or ""
    targets = netlook.targets_for(host)
    if all(ip_address(target).is_loopback for target in targets):
        # The nodes of a service on this machine may be elsewhere.
        targets = (*netlook.ANYWHERE, *targets)
    return NetworkWatch(lambda: netlook.look(targets), Resolver(host))


class NetworkEyes:
    """Holds the state found last; `run` looks until cancelled."""

    def __init__(
        self,
        watch: NetworkWatch,
        *,
        on_network: OnNetwork,
        on_wake: OnWake,
        slept: Callable[[], AsyncIterator[Wake]] = lambda: wakes(sleep_clock()),
        awoken: Callable[[], AsyncIterator[None]] = logind.awoken,
    ) -> None:
        self.state: NetworkState | None = None
        """None before the first look."""
        self._watch = watch
        self._on_network = on_network
        self._on_wake = on_wake
        self._slept = slept
        self._awoken = awoken

    async def run(self) -> None:
        """Look, listen and tell."""
        async with asyncio.TaskGroup() as parts:
            parts.create_task(self._see())
            parts.create_task(self._count_sleep())
            parts.create_task(self._hear_of_sleep())

    async def _see(self) -> None:
        async for state in self._watch.changes():
            if self.state is not None:
                log.info("network: %s", "usable" if state.is_usable else "down")
            self.state = state
            self._on_network(state)

    async def _count_sleep(self) -> None:
        async for wake in self._slept():
            log.info("the machine slept for %.0f s", wake.slept_s)
            self._woken(wake)

    async def _hear_of_sleep(self) -> None:
        async for _ in self._awoken():
            self._woken(Wake(slept_s=0.0))

    def _woken(self, wake: Wake) -> None:
        self._watch.look_soon()
        self._on_wake(wake)
