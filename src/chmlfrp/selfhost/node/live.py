"""What an agent knows of its running frps between two looks at its dashboard."""

import asyncio
import time
from collections.abc import Iterable

from chmlfrp.selfhost.talk import Change, Closed, Opened


class LiveNode:
    """Who opened what, and the changes that the service has not been told of."""

    def __init__(self) -> None:
        self.versions: dict[str, str] = {}
        """frpc's version by user token, as its login said."""
        self.tunnels: dict[str, int] = {}
        """The tunnel of every proxy that was ever opened, by the proxy's full name."""
        self.runs: dict[str, str] = {}
        """The client's session that opened it last, by the same name."""
        self.news = asyncio.Event()
        """Set when something changed and the dashboard should be read soon."""
        self.unsent: list[Change] = []
        """What the service does not know yet: frps must not wait for it."""
        self.more_unsent = asyncio.Event()
        self.changed_at = 0.0
        """Monotonic seconds of the last change; a look begun before it is stale."""

    def came(self, user: str, version: str) -> None:
        """Note that a client signed in."""
        self.versions[user] = version
        self._touch()

    def opened(self, *, user: str, run_id: str, proxy: str, tunnel_id: int) -> None:
        """Note that a client opened a tunnel."""
        self.tunnels[proxy] = tunnel_id
        self.runs[proxy] = run_id
        version = self.versions.get(user, "")
        self._touch(
            Opened(
                tunnel_id=tunnel_id, run_id=run_id, started_ms=_now(), version=version
            )
        )

    def closed(self, *, run_id: str, proxy: str) -> None:
        """Note that a proxy closed, if it was ever open."""
        tunnel_id = self.tunnels.get(proxy)
        if tunnel_id is not None:
            self._touch(Closed(tunnel_id=tunnel_id, run_id=run_id, closed_ms=_now()))

    def runs_of(self, proxies: Iterable[str]) -> set[str]:
        """Return the sessions that have these proxies open."""
        return {self.runs[name] for name in proxies if name in self.runs}

    async def next_changes(self) -> list[Change]:
        """Wait until something is unsent and take it."""
        await self.more_unsent.wait()
        return self.take_changes()

    def take_changes(self) -> list[Change]:
        """Take what is unsent, maybe nothing."""
        self.more_unsent.clear()
        taken, self.unsent = self.unsent, []
        return taken

    def _touch(self, *changes: Change) -> None:
        self.unsent.extend(changes)
        if changes:
            self.more_unsent.set()
        self.changed_at = time.monotonic()
        self.news.set()


def _now() -> int:
    return int(time.time() * 1000)
